// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.stream.IOStream;
import whirlwind.stream.SSLIOStream;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;
import whirlwind.testing.TestCertificates;
import whirlwind.tls.ClientTls;
import whirlwind.tls.ServerTls;

/** Server and client of TCP with TLS. */
class TlsNetTest {
  private static final ServerTls SERVER =
      ServerTls.of(TestCertificates.context("server")).withApplicationProtocols("echo/1");
  private static final ConnectOptions CLIENT =
      ConnectOptions.defaults()
          .withTls(ClientTls.of(TestCertificates.trusting()).withApplicationProtocols("echo/1"));

  private static void echo(IOStream stream) {
    stream.write(stream.readUntil("\n").await()).await();
  }

  private static int listen(TCPServer server) {
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return ((InetSocketAddress) server.listen(loopback)).getPort();
  }

  private static TCPServer server(ConnectionHandler handler, ServerTls tls) {
    return new TCPServer(handler, ServerOptions.defaults().withTls(tls));
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("TLS-20")
  void aHandlerBeginsWhenTheHandshakeIsDone(IOLoop loop) {
    var agreed = new String[1];
    try (var server =
        server(
            (stream, _) -> {
              agreed[0] = ((SSLIOStream) stream).applicationProtocol();
              echo(stream);
            },
            SERVER)) {
      var stream = new TCPClient().connect("localhost", listen(server), CLIENT).await();
      stream.write("hello\n").await();
      assertThat(new String(stream.readUntil("\n").await(), UTF_8)).isEqualTo("hello\n");
      assertThat(agreed[0]).isEqualTo("echo/1");
      stream.close();
      server.drain(Duration.ofSeconds(5)).await();
    }
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("TLS-7")
  void aClientVerifiesTheHostThatItAskedFor(IOLoop loop, LogRecorder log) {
    try (var server =
        server((stream, _) -> echo(stream), ServerTls.of(TestCertificates.context("other")))) {
      int port = listen(server);
      assertThatThrownBy(() -> new TCPClient().connect("localhost", port, CLIENT).await())
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("cannot connect to localhost:" + port + " by TLS")
          .hasMessageContaining("localhost");
      server.drain(Duration.ofSeconds(5)).await();
      log.expect(Level.WARNING, "SSL error", Duration.ofSeconds(5));
    }
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("TLS-21")
  void aPeerThatDoesNotShakeHandsIsLetGo(IOLoop loop) throws Exception {
    try (var server =
        server(
            (_, _) -> {
              throw new AssertionError("served without a handshake");
            },
            SERVER.withHandshakeTimeout(Duration.ofMillis(50)))) {
      var watching = new IOStream();
      watching
          .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listen(server)))
          .await();
      assertThat(watching.readUntilClose(Duration.ofSeconds(10)).await()).isEmpty();
      server.drain(Duration.ofSeconds(5)).await();
      assertThat(server.status().unserved()).isOne();
    }
  }

  @LoopTest
  void oneDeadlineGoesOverTheHandshakeToo(IOLoop loop) throws Exception {
    try (var server = new TCPServer((stream, _) -> stream.readUntilClose().await())) {
      int port = listen(server);
      var hurried = CLIENT.withTimeout(Duration.ofSeconds(5));
      assertThatThrownBy(() -> new TCPClient().connect("127.0.0.1", port, hurried).await())
          .isInstanceOf(TimeoutException.class)
          .hasMessageContaining("TLS handshake");
      server.drain(Duration.ofSeconds(5)).await();
    }
  }
}
