// SPDX-License-Identifier: Apache-2.0
package whirlwind.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import whirlwind.tls.ClientTls;

/** The echo by TLS, and peers who speak something else or stop at every stage of it. */
class TlsFaultsTest {
  private static final SSLContext ANYBODY = ClientTls.insecureTrustingAnybody().context();

  private static ServerProcess echo;
  private static int port;

  @BeforeAll
  static void startEcho() throws Exception {
    echo = ServerProcess.example("TlsEcho", "0");
    port = echo.port();
    for (int i = 0; i < 3; i++) {
      try (var peer = byTls()) { // what is there from the first connection on
        assertThat(peer.ask("warm up")).isEqualTo("warm up");
      }
    }
  }

  @AfterAll
  static void endEcho() {
    echo.close();
  }

  private static Peer byTls() throws Exception {
    return new Peer(over(Peer.of(port).socket));
  }

  private static SSLSocket over(Socket socket) throws Exception {
    var tls = (SSLSocket) ANYBODY.getSocketFactory().createSocket(socket, "localhost", port, true);
    tls.startHandshake();
    return tls;
  }

  /** Another connection is served before and after the fault, which leaves nothing. */
  private static void endures(Ordeal.Fault fault, String... entries) throws Exception {
    int mark = echo.log().size();
    try (var bystander = byTls()) {
      assertThat(bystander.ask("before")).isEqualTo("before");
      var base = echo.census();
      fault.befall();
      assertThat(bystander.ask("after")).isEqualTo("after");
      Poll.until("nothing left, " + base, () -> echo.census().isWithin(base), echo::census);
      Poll.until(
          entries.length + " entries in the log",
          () -> echo.log().size() - mark >= entries.length,
          echo::log);
    }
    var logged = echo.log().subList(mark, echo.log().size());
    assertThat(logged).as("one line each, and no trace").hasSameSizeAs(entries);
    for (int i = 0; i < entries.length; i++) {
      assertThat(logged.get(i)).startsWith(entries[i]);
    }
  }

  @Test
  @Tag("TLS-14")
  void whatIsNotTlsCostsOneLine() throws Exception {
    var noise = new byte[4096];
    new Random(1).nextBytes(noise);
    noise[0] = 1; // no record of TLS begins so
    for (var garbage : new byte[][] {"GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8), noise}) {
      endures(
          () -> {
            try (var peer = Peer.of(port)) {
              peer.send(garbage);
              peer.rest();
            }
          },
          "WARNING whirlwind.stream");
    }
  }

  @Test
  @Tag("TLS-14")
  void aHelloThatIsCutAnywhereIsNoNews() throws Exception {
    var hello = hello();
    for (int cut : new int[] {0, 1, 4, 5, 6, 9, 43, hello.length / 2, hello.length - 1}) {
      endures(
          () -> {
            Peer.of(port).reset();
            try (var closes = Peer.of(port)) {
              closes.send(Arrays.copyOf(hello, cut));
            }
            var resets = Peer.of(port);
            resets.send(Arrays.copyOf(hello, cut));
            resets.reset();
            try (var ends = Peer.of(port)) {
              ends.send(Arrays.copyOf(hello, cut));
              ends.socket.shutdownOutput();
              ends.rest();
            }
          });
    }
  }

  private static byte[] hello() throws Exception {
    var engine = ANYBODY.createSSLEngine("localhost", port);
    engine.setUseClientMode(true);
    var record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), record);
    return Arrays.copyOf(record.array(), record.position());
  }

  @Test
  @Tag("TLS-14")
  void garbageAfterTheHandshakeCostsOneLine() throws Exception {
    endures(
        () -> {
          var below = Peer.of(port);
          try (var above = new Peer(over(below.socket))) {
            assertThat(above.ask("well so far")).isEqualTo("well so far");
            below.send(
                "and now something completely different\n".repeat(500)); // more than a record
            below.rest();
          }
        },
        "WARNING whirlwind.stream");
  }

  @Test
  @Tag("TLS-16")
  void aCutWithoutCloseNotifyIsNoNews() throws Exception {
    endures(
        () -> {
          var closes = Peer.of(port);
          assertThat(new Peer(over(closes.socket)).ask("soon gone")).isEqualTo("soon gone");
          closes.socket.close();
          var resets = Peer.of(port);
          assertThat(new Peer(over(resets.socket)).ask("soon gone")).isEqualTo("soon gone");
          resets.reset();
        });
  }
}
