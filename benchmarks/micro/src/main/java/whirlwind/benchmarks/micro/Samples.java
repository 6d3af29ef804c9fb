// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks.micro;

import java.util.Arrays;
import java.util.Locale;

/** Nanoseconds an operation: what one peer was measured at, several times. */
record Samples(double... nanos) {

  Samples {
    if (nanos.length == 0) {
      throw new IllegalArgumentException("nanos: wanted at least one sample, got none");
    }
    nanos = nanos.clone();
    Arrays.sort(nanos);
  }

  double median() {
    return nanos[nanos.length / 2];
  }

  /** The median, and the least and the most: what disturbs a sample can only make it longer. */
  @Override
  public String toString() {
    return "%s (%s–%s)".formatted(text(median()), text(nanos[0]), text(nanos[nanos.length - 1]));
  }

  private static String text(double nanos) {
    return String.format(Locale.ROOT, nanos < 1 ? "%.3f" : nanos < 100 ? "%.1f" : "%,.0f", nanos);
  }
}
