// SPDX-License-Identifier: Apache-2.0
package whirlwind.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** SIGTERM for a process with two loops, whose clients come to an end or do not. */
class ShutdownTest {
  private static final int KILLED_BY_SIGTERM = 128 + 15;
  private static final String LONG = "60000";

  private ServerProcess server;
  private int second;
  private int first;

  private void start(String graceMillis, String cleanUpMillis) throws Exception {
    server =
        ServerProcess.start(List.of(), List.of(), StoppingServer.class, graceMillis, cleanUpMillis);
    second = server.port();
    first = server.port();
  }

  @AfterEach
  void kill() {
    server.close();
  }

  private static Peer asking(int port, String line) throws Exception {
    var peer = Peer.of(port);
    assertThat(peer.ask(line)).isEqualTo(line);
    return peer;
  }

  private void signalled(int port) throws Exception {
    server.terminate();
    Poll.until("a door that is closed", () -> isClosed(port), () -> port);
  }

  private static boolean isClosed(int port) {
    try {
      Peer.of(port).close();
      return false;
    } catch (IOException _) {
      return true;
    }
  }

  @Test
  void clientsAreServedToTheirEndAndThenTheProcessExits() throws Exception {
    start(LONG, LONG);
    var bob = asking(second, "I am bob");
    try (var ann = asking(first, "I am ann")) {
      signalled(second); // which was added first
      assertThat(bob.ask("still there?")).isEqualTo("still there?");
      assertThat(ann.ask("and you?")).isEqualTo("and you?");
      assertThat(isClosed(first)).as("it is not its turn yet").isFalse();
      bob.close();
      Poll.until("the second in the line", () -> isClosed(first), () -> first);
      assertThat(ann.ask("last words")).isEqualTo("last words");
    }
    assertThat(server.exitCode()).isEqualTo(KILLED_BY_SIGTERM);
    assertThat(server.log()).noneMatch(line -> line.startsWith("shutdown"));
  }

  @Test
  void whoRefusesToStopIsNamedWithItsStack() throws Exception {
    start("300", "100");
    try (var stubborn = asking(second, "stubborn")) {
      server.terminate();
      assertThat(server.exitCode()).isEqualTo(KILLED_BY_SIGTERM);
      assertThat(server.log())
          .anyMatch(line -> line.equals("shutdown: 0 finished, 0 cancelled, 2 aborted"))
          .anyMatch(
              line ->
                  line.startsWith("  aborted: connection of ")
                      && line.contains(":" + stubborn.socket.getLocalPort() + ", awaiting Future"))
          .anyMatch(line -> line.contains("StoppingServer.refuseToStop"))
          .anyMatch(line -> line.matches("  aborted: IOLoop.* has not closed"));
    }
  }

  @Test
  void aLoopThatIsStuckIsNamedWithItsStack() throws Exception {
    start("300", "100");
    try (var spinning = asking(first, "spin")) {
      server.terminate();
      assertThat(server.exitCode()).isEqualTo(KILLED_BY_SIGTERM);
      assertThatIOException().isThrownBy(spinning::line);
      assertThat(server.log())
          .anyMatch(line -> line.matches("  aborted: first on IOLoop.*, which does not answer"))
          .anyMatch(line -> line.contains("StoppingServer.spin"));
    }
  }

  @Test
  void aSecondSignalEndsItAtOnce() throws Exception {
    start(LONG, LONG);
    try (var peer = asking(second, "I stay")) {
      signalled(second);
      server.terminate();
      assertThat(server.exitCode()).isEqualTo(KILLED_BY_SIGTERM);
      assertThatIOException().isThrownBy(peer::line);
    }
  }
}
