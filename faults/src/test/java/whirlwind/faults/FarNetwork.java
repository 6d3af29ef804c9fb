// SPDX-License-Identifier: Apache-2.0
package whirlwind.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A network of its own in this kernel, joined to ours by one cable that can be cut. Needs the
 * rights of root; tests are skipped, with a loud line, where they are missing.
 */
final class FarNetwork {
  private static final String NAME = "whirlwind-far";
  private static final String OUR_END = "ww-near";
  private static final String ITS_END = "ww-far";
  private static final String OUR_ADDRESS = "10.213.7.1";

  private FarNetwork() {}

  /** Lays the cable. */
  static FarNetwork join() throws Exception {
    remove(); // what a run that was killed may have left
    try {
      ip("netns", "add", NAME);
      ip("link", "add", OUR_END, "type", "veth", "peer", "name", ITS_END);
      ip("link", "set", ITS_END, "netns", NAME);
      ip("addr", "add", OUR_ADDRESS + "/30", "dev", OUR_END);
      ip("link", "set", OUR_END, "up");
      ip("-n", NAME, "addr", "add", "10.213.7.2/30", "dev", ITS_END);
      ip("-n", NAME, "link", "set", ITS_END, "up");
      return new FarNetwork();
    } catch (IOException impossible) {
      remove();
      System.err.println(
          "SKIPPED, for there is no second network here: " + impossible.getMessage());
      Assumptions.abort("no second network: " + impossible.getMessage());
      throw impossible;
    }
  }

  /** Nothing goes through the cable any more, and nobody is told. */
  void cut() throws Exception {
    ip("link", "set", OUR_END, "down");
  }

  /** All is as before. */
  void mend() throws Exception {
    ip("link", "set", OUR_END, "up");
  }

  /** Netcat, from over there to a port of ours. */
  Process connectTo(int port) throws IOException {
    return new ProcessBuilder(
            "ip", "netns", "exec", NAME, "nc", OUR_ADDRESS, Integer.toString(port))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Takes the cable and the network away, if they are there. */
  static void remove() throws Exception {
    for (var command : List.of(List.of("link", "del", OUR_END), List.of("netns", "del", NAME))) {
      try {
        ip(command.toArray(new String[0]));
      } catch (IOException _) {
        // It is not there.
      }
    }
  }

  private static void ip(String... arguments) throws Exception {
    var command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes()).strip();
    if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
  }
}
