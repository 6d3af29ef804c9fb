// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.future.Outcome;
import whirlwind.future.Promise;
import whirlwind.io.Transport;
import whirlwind.loop.IOLoop;
import whirlwind.stream.PendingConnect.Failure;
import whirlwind.tls.ClientTls;
import whirlwind.tls.ServerTls;
import whirlwind.tls.TlsOptions;
import whirlwind.tls.TlsTransport;
import whirlwind.tls.TlsTruncatedException;

/**
 * A stream over TLS. Everything is as with {@link IOStream}; what TLS adds is the handshake, and
 * that the end of the input must be said: a connection that is cut is an error, {@link
 * TlsTruncatedException}.
 *
 * <p>Over a connected socket the handshake begins by itself. Reads and writes may begin before it
 * is done, and take effect then.
 *
 * <p>Source: Tornado's {@code tornado.iostream.SSLIOStream}.
 */
public final class SSLIOStream extends IOStream {
  private static final System.Logger LOG = System.getLogger("whirlwind.stream");

  /** What a client's stream puts over the socket that it connects. */
  private record ClientLayer(IOLoop loop, ClientTls options) implements Layer {
    @Override
    public UnaryOperator<Transport> towards(@Nullable SocketAddress address) {
      return TlsTransport.client(loop, options, hostOf(address), portOf(address));
    }

    @Override
    public Duration timeout() {
      return options.handshakeTimeout();
    }

    @Override
    public Failure failure() {
      return Failure.AS_IT_IS;
    }
  }

  private @Nullable Promise<SSLIOStream> waiting;

  /** An unconnected stream of the current loop with the default limits: for clients. */
  public SSLIOStream(ClientTls options) {
    this(options, StreamLimits.defaults());
  }

  /** An unconnected stream of the current loop: for clients. */
  public SSLIOStream(ClientTls options, StreamLimits limits) {
    Objects.requireNonNull(options, "options");
    var loop = IOLoop.current();
    super(loop, limits, new ClientLayer(loop, options));
  }

  /**
   * The client's side of a stream of the current loop over {@code channel}, which is its own from
   * now on. One that is not connected waits for {@link #connect}.
   *
   * @throws IllegalArgumentException when the options and the channel name no server to verify; the
   *     channel is still the caller's then
   */
  public SSLIOStream(SocketChannel channel, ClientTls options, StreamLimits limits) {
    Objects.requireNonNull(channel, "channel");
    Objects.requireNonNull(options, "options");
    var layer = new ClientLayer(IOLoop.current(), options);
    var over = isUnconnected(channel) ? null : layer.towards(remoteAddressOf(channel));
    super(layer.loop(), limits, layer);
    startOver(
        channel, socket -> begin(Objects.requireNonNull(over, "over").apply(socket), options));
  }

  private static @Nullable SocketAddress remoteAddressOf(SocketChannel channel) {
    try {
      return channel.getRemoteAddress();
    } catch (IOException failure) {
      throw new UncheckedIOException("no stream can be made of " + channel, failure);
    }
  }

  /** The server's side of a stream of the current loop over a connected {@code channel}. */
  public SSLIOStream(SocketChannel channel, ServerTls options, StreamLimits limits) {
    Objects.requireNonNull(channel, "channel");
    Objects.requireNonNull(options, "options");
    super(IOLoop.current(), limits, Layer.NONE);
    startOver(channel, socket -> beginAsServer(socket, options));
  }

  /**
   * The client's side over a transport that is connected or on its way, and this stream's own from
   * now on.
   */
  public SSLIOStream(IOLoop loop, Transport transport, ClientTls options, StreamLimits limits) {
    var layer = new ClientLayer(loop, options);
    var tls = layer.towards(transport.remoteAddress()).apply(transport);
    super(loop, limits, Layer.NONE);
    startOver(tls, _ -> begin(tls, options));
  }

  /** The server's side over a connected transport, which is this stream's own from now on. */
  public SSLIOStream(IOLoop loop, Transport transport, ServerTls options, StreamLimits limits) {
    Objects.requireNonNull(transport, "transport");
    Objects.requireNonNull(options, "options");
    super(loop, limits, Layer.NONE);
    startOver(transport, socket -> beginAsServer(socket, options));
  }

  /** What goes on with the connection of another stream; {@link #begin} follows. */
  SSLIOStream(IOLoop loop, StreamLimits limits) {
    super(loop, limits, Layer.NONE);
  }

  static TlsTransport clientOver(
      IOLoop loop, Transport socket, @Nullable SocketAddress address, ClientTls options) {
    return new TlsTransport(loop, socket, options, hostOf(address), portOf(address));
  }

  /** What a certificate has to be for if nobody has named a host. */
  private static @Nullable String hostOf(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress inet ? inet.getHostString() : null;
  }

  private static int portOf(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress inet ? inet.getPort() : -1;
  }

  // ---------------------------------------------------------------- the handshake

  /** Begins the handshake; the promise is this stream. Cancelling it closes the connection. */
  Promise<SSLIOStream> begin(Transport tls, TlsOptions options) throws IOException {
    var handshake =
        closingOnCancel(new Promise<SSLIOStream>(loop()).named("TLS handshake", this)).quiet();
    var deadline = closeAfter(options.handshakeTimeout(), "TLS handshake", handshake);
    connect(tls, new PendingConnect<>(this, handshake, Failure.AS_IT_IS, deadline));
    return handshake;
  }

  private void beginAsServer(Transport socket, ServerTls options) throws IOException {
    var peer = socket.remoteAddress();
    begin(new TlsTransport(loop(), socket, options), options)
        .onComplete(outcome -> logProtocolError(outcome, peer));
  }

  /**
   * A server's handshake fails without anybody who asked for it and so would be told. What a peer
   * has said wrong is told by one line: anybody can send as many of them as he likes, and no line
   * of ours is at fault. Code that threw, such as a user's trust manager, is shown with its trace.
   */
  private static void logProtocolError(
      Outcome<SSLIOStream> handshake, @Nullable SocketAddress peer) {
    if (handshake instanceof Outcome.Failure<SSLIOStream>(SSLException cause)
        && !(cause instanceof TlsTruncatedException)) {
      var message = "SSL error: no TLS with " + peer + ": " + cause.getMessage();
      if (cause.getCause() instanceof RuntimeException) {
        LOG.log(Level.WARNING, message, cause);
      } else {
        LOG.log(Level.WARNING, message);
      }
    }
  }

  /**
   * Waits for the end of the handshake; the future is this stream. Done at once when that is over.
   *
   * <p><b>Errors:</b> the future fails with what the handshake has failed with.
   *
   * @throws IllegalStateException when somebody waits already, or before {@link #connect}
   */
  public Future<SSLIOStream> waitForHandshake() {
    loop().requireCurrent();
    if (waiting != null && !waiting.isDone()) {
      throw new IllegalStateException(
          "waitForHandshake: wanted a stream whose handshake nobody waits for yet, got " + this);
    }
    if (unconnected()) {
      throw new IllegalStateException("wanted a connected stream, got " + this);
    }
    var promise = new Promise<SSLIOStream>(loop()).named("waitForHandshake()", this);
    var end = new PendingConnect<>(this, promise, Failure.AS_IT_IS, null);
    if (isSecured()) {
      end.succeed();
    } else if (closed()) {
      end.fail(error());
    } else {
      waiting = promise;
      alsoWaits(end);
    }
    return promise;
  }

  // ---------------------------------------------------------------- what was agreed on

  /** Whether the handshake was done; stays true after a close. */
  public boolean isSecured() {
    loop().requireCurrent();
    var tls = tls();
    return tls != null && tls.session() != null;
  }

  /**
   * The session: the peer's certificates, the cipher suite, the version.
   *
   * @throws IllegalStateException before the handshake is done
   */
  public SSLSession session() {
    var tls = tls();
    return agreed(tls == null ? null : tls.session());
  }

  /**
   * The protocol that ALPN has chosen; empty if none.
   *
   * @throws IllegalStateException before the handshake is done
   */
  public String applicationProtocol() {
    var tls = tls();
    return agreed(tls == null ? null : tls.applicationProtocol());
  }

  /**
   * The host that the client asks for (SNI), in lower case, for servers; null if it names none.
   *
   * @throws IllegalStateException before the handshake is done
   */
  public @Nullable String requestedServerName() {
    session();
    return Objects.requireNonNull(tls(), "secured").serverName();
  }

  private <T> T agreed(@Nullable T value) {
    loop().requireCurrent();
    if (value == null) {
      throw new IllegalStateException(
          "wanted a stream whose TLS handshake is done (see waitForHandshake), got " + this);
    }
    return value;
  }

  /** Null while there is no connection. */
  private @Nullable TlsTransport tls() {
    return hasTransport() ? (TlsTransport) transport() : null;
  }
}
