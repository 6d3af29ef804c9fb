// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks.micro;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
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
import whirlwind.benchmarks.Ratios;

/**
 * The benchmarks inside one JVM: {@code quick}, {@code full} or {@code record}, then options of
 * JMH, such as {@code -p peer=WHIRLWIND} or a regular expression of operations. Prints a table of
 * times and one of bytes allocated.
 */
final class MicroRun {
  private static final String BYTES = "gc.alloc.rate.norm";

  private static final String OURS = Peer.WHIRLWIND.title();
  private static final Path RECORD = Path.of("benchmarks/ratios.tsv"); // from the repository's root
  private static final int WORSE = 2;

  private final Table nanos = new Table();
  private final Table bytes = new Table();

  /** By operation, what each peer in a JVM was measured at, in the order of the peers. */
  private final Map<String, Map<String, Samples>> jvmPeers = new TreeMap<>();

  /** How long each operation of each peer is measured. */
  private record Effort(int forks, int warmups, int iterations, TimeValue each) {
    /** As quick, and the ratios of ours go on record instead of being held against it. */
    static final String RECORDING = "record";

    static Effort named(String name) {
      return switch (name) {
        case "quick", RECORDING -> new Effort(1, 5, 10, TimeValue.milliseconds(200));
        case "full" -> new Effort(3, 10, 10, TimeValue.milliseconds(500));
        default ->
            throw new IllegalArgumentException(
                "wanted quick, full or record first, got \"" + name + "\"");
      };
    }

    double seconds() {
      return forks * iterations * each.convertTo(TimeUnit.MILLISECONDS) / 1e3;
    }
  }

  void main(String[] args) throws Exception {
    var word = args.length == 0 ? "quick" : args[0];
    var effort = Effort.named(word);
    var ratios = new Ratios(RECORD, word.equals(Effort.RECORDING));
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
    jvmPeers.forEach((operation, peers) -> compare(operation, peers, ratios));
    ratios.worse().forEach(line -> System.out.println("WORSE than on record: " + line));
    ratios.close();
    if (!ratios.worse().isEmpty()) {
      System.exit(WORSE);
    }
  }

  /** Every sample of ours against the median of the first peer: they were not taken in turn. */
  private static void compare(String operation, Map<String, Samples> peers, Ratios ratios) {
    var ours = peers.get(OURS);
    var peer = peers.keySet().stream().filter(title -> !title.equals(OURS)).findFirst();
    if (ours != null && peer.isPresent()) {
      double median = peers.get(peer.get()).median();
      var rounds = Arrays.stream(ours.nanos()).map(each -> each / median).toArray();
      ratios.measured("micro " + operation, peer.get(), Ratios.Ratio.of(rounds));
    }
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
    var samples = new Samples(scores(result));
    nanos.put(operation, peer, samples);
    jvmPeers.computeIfAbsent(operation, _ -> new LinkedHashMap<>()).put(peer, samples);
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
