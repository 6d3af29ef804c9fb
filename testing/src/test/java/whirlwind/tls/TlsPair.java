// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import java.util.concurrent.CompletionException;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;
import whirlwind.stream.SSLIOStream;
import whirlwind.stream.StreamLimits;
import whirlwind.testing.MemoryTransport;
import whirlwind.testing.TestCertificates;

/** A client and a server of TLS over a connection in memory; the client is near. */
public record TlsPair(
    SSLIOStream client, SSLIOStream server, MemoryTransport near, MemoryTransport far)
    implements AutoCloseable {

  /** Verifies the authority of the tests, and that the server is localhost. */
  public static final ClientTls CLIENT =
      ClientTls.of(TestCertificates.trusting()).withServerName("localhost");

  /** Is localhost. */
  public static final ServerTls SERVER = ServerTls.of(TestCertificates.context("server"));

  static final String[] VERSIONS = {"TLSv1.2", "TLSv1.3"};

  private static final int CAPACITY = 100_000;

  /** More turns than any of these tests needs to come to rest. */
  private static final int TURNS = 30;

  /** Two that begin their handshake. */
  public static TlsPair of(IOLoop loop, ClientTls client, ServerTls server) {
    var memory = MemoryTransport.pair(loop, CAPACITY);
    return new TlsPair(
        new SSLIOStream(loop, memory.near(), client, StreamLimits.defaults()),
        new SSLIOStream(loop, memory.far(), server, StreamLimits.defaults()),
        memory.near(),
        memory.far());
  }

  /** Two whose handshake is done, in the only version that they speak. */
  public static TlsPair connected(IOLoop loop, String version) {
    return of(loop, CLIENT.withVersions(version), SERVER.withVersions(version)).handshake();
  }

  /** Waits for both handshakes. */
  TlsPair handshake() {
    client.waitForHandshake().await();
    server.waitForHandshake().await();
    settle();
    return this;
  }

  /** Lets everything happen that is about to. */
  public static void settle() {
    for (int turn = 0; turn < TURNS; turn++) {
      Futures.moment().await();
    }
  }

  /** What {@code future} fails with, itself. */
  static Throwable failureOf(Future<?> future) {
    try {
      throw new AssertionError("wanted a failure, got " + future.await());
    } catch (CompletionException wrapped) {
      return wrapped.getCause();
    } catch (RuntimeException failure) {
      return failure;
    }
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
