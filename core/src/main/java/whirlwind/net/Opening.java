// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import whirlwind.io.Transport;
import whirlwind.loop.IOLoop;
import whirlwind.stream.IOStream;
import whirlwind.stream.SSLIOStream;
import whirlwind.stream.StreamLimits;
import whirlwind.tls.ServerTls;

/**
 * How an accepted transport becomes the stream that its handler gets: the one place where a
 * protocol below the handler's comes in.
 */
@FunctionalInterface
interface Opening {
  /** The bytes of the handler are those of the socket. */
  Opening PLAIN = IOStream::new;

  /** What the options of a server ask for. */
  static Opening as(ServerOptions options) {
    var tls = options.tls();
    return tls == null ? PLAIN : new TlsOpening(tls);
  }

  /** TLS comes first: the handler begins when the handshake is done. */
  record TlsOpening(ServerTls tls) implements Opening {
    @Override
    public IOStream open(IOLoop loop, Transport transport, StreamLimits limits) {
      return new SSLIOStream(loop, transport, tls, limits);
    }

    @Override
    public void prologue(IOStream stream) {
      ((SSLIOStream) stream).waitForHandshake().await();
    }
  }

  /**
   * Makes the stream, on the loop's bare thread.
   *
   * @throws java.io.UncheckedIOException when the transport cannot be used; it is closed then
   */
  IOStream open(IOLoop loop, Transport transport, StreamLimits limits);

  /**
   * Runs in the connection's coroutine before the handler, which does not begin when this throws.
   * It may await, and must itself see to it that a silent peer does not keep it waiting for ever.
   */
  default void prologue(IOStream stream) throws Exception {}
}
