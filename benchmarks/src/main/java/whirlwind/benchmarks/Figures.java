// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** One quantity of the samples of a server, summed up for a table. */
record Figures<T>(List<T> samples, ToDoubleFunction<T> quantity) {
  double median() {
    return median(samples.stream().mapToDouble(quantity));
  }

  String median(String format) {
    return number(format, median());
  }

  String spread(String format) {
    var values = samples.stream().mapToDouble(quantity).summaryStatistics();
    return number(format, values.getMin()) + '–' + number(format, values.getMax());
  }

  /** The median of the ratios within a round, so that a slow drift of the machine cancels out. */
  String ratio(List<T> baseline) {
    return baseline.size() == samples.size()
        ? number("%.2f", median(Arrays.stream(ratios(baseline))))
        : "–";
  }

  /** The ratios within each round, of which both have the same number. */
  double[] ratios(List<T> baseline) {
    return IntStream.range(0, samples.size())
        .mapToDouble(
            i -> quantity.applyAsDouble(samples.get(i)) / quantity.applyAsDouble(baseline.get(i)))
        .toArray();
  }

  static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  private static double median(DoubleStream values) {
    var sorted = values.sorted().toArray();
    var middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
