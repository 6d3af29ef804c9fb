// SPDX-License-Identifier: Apache-2.0
package whirlwind.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A handler that misbehaves costs its own connection, and the log says so. */
class HandlerFaultsTest {
  private ServerProcess server;
  private int port;
  private int tlsPort;

  private Ordeal start(String... arguments) throws Exception {
    server = ServerProcess.start(List.of(), List.of("-Xmx48m"), FaultyServer.class, arguments);
    port = server.port();
    tlsPort = server.port();
    return new Ordeal(server, port);
  }

  @AfterEach
  void end() {
    server.close();
  }

  /** As Ordeal has it, and the loop has no task or connection more than it had. */
  private void isAtRest() throws Exception {
    Poll.until(
        "no connection, and the one task that serves",
        () -> {
          server.type("census");
          return server.line().equals("connections 0 tasks 1");
        },
        server::log);
  }

  @Test
  void oneThatThrowsIsLoggedAndItsConnectionClosed() throws Exception {
    start()
        .passes(
            () -> {
              try (var peer = Peer.of(port)) {
                peer.send("throw\n");
                assertThat(peer.rest()).isEmpty();
              }
            },
            "SEVERE whirlwind.net: the handler of the connection of .* failed");
    isAtRest();
  }

  @Test
  void oneThatExhaustsTheHeapIsLoggedAndTheLoopSurvives() throws Exception {
    start()
        .passes(
            () -> {
              try (var peer = Peer.of(port)) {
                peer.send("hoard\n");
                assertThat(peer.rest()).isEmpty();
              }
            },
            "SEVERE whirlwind.net: the handler of the connection of .* failed.*");
    assertThat(server.log()).anyMatch(line -> line.contains("java.lang.OutOfMemoryError"));
    isAtRest();
  }

  @Test
  void oneThatNeverYieldsIsNamedByTheWatchdog() throws Exception {
    var ordeal = start();
    int mark = server.log().size();
    try (var peer = Peer.of(port);
        var bystander = Peer.of(port)) {
      peer.send("spin\n");
      ordeal.logs(mark, "WARNING whirlwind.loop: .* has been blocked for ");
      assertThat(server.log()).anyMatch(line -> line.contains("FaultyServer.spin"));
      bystander.send("still there\n");
      server.type("go");
      assertThat(bystander.line()).isEqualTo("still there");
      assertThat(peer.line()).isEqualTo("spin");
    }
    isAtRest();
  }

  /** On the loop carrier it parks, as any thread would; on the other it stops its loop. */
  @Test
  void oneThatBlocksKeepsNobodyOrIsNamed() throws Exception {
    var ordeal = start();
    int mark = server.log().size();
    try (var peer = Peer.of(port);
        var bystander = Peer.of(port)) {
      peer.send("block\n");
      if (ServerProcess.carrier().equals("loop")) {
        assertThat(bystander.ask("go on")).isEqualTo("go on");
        ordeal.logs(mark);
      } else {
        ordeal.logs(mark, "WARNING whirlwind.loop: .* has been blocked for .* is WAITING, on ");
      }
      server.type("go");
      assertThat(peer.line()).isEqualTo("block");
      assertThat(bystander.ask("still there")).isEqualTo("still there");
    }
    isAtRest();
  }

  @Test
  void stormsOfCancellationsPass() throws Exception {
    start()
        .passesQuietly(
            () -> {
              try (var peer = Peer.of(port)) {
                assertThat(peer.ask("storm")).isEqualTo("storm");
              }
            });
    isAtRest();
  }

  @Test
  void aChildThatIsKilledIsNoticedAndLeavesNothing() throws Exception {
    start()
        .passesQuietly(
            () -> {
              try (var peer = Peer.of(port)) {
                long pid = Long.parseLong(peer.ask("child"));
                ProcessHandle.of(pid).orElseThrow().destroyForcibly();
                assertThat(peer.line()).isEqualTo("ended with 137");
              }
            });
    isAtRest();
  }

  @Test
  void aHandshakeThatStallsIsEndedByItsDeadline() throws Exception {
    start()
        .passesQuietly(
            () -> {
              try (var silent = Peer.of(tlsPort);
                  var stalls = Peer.of(tlsPort)) {
                stalls.send(new byte[] {22, 3, 1, 1});
                assertThat(silent.rest()).isEmpty();
                assertThat(stalls.rest()).isEmpty();
              }
            });
    isAtRest();
  }

  /** On the baton carrier whatever blocks a coroutine stops its loop; on the other it parks. */
  @Test
  void anAppenderOfTheLogThatBlocksKeepsOnlyWhoLogs() throws Exception {
    start("appender");
    try (var bystander = Peer.of(port);
        var peer = Peer.of(port)) {
      assertThat(bystander.ask("before")).isEqualTo("before");
      peer.send("throw\n");
      assertThat(server.line()).isEqualTo("the log stands still");
      var asking = new FutureTask<>(() -> bystander.ask("during"));
      Thread.ofPlatform().daemon().start(asking);
      if (ServerProcess.carrier().equals("loop")) {
        assertThat(asking.get()).isEqualTo("during");
      }
      server.type("go");
      assertThat(asking.get()).isEqualTo("during");
      assertThat(peer.rest()).isEmpty();
    }
    isAtRest();
  }
}
