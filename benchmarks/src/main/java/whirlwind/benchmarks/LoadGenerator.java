// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Puts load on a server, and reads the server's CPU time before and after, while nothing is on the
 * way.
 *
 * <p>The messages counted and the CPU time are thus those of exactly the same work. {@code load.c}
 * describes the dialogue.
 */
record LoadGenerator(RunOptions options, Pinning pinning, Children children) {
  private static final String NAME = "load generator";
  private static final int GRACE_SECONDS = 30;

  Sample run(ServerProcess server, Scenario scenario, double warmUp, double seconds)
      throws IOException {
    var process = children.start(command(server, scenario, warmUp, seconds));
    try (BufferedReader output = process.inputReader();
        Writer input = process.outputWriter()) {
      children.readLine(NAME, process, output, limit(warmUp)); // "ready"
      var before = server.cpuTime();
      goOn(input);
      var result = children.readLine(NAME, process, output, limit(seconds));
      var used = server.cpuTime().since(before);
      goOn(input);
      return sample(result, used);
    } finally {
      process.destroyForcibly().onExit().join(); // its connections are closed before the next run
    }
  }

  private List<String> command(
      ServerProcess server, Scenario scenario, double warmUp, double seconds) {
    var command = new ArrayList<>(pinning.load());
    command.add(options.nativePrograms().resolve("load").toString());
    command.add(Integer.toString(server.port()));
    command.add(Integer.toString(scenario.connections()));
    command.add(Integer.toString(Scenario.MESSAGE_SIZE));
    command.add(Integer.toString(scenario.depth()));
    command.add(Double.toString(warmUp));
    command.add(Double.toString(seconds));
    return command;
  }

  private static int limit(double seconds) {
    return (int) seconds + GRACE_SECONDS;
  }

  private static void goOn(Writer input) throws IOException {
    input.write('\n');
    input.flush();
  }

  private static Sample sample(String result, CpuTime.Used cpu) throws IOException {
    return new Sample(
        (long) field(result, "messages"),
        field(result, "seconds"),
        field(result, "p50_us"),
        field(result, "p99_us"),
        field(result, "p999_us"),
        cpu);
  }

  private static double field(String json, String name) throws IOException {
    var field = Pattern.compile('"' + name + "\":([0-9.]+)").matcher(json);
    if (!field.find()) {
      throw new IOException(NAME + ": wanted a number " + name + ", got " + json);
    }
    return Double.parseDouble(field.group(1));
  }
}
