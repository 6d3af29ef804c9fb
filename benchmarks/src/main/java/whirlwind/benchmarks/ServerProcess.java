// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A running echo server. */
record ServerProcess(EchoServer server, Process process, int port) implements AutoCloseable {
  private static final int START_SECONDS = 30;
  private static final String READY = "READY ";

  static ServerProcess start(
      EchoServer server, RunOptions options, Pinning pinning, Children children)
      throws IOException {
    var command = new ArrayList<>(pinning.server());
    command.addAll(server.program().command(options.nativePrograms()));
    var process = children.start(command);
    return new ServerProcess(server, process, port(process, command, children));
  }

  private static int port(Process process, List<String> command, Children children)
      throws IOException {
    try {
      var line = children.readLine("server", process, process.inputReader(), START_SECONDS);
      if (line.startsWith(READY)) {
        return Integer.parseInt(line.substring(READY.length()));
      }
      throw new IOException("wanted READY and a port, got \"%s\"".formatted(line));
    } catch (IOException | NumberFormatException e) {
      process.destroyForcibly();
      throw new IOException("starting " + String.join(" ", command) + ": " + e.getMessage(), e);
    }
  }

  CpuTime cpuTime() throws IOException {
    return CpuTime.of(process.pid());
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
