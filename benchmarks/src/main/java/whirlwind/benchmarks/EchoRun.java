// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/**
 * The echo benchmark: what a 64-byte echo costs each server in CPU time, side by side, for
 * everybody who doubts a number.
 *
 * <p>{@code README.md} of this module tells the method and how to read the result.
 */
final class EchoRun {
  private static final int FAILED = 1;
  private static final int USAGE_ERROR = 64;

  private EchoRun() {}

  static void main(String[] arguments) throws IOException {
    System.exit(run(List.of(arguments)));
  }

  private static int run(List<String> arguments) throws IOException {
    if (arguments.contains("--help")) {
      System.out.print(RunOptions.USAGE);
      return 0;
    }
    RunOptions options;
    try {
      options = RunOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println("echo benchmark: " + e.getMessage() + "\n" + RunOptions.USAGE);
      return USAGE_ERROR;
    }
    var generator = options.nativePrograms().resolve("load");
    if (!Files.isExecutable(generator)) {
      System.err.println(
          "echo benchmark: wanted the load generator at %s, got nothing; benchmarks/run compiles it"
              .formatted(generator));
      return USAGE_ERROR;
    }
    return measure(options);
  }

  private static int measure(RunOptions options) throws IOException {
    var start = Instant.now();
    var results = new Results(options.results(), start);
    var pinning = Pinning.detect();
    var load = new LoadGenerator(options, pinning, new Children(results.log()));
    var order = new Random(start.getEpochSecond());
    results.table(head(options, pinning));
    var complete = true;
    for (var scenario : options.scenarios()) {
      try (var run = new ScenarioRun(scenario, options, load, results)) {
        var samples = run.measure(order);
        results.table(Report.table(scenario, samples));
        complete &= samples.values().stream().noneMatch(List::isEmpty);
      }
    }
    results.progress(results.toString());
    return complete ? 0 : FAILED;
  }

  private static String head(RunOptions options, Pinning pinning) throws IOException {
    return """
    ## Echo, %d-byte messages

    - machine: %s
    - pinning: %s
    - rounds: %d of %s s each, every server in each, in a new order; at most %d s of warm-up before
    - flags of every JVM: `%s`
    """
        .formatted(
            Scenario.MESSAGE_SIZE,
            Machine.here(),
            pinning,
            options.rounds(),
            options.seconds(),
            options.warmUpSeconds(),
            String.join(" ", Program.JVM_FLAGS));
  }
}
