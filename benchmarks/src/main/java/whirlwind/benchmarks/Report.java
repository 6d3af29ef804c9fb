// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Turns samples into Markdown: one table a scenario, medians with their spread, and ratios. */
record Report(Suite suite) {
  /** More than that, and something else ran on the core of the servers. */
  private static final double DISTURBED_SHARE = 0.05;

  /**
   * The samples of each server are in the order of the rounds. A server that failed has no samples.
   */
  String busy(Scenario.Busy scenario, Map<EchoServer, List<Sample>> samples) {
    var baseline = samples.getOrDefault(suite.baseline(), List.of());
    var second = samples.getOrDefault(suite.secondBaseline(), List.of());
    return table(
            scenario,
            List.of(
                "CPU µs",
                "min–max",
                "× " + suite.baseline(),
                "× " + suite.secondBaseline(),
                "no JIT",
                scenario.unit() + "/s",
                "p50",
                "p99",
                "p99.9"),
            samples,
            server -> cells(server, baseline, second))
        + warning(baseline);
  }

  /** The same of what idle connections take. */
  String idle(Scenario.Idle scenario, Map<EchoServer, List<IdleSample>> samples) {
    var baseline = samples.getOrDefault(suite.baseline(), List.of());
    var second = samples.getOrDefault(suite.secondBaseline(), List.of());
    return table(
        scenario,
        List.of(
            "bytes",
            "min–max",
            "× " + suite.baseline(),
            "× " + suite.secondBaseline(),
            "heap",
            "outside"),
        samples,
        server -> idleCells(server, baseline, second));
  }

  /** The same of what a start takes. */
  String startup(Scenario.Startup scenario, Map<EchoServer, List<StartupSample>> samples) {
    var baseline = samples.getOrDefault(suite.baseline(), List.of());
    var second = samples.getOrDefault(suite.secondBaseline(), List.of());
    return table(
        scenario,
        List.of(
            "ms",
            "min–max",
            "× " + suite.baseline(),
            "× " + suite.secondBaseline(),
            "CPU ms",
            "resident MiB"),
        samples,
        server -> startupCells(server, baseline, second));
  }

  private static List<String> cells(
      List<Sample> server, List<Sample> baseline, List<Sample> second) {
    var cpu = new Figures<>(server, Sample::cpuMicros);
    var format = cpu.median() < 1 ? "%.3f" : "%.2f";
    return List.of(
        cpu.median(format),
        cpu.spread(format),
        cpu.ratio(baseline),
        cpu.ratio(second),
        median(server, Sample::cpuMicrosWithoutCompilers, format),
        median(server, Sample::throughput, "%,.0f"),
        median(server, Sample::p50, "%.0f"),
        median(server, Sample::p99, "%.0f"),
        median(server, Sample::p999, "%.0f"));
  }

  private static List<String> idleCells(
      List<IdleSample> server, List<IdleSample> baseline, List<IdleSample> second) {
    var total = new Figures<>(server, IdleSample::total);
    return List.of(
        total.median("%,.0f"),
        total.spread("%,.0f"),
        total.ratio(baseline),
        total.ratio(second),
        median(server, IdleSample::heap, "%,.0f"),
        median(server, IdleSample::outside, "%,.0f"));
  }

  private static List<String> startupCells(
      List<StartupSample> server, List<StartupSample> baseline, List<StartupSample> second) {
    var millis = new Figures<>(server, StartupSample::millis);
    return List.of(
        millis.median("%.0f"),
        millis.spread("%.0f"),
        millis.ratio(baseline),
        millis.ratio(second),
        median(server, StartupSample::cpuMillis, "%.0f"),
        median(server, StartupSample::resident, "%.0f"));
  }

  private static <T> String median(List<T> samples, ToDoubleFunction<T> quantity, String format) {
    return new Figures<>(samples, quantity).median(format);
  }

  private static <T> String table(
      Scenario scenario,
      List<String> columns,
      Map<EchoServer, List<T>> samples,
      Function<List<T>, List<String>> cells) {
    var rows =
        samples.entrySet().stream()
            .map(entry -> row(entry.getKey(), entry.getValue(), columns.size(), cells))
            .collect(Collectors.joining());
    return "\n### %s\n\n| server | %s |\n|---|%s\n%s"
        .formatted(
            scenario.title(), String.join(" | ", columns), "---:|".repeat(columns.size()), rows);
  }

  private static <T> String row(
      EchoServer server, List<T> samples, int columns, Function<List<T>, List<String>> cells) {
    if (samples.isEmpty()) {
      return "| %s | failed |%s%n".formatted(server, " – |".repeat(columns - 1));
    }
    return "| %s | %s |%n".formatted(server, String.join(" | ", cells.apply(samples)));
  }

  /**
   * The baseline has one thread and a core of its own: it waits only where others work on that
   * core.
   */
  private String warning(List<Sample> baseline) {
    if (baseline.isEmpty()) {
      return "";
    }
    var waited = new Figures<>(baseline, Sample::waitedShare).median();
    return waited <= DISTURBED_SHARE
        ? ""
        : Figures.number(
            "\nDISTURBED: " + suite.baseline() + " waited %.0f %% of the time for its core.\n",
            100 * waited);
  }
}
