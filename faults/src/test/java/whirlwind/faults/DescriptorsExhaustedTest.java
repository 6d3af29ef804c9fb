// SPDX-License-Identifier: Apache-2.0
package whirlwind.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** More connections than the process may have descriptors. */
class DescriptorsExhaustedTest {
  private static final int DESCRIPTORS = 80;

  @Test
  void newOnesWaitUntilOthersGoAndNobodyElseIsDisturbed() throws Exception {
    var limited = List.of("sh", "-c", "ulimit -n " + DESCRIPTORS + "; exec \"$@\"", "sh");
    try (var echo = ServerProcess.start(limited, List.of(), FaultyServer.class)) {
      int port = echo.port();
      echo.port(); // of TLS
      var ordeal = new Ordeal(echo, port);
      // The first line of a log loads what needs descriptors itself.
      ordeal.passes(() -> breakOff(port), "SEVERE whirlwind.net: the handler of ");
      int mark = echo.log().size();
      ordeal.passes(
          () -> {
            var peers = new ArrayList<Peer>();
            for (int i = 0; i < DESCRIPTORS + 20; i++) {
              peers.add(Peer.of(port)); // the last ones wait in the backlog
            }
            var last = peers.getLast();
            last.send("at last\n");
            Poll.until("a line about it", () -> !echo.entries(mark).isEmpty(), echo::log);
            for (var peer : peers.subList(0, 50)) {
              peer.close();
            }
            assertThat(last.line()).isEqualTo("at last");
            for (var peer : peers) {
              peer.close();
            }
          },
          "WARNING whirlwind.net: no connection can be accepted on ");
    }
  }

  private static void breakOff(int port) throws Exception {
    try (var peer = Peer.of(port)) {
      peer.send("throw\n");
      peer.rest();
    }
  }
}
