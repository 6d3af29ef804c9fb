// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The session of the README: the packaged server, and {@code nc} as the client. */
class NetcatIT {

  @Test
  void aSessionWithNetcat() throws Exception {
    Installed.assume("nc");
    try (var chat = ChatProcess.start(List.of(), "0", "--host", "127.0.0.1")) {
      int port = chat.awaitStart("loop");
      var nc = new ProcessBuilder("nc", "127.0.0.1", "" + port).redirectErrorStream(true).start();
      try {
        var out = nc.outputWriter();
        out.write("/nick ann\nhello\n/who\n/dance\n/quit\n");
        out.close();
        assertThat(nc.waitFor(20, TimeUnit.SECONDS)).as("nc has ended").isTrue();
        assertThat(nc.inputReader().lines())
            .containsExactly(
                "* Welcome, guest1. What you type goes to all in the room; /help says more.",
                "* guest1 joined lobby",
                "* guest1 is now ann",
                "ann: hello",
                "* In lobby: ann",
                "* There is no command /dance; /help lists those there are.",
                "* Good bye, ann.");
      } finally {
        nc.destroyForcibly();
      }
      chat.terminate();
      assertThat(chat.exitCode()).isZero();
    }
  }
}
