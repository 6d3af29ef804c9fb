// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Starts the servers of a run: each on the servers' core, each with the same arguments. */
record Launcher(RunOptions options, Pinning pinning, Children children, List<String> arguments) {
  private static final int START_SECONDS = 30;

  /** What a server says when it listens: ours the first, the chat example the second. */
  private static final Pattern READY =
      Pattern.compile("READY (\\d+)|chat listens on [^ ]+:(\\d+) .*");

  Launcher {
    arguments = List.copyOf(arguments);
  }

  /** Starts a server that gets these flags on top of the usual ones, if it is one on a JVM. */
  ServerProcess start(EchoServer server, String... jvmFlags) throws IOException {
    var command = new ArrayList<>(pinning.server());
    command.addAll(server.program().command(options.programs(), List.of(jvmFlags), arguments));
    var process = children.start(command);
    return new ServerProcess(server, process, port(process), children);
  }

  private int port(Process process) throws IOException {
    try {
      var line = children.readLine("server", process, process.inputReader(), START_SECONDS);
      var ready = READY.matcher(line);
      if (ready.matches()) {
        return Integer.parseInt(ready.group(1) == null ? ready.group(2) : ready.group(1));
      }
      throw new IOException("wanted READY and a port, got \"%s\"".formatted(line));
    } catch (IOException | NumberFormatException e) {
      process.destroyForcibly();
      throw new IOException("starting: " + e.getMessage(), e);
    }
  }
}
