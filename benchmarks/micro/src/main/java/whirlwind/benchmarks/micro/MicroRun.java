// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks.micro;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * The benchmarks inside one JVM: {@code quick} or {@code full}, then options of JMH, such as {@code
 * -p peer=WHIRLWIND} or a regular expression of operations. Prints a table of times and one of
 * bytes allocated.
 */
final class MicroRun {
  private static final String BYTES = "gc.alloc.rate.norm";

  private final Table nanos = new Table();
  private final Table bytes = new Table();

  /** How long each operation of each peer is measured. */
  private record Effort(int forks, int warmups, int iterations, TimeValue each) {
    static Effort named(String name) {
      return switch (name) {
        case "quick" -> new Effort(1, 5, 10, TimeValue.milliseconds(200));
        case "full" -> new Effort(3, 10, 10, TimeValue.milliseconds(500));
        default ->
            throw new IllegalArgumentException("wanted quick or full first, got \"" + name + "\"");
      };
    }

    double seconds() {
      return forks * iterations * each.convertTo(TimeUnit.MILLISECONDS) / 1e3;
    }
  }

  void main(String[] args) throws Exception {
    var effort = Effort.named(args.length == 0 ? "quick" : args[0]);
    var jmhOptions = Arrays.copyOfRange(args, Math.min(1, args.length), args.length);
    measureJvmPeers(effort, jmhOptions);
    if (jmhOptions.length == 0) {
      for (var script : PythonScript.values()) {
        script
            .measure(effort.seconds())
            .forEach((name, all) -> nanos.put(name, script.title(), all));
      }
    }
    System.out.println("\nNanoseconds an operation, median (least–most):\n\n" + nanos);
    System.out.println("Bytes allocated an operation:\n\n" + bytes);
  }

  private void measureJvmPeers(Effort effort, String[] jmhOptions)
      throws RunnerException, CommandLineOptionException {
    var given = new CommandLineOptions(jmhOptions);
    var options =
        new OptionsBuilder()
            .parent(given)
            .forks(given.getForkCount().orElse(effort.forks))
            .warmupIterations(given.getWarmupIterations().orElse(effort.warmups))
            .measurementIterations(given.getMeasurementIterations().orElse(effort.iterations))
            .warmupTime(given.getWarmupTime().orElse(effort.each))
            .measurementTime(given.getMeasurementTime().orElse(effort.each))
            .addProfiler(GCProfiler.class);
    new Runner(options.build()).run().forEach(this::add);
  }

  private void add(RunResult result) {
    var operation = result.getPrimaryResult().getLabel();
    var peer = titleOf(result.getParams());
    nanos.put(operation, peer, new Samples(scores(result)));
    bytes.put(
        operation, peer, "%.0f".formatted(result.getSecondaryResults().get(BYTES).getScore()));
  }

  private static String titleOf(BenchmarkParams params) {
    var peer = params.getParam("peer");
    var benchmark = params.getBenchmark();
    if (benchmark.startsWith(LoopBenchmark.class.getName())) {
      return LoopPeer.valueOf(peer).title();
    }
    return benchmark.startsWith(ScanBenchmark.class.getName())
        ? ScanPeer.valueOf(peer).title()
        : Peer.valueOf(peer).title();
  }

  private static double[] scores(RunResult result) {
    return result.getBenchmarkResults().stream()
        .flatMap(fork -> fork.getIterationResults().stream())
        .map(IterationResult::getPrimaryResult)
        .mapToDouble(each -> each.getScore())
        .toArray();
  }
}
