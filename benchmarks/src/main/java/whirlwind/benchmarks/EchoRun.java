// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The echo benchmark: what an echo costs each server in CPU time, side by side, for everybody who
 * doubts a number.
 *
 * <p>{@code README.md} of this module tells the method and how to read the result.
 */
final class EchoRun {
  private static final int FAILED = 1;
  private static final int WORSE = 2;
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
    if (!Files.isExecutable(options.loadProgram())) {
      System.err.println(
          "echo benchmark: wanted the load generator at %s, got nothing; benchmarks/run compiles it"
              .formatted(options.loadProgram()));
      return USAGE_ERROR;
    }
    return measure(Lab.open(options));
  }

  private static int measure(Lab lab) throws IOException {
    lab.results().table(head(lab));
    var complete = true;
    for (var scenario : lab.options().scenarios()) {
      complete &= measure(scenario, lab).stream().noneMatch(List::isEmpty);
    }
    var worse = lab.ratios().worse();
    worse.forEach(line -> lab.results().progress("WORSE than on record: " + line));
    lab.ratios().close();
    lab.results().progress(lab.results().toString());
    return complete ? (worse.isEmpty() ? 0 : WORSE) : FAILED;
  }

  /** Answers the samples, a list of them for each server. */
  private static Collection<? extends List<?>> measure(Scenario scenario, Lab lab)
      throws IOException {
    var report = new Report(lab.options().suite());
    return switch (scenario) {
      case Scenario.Busy busy -> {
        try (var run = new ScenarioRun(busy, lab)) {
          var samples = run.measure();
          lab.results().table(report.busy(busy, samples));
          yield compared(lab, scenario, samples, Sample::cpuMicrosWithoutCompilers);
        }
      }
      case Scenario.Startup startup -> {
        var samples = new StartupRun(startup, lab).measure();
        lab.results().table(report.startup(startup, samples));
        yield compared(lab, scenario, samples, StartupSample::cpuMillis);
      }
      case Scenario.Idle idle -> {
        var samples = new IdleRun(idle, lab).measure();
        lab.results().table(report.idle(idle, samples));
        yield compared(lab, scenario, samples, IdleSample::heap);
      }
    };
  }

  /** Holds ours against what is on record, by what is least disturbed of all that was measured. */
  private static <T> Collection<List<T>> compared(
      Lab lab, Scenario scenario, Map<EchoServer, List<T>> samples, ToDoubleFunction<T> quantity) {
    var suite = lab.options().suite();
    var peer = samples.getOrDefault(suite.peer(), List.of());
    samples.forEach(
        (server, own) -> {
          if (server.isOurs() && !own.isEmpty() && own.size() == peer.size()) {
            lab.ratios()
                .measured(
                    "%s %s %s".formatted(suite.id(), scenario, server),
                    suite.peer().id(),
                    Ratios.Ratio.of(new Figures<>(own, quantity).ratios(peer)));
          }
        });
    return samples.values();
  }

  private static String head(Lab lab) throws IOException {
    var options = lab.options();
    return """
    ## %s

    - machine: %s
    - pinning: %s
    - rounds: %d of %s s each, every server in each, in a new order; at most %d s of warm-up before
    - flags of every JVM: `%s`
    """
        .formatted(
            options.suite().title(),
            Machine.here(),
            lab.launcher().pinning(),
            options.rounds(),
            options.seconds(),
            options.warmUpSeconds(),
            String.join(" ", Program.JVM_FLAGS));
  }
}
