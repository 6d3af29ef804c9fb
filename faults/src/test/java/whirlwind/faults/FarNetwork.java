// SPDX-License-Identifier: Apache-2.0
package whirlwind.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A network of its own in this kernel, joined to ours by one cable ({@code cable.py}) that delays,
 * loses packets and can be cut. Needs the rights of root; tests are skipped, with a loud line,
 * where they are missing.
 */
final class FarNetwork {
  private static final String NAME = "whirlwind-far";
  private static final String OUR_ADDRESS = "10.213.7.1";

  private final Process cable;

  private FarNetwork(Process cable) {
    this.cable = cable;
  }

  /** Lays the cable. */
  static FarNetwork join() throws Exception {
    ip("netns", "del", NAME); // what a run that was killed may have left
    if (ip("netns", "add", NAME)) {
      var program =
          new String(
              Objects.requireNonNull(FarNetwork.class.getResourceAsStream("/cable.py"))
                  .readAllBytes());
      var cable =
          new ProcessBuilder("python3", "-c", program, NAME)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      var network = new FarNetwork(cable);
      if ("ready".equals(cable.inputReader().readLine())) {
        return network;
      }
      network.remove();
    }
    System.err.println("SKIPPED, for there can be no second network here: no root, or no tun(4)");
    return Assumptions.abort("no second network");
  }

  /** Nothing goes through the cable any more, and nobody is told. */
  void cut() throws IOException {
    tell("cut");
  }

  /** All is as before. */
  void mend() throws IOException {
    tell("mend");
  }

  /** Each packet takes so long from now on, in either direction. */
  void delay(int milliseconds) throws IOException {
    tell("delay " + milliseconds);
  }

  /** So many packets of a hundred are lost from now on. */
  void lose(int percent) throws IOException {
    tell("loss " + percent);
  }

  private void tell(String what) throws IOException {
    cable.outputWriter().write(what + "\n");
    cable.outputWriter().flush();
    var answer = cable.inputReader().readLine();
    if (!what.equals(answer)) {
      throw new IOException("the cable was told \"" + what + "\" and answered " + answer);
    }
  }

  /** Netcat, from over there to a port of ours. */
  Process connectTo(int port) throws IOException {
    return new ProcessBuilder(
            "ip", "netns", "exec", NAME, "nc", "-N", OUR_ADDRESS, Integer.toString(port))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Takes the cable and the network away. */
  void remove() throws Exception {
    cable.destroyForcibly().waitFor();
    ip("netns", "del", NAME);
  }

  /** Whether it could be done. */
  private static boolean ip(String... arguments) throws Exception {
    var command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException _) {
      return false; // there is no such command
    }
  }
}
