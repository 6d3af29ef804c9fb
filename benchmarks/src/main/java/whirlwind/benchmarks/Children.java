// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The processes that a run started; none outlives it, however it ends.
 *
 * <p>Their standard error goes to one log file.
 */
final class Children {
  private final Set<Process> alive = ConcurrentHashMap.newKeySet();
  private final Path log;

  Children(Path log) {
    this.log = log;
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> alive.forEach(Process::destroyForcibly), "kill-children"));
  }

  Process start(List<String> command) throws IOException {
    var process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    alive.add(process);
    process.onExit().thenAccept(alive::remove);
    return process;
  }

  /**
   * Reads a line, but kills the process if none has come by then.
   *
   * <p>Errors: {@code IOException} if the process ended, by itself or so, without the line.
   */
  String readLine(String who, Process process, BufferedReader output, int limitSeconds)
      throws IOException {
    var limit =
        CompletableFuture.runAsync(
            process::destroyForcibly,
            CompletableFuture.delayedExecutor(limitSeconds, TimeUnit.SECONDS));
    var line = output.readLine();
    var inTime = limit.cancel(false);
    if (line == null) {
      throw new IOException(
          "%s: wanted a line, got %s; see %s"
              .formatted(
                  who, inTime ? ending(process) : "nothing within " + limitSeconds + " s", log));
    }
    return line;
  }

  private static String ending(Process process) {
    return "the end of its output (exit code " + process.onExit().join().exitValue() + ")";
  }
}
