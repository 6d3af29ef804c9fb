// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Puts load on a server, and reads the server's CPU time or memory before and after, while nothing
 * is on the way.
 *
 * <p>The messages counted and the CPU time are thus those of exactly the same work. {@code
 * load/main.c} describes the dialogue.
 */
record LoadGenerator(RunOptions options, Pinning pinning, Children children) {
  private static final String NAME = "load generator";
  private static final int GRACE_SECONDS = 30;
  private static final int IDLE_SECONDS = 60; // to open them all

  /** Keeps a server busy for so many seconds, after a warm-up that is not counted. */
  Sample run(ServerProcess server, Scenario.Busy scenario, double warmUp, double seconds)
      throws IOException {
    var command = command(server, scenario.load());
    command.add(Double.toString(warmUp));
    command.add(Double.toString(seconds));
    var run = around(command, limit(warmUp), limit(seconds), server::cpuTime);
    return new Sample(
        (long) run.number("messages"),
        run.number("seconds"),
        run.number("p50_us"),
        run.number("p99_us"),
        run.number("p999_us"),
        run.after().since(run.before()));
  }

  /** Opens connections that then do nothing, and closes them when the server's memory is read. */
  IdleSample hold(ServerProcess server, Scenario.Idle scenario) throws IOException {
    var run =
        around(command(server, scenario.load()), limit(0), limit(IDLE_SECONDS), server::memory);
    return IdleSample.between(run.before(), run.after(), (long) run.number("messages"));
  }

  private List<String> command(ServerProcess server, List<String> load) {
    var command = new ArrayList<>(pinning.load());
    command.add(options.loadProgram().toString());
    command.add(Integer.toString(server.port()));
    command.addAll(load);
    return command;
  }

  /** What is read of the server while it has nothing to do. */
  private interface Reading<T> {
    T read() throws IOException;
  }

  private record Run<T>(String result, T before, T after) {
    double number(String name) throws IOException {
      var field = Pattern.compile('"' + name + "\":([0-9.]+)").matcher(result);
      if (!field.find()) {
        throw new IOException(NAME + ": wanted a number " + name + ", got " + result);
      }
      return Double.parseDouble(field.group(1));
    }
  }

  private <T> Run<T> around(
      List<String> command, int readyLimit, int resultLimit, Reading<T> reading)
      throws IOException {
    var process = children.start(command);
    try (BufferedReader output = process.inputReader();
        Writer input = process.outputWriter()) {
      children.readLine(NAME, process, output, readyLimit); // "ready"
      var before = reading.read();
      goOn(input);
      var result = children.readLine(NAME, process, output, resultLimit);
      var after = reading.read();
      goOn(input);
      return new Run<>(result, before, after);
    } finally {
      process.destroyForcibly().onExit().join(); // its connections are closed before the next run
    }
  }

  private static int limit(double seconds) {
    return (int) seconds + GRACE_SECONDS;
  }

  private static void goOn(Writer input) throws IOException {
    input.write('\n');
    input.flush();
  }
}
