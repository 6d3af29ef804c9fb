// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Turns samples into Markdown: one table a scenario, medians with their spread, and ratios. */
final class Report {
  private static final String HEAD =
      """
      | server | CPU µs | min–max | × c-epoll | × netty-nio | no JIT | messages/s | p50 | p99 | p99.9 |
      |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|
      """;

  /** More than that, and something else ran on the core of the servers. */
  private static final double DISTURBED_SHARE = 0.05;

  private Report() {}

  /**
   * The samples of each server are in the order of the rounds. A server that failed has no samples.
   */
  static String table(Scenario scenario, Map<EchoServer, List<Sample>> samples) {
    var baseline = samples.getOrDefault(EchoServer.C_EPOLL, List.of());
    var netty = samples.getOrDefault(EchoServer.NETTY_NIO, List.of());
    var rows =
        samples.entrySet().stream()
            .map(entry -> row(entry.getKey(), entry.getValue(), baseline, netty))
            .collect(Collectors.joining());
    return "\n### " + scenario.title() + "\n\n" + HEAD + rows + warning(baseline);
  }

  /**
   * The baseline has one thread and a core of its own: it waits only where others work on that
   * core.
   */
  private static String warning(List<Sample> baseline) {
    var waited = baseline.isEmpty() ? 0 : median(baseline, Sample::waitedShare);
    return waited <= DISTURBED_SHARE
        ? ""
        : number("\nDISTURBED: c-epoll waited %.0f %% of the time for its core.\n", 100 * waited);
  }

  private static String row(
      EchoServer server, List<Sample> samples, List<Sample> baseline, List<Sample> netty) {
    if (samples.isEmpty()) {
      return "| %s | failed |%s%n".formatted(server.id(), " – |".repeat(8));
    }
    var cells = new ArrayList<String>();
    cells.add(server.id());
    cells.add(micros(median(samples, Sample::cpuMicros)));
    cells.add(
        micros(values(samples, Sample::cpuMicros).min().orElseThrow())
            + '–'
            + micros(values(samples, Sample::cpuMicros).max().orElseThrow()));
    cells.add(ratio(samples, baseline));
    cells.add(ratio(samples, netty));
    cells.add(micros(median(samples, Sample::cpuMicrosWithoutCompilers)));
    cells.add(number("%,.0f", median(samples, Sample::throughput)));
    cells.add(number("%.0f", median(samples, Sample::p50)));
    cells.add(number("%.0f", median(samples, Sample::p99)));
    cells.add(number("%.0f", median(samples, Sample::p999)));
    return "| " + String.join(" | ", cells) + " |\n";
  }

  /** The median of the ratios within a round, so that a slow drift of the machine cancels out. */
  private static String ratio(List<Sample> samples, List<Sample> baseline) {
    if (baseline.size() != samples.size()) {
      return "–";
    }
    var ratios =
        IntStream.range(0, samples.size())
            .mapToDouble(i -> samples.get(i).cpuMicros() / baseline.get(i).cpuMicros());
    return number("%.2f", median(ratios));
  }

  private static DoubleStream values(List<Sample> samples, ToDoubleFunction<Sample> value) {
    return samples.stream().mapToDouble(value);
  }

  private static double median(List<Sample> samples, ToDoubleFunction<Sample> value) {
    return median(values(samples, value));
  }

  private static double median(DoubleStream values) {
    var sorted = values.sorted().toArray();
    var middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static String micros(double value) {
    return number(value < 1 ? "%.3f" : "%.2f", value);
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
