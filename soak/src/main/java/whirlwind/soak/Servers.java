// SPDX-License-Identifier: Apache-2.0
package whirlwind.soak;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import whirlwind.net.ConnectOptions;
import whirlwind.net.ConnectionHandler;
import whirlwind.net.ServerOptions;
import whirlwind.net.TCPClient;
import whirlwind.net.TCPServer;
import whirlwind.stream.IOStream;
import whirlwind.testing.TestCertificates;
import whirlwind.tls.ClientTls;
import whirlwind.tls.ServerTls;

/** Two echo servers in loops of their own, one of them by TLS, and the way to them. */
final class Servers implements AutoCloseable {
  private static final int READ_BYTES = 4096;
  private static final int SESSIONS = 100;

  /** Clients connect to several addresses, as one would run out of ports. */
  private static final int ADDRESSES = 16;

  private static final ConnectOptions PLAIN =
      ConnectOptions.defaults().withTimeout(Duration.ofSeconds(30));

  private final TCPClient client = new TCPClient();
  private final TCPServer plainServer = TCPServer.overLoops(1, Servers::echo);
  private final TCPServer tlsServer =
      TCPServer.overLoops(
          1,
          Servers::echo,
          ServerOptions.defaults()
              .withTls(ServerTls.of(remembersLittle(TestCertificates.context("server")))));
  private final int plainPort = listen(plainServer);
  private final int tlsPort = listen(tlsServer);
  private final ConnectOptions byTls =
      PLAIN.withTls(
          ClientTls.of(remembersLittle(TestCertificates.trusting())).withServerName("localhost"));

  /** The JDK keeps 20,480 sessions; that memory would grow for hours and look like a leak. */
  private static SSLContext remembersLittle(SSLContext context) {
    context.getServerSessionContext().setSessionCacheSize(SESSIONS);
    context.getClientSessionContext().setSessionCacheSize(SESSIONS);
    return context;
  }

  private static ConnectionHandler echo() {
    return (stream, _) -> echo(stream);
  }

  private static void echo(IOStream stream) {
    while (true) {
      stream.write(stream.readPartial(READ_BYTES).await()).await();
    }
  }

  private static int listen(TCPServer server) {
    return ((InetSocketAddress) server.listen(0)).getPort();
  }

  /** Where one of them listens; another address for each {@code number} of a few. */
  InetSocketAddress address(boolean tls, int number) {
    try {
      var host = InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (1 + number % ADDRESSES)});
      return new InetSocketAddress(host, tls ? tlsPort : plainPort);
    } catch (UnknownHostException impossible) {
      throw new AssertionError("four bytes are an address", impossible);
    }
  }

  /** A connection to it, by TLS with the handshake done. */
  IOStream connect(boolean tls, int number) {
    return client.connect(address(tls, number), tls ? byTls : PLAIN).await();
  }

  int connections() {
    return plainServer.connections() + tlsServer.connections();
  }

  @Override
  public void close() {
    plainServer.close();
    tlsServer.close();
    plainServer.closed().await();
    tlsServer.closed().await();
  }
}
