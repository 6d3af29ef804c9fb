// SPDX-License-Identifier: Apache-2.0
package whirlwind.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A network that is slow, loses packets or falls apart while connections go through it. */
class FarNetworkTest {
  private FarNetwork network;
  private ServerProcess server;
  private int port;

  @BeforeEach
  void start() throws Exception {
    network = FarNetwork.join();
    server = ServerProcess.start(List.of(), List.of(), FaultyServer.class);
    port = server.port();
  }

  @AfterEach
  void end() throws Exception {
    if (server != null) {
      server.close();
    }
    if (network != null) {
      network.remove();
    }
  }

  /** One who talks over the cable. */
  private record FarPeer(Process netcat, BufferedWriter to, BufferedReader from)
      implements AutoCloseable {
    static FarPeer of(Process netcat) {
      return new FarPeer(netcat, netcat.outputWriter(), netcat.inputReader());
    }

    void send(String line) throws IOException {
      to.write(line + "\n");
      to.flush();
    }

    String ask(String line) throws IOException {
      send(line);
      return from.readLine();
    }

    @Override
    public void close() {
      netcat.destroyForcibly();
    }
  }

  @Test
  void whatWasSentWhileTheNetworkWasAwayArrivesWhenItIsBackAndOthersNoticeNothing()
      throws Exception {
    new Ordeal(server, port)
        .passesQuietly(
            () -> {
              try (var far = FarPeer.of(network.connectTo(port));
                  var near = Peer.of(port)) {
                assertThat(far.ask("before")).isEqualTo("before");
                network.cut();
                far.send("during");
                for (int i = 0; i < 1_000; i++) {
                  assertThat(near.ask("near " + i)).isEqualTo("near " + i);
                }
                network.mend();
                assertThat(far.from.readLine()).isEqualTo("during");
                assertThat(far.ask("after")).isEqualTo("after");
              }
            });
  }

  @Test
  void whoIsCutOffForGoodIsLetGoByADeadline() throws Exception {
    new Ordeal(server, port)
        .passesQuietly(
            () -> {
              try (var far = FarPeer.of(network.connectTo(port))) {
                assertThat(far.ask("hurry")).isEqualTo("hurry");
                network.cut();
                far.send("too late");
                Poll.until(
                    "a server that has let go",
                    () -> {
                      server.type("census");
                      return server.line().startsWith("connections 1 "); // the bystander
                    },
                    server::log);
              }
            });
  }

  @Test
  void overASlowNetworkThatLosesPacketsAllArrivesInOrderAndOthersNoticeNothing() throws Exception {
    int lines = 2_000;
    network.delay(20);
    network.lose(5);
    new Ordeal(server, port)
        .passesQuietly(
            () -> {
              try (var far = FarPeer.of(network.connectTo(port))) {
                var sender = new FutureTask<>(() -> sendAll(far, lines));
                Thread.ofVirtual().start(sender);
                for (int i = 0; i < lines; i++) {
                  assertThat(far.from.readLine()).isEqualTo(numbered(i));
                }
                assertThat(far.from.readLine()).as("the end, which the server saw").isNull();
                assertThat(sender.get()).isGreaterThan(300 * lines);
              }
            });
  }

  /** How many bytes it has sent, before the end. */
  private static int sendAll(FarPeer far, int lines) throws IOException {
    int bytes = 0;
    for (int i = 0; i < lines; i++) {
      far.send(numbered(i));
      bytes += numbered(i).length() + 1;
    }
    far.to.close();
    return bytes;
  }

  private static String numbered(int i) {
    return i + " " + "x".repeat(300);
  }

  @Test
  void whoComesAndGoesOverSuchANetworkLeavesNothing() throws Exception {
    network.delay(5);
    network.lose(10);
    new Ordeal(server, port)
        .passesQuietly(
            () -> {
              for (int i = 0; i < 30; i++) {
                try (var far = FarPeer.of(network.connectTo(port))) {
                  assertThat(far.ask("visit " + i)).isEqualTo("visit " + i);
                }
              }
            });
  }
}
