// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Loads a server, a second at a time, until its speed has settled and its compilers have little
 * left to do.
 */
final class WarmUp {
  private static final double SLICE_SECONDS = 1;
  private static final int SLICES_ALIKE = 3;
  private static final double SPREAD = 0.03;
  private static final double COMPILER_SHARE = 0.01;

  private final List<Sample> slices = new ArrayList<>();

  private WarmUp() {}

  /** Answers what happened, in words. */
  static String of(
      ServerProcess server, Scenario.Busy scenario, LoadGenerator load, int mostSeconds)
      throws IOException {
    var warmUp = new WarmUp();
    while (warmUp.slices.size() < mostSeconds && !warmUp.isQuiet()) {
      warmUp.slices.add(load.run(server, scenario, 0, SLICE_SECONDS));
    }
    return warmUp.describe();
  }

  private boolean isQuiet() {
    if (slices.size() < SLICES_ALIKE) {
      return false;
    }
    var last = slices.subList(slices.size() - SLICES_ALIKE, slices.size());
    var throughput = last.stream().mapToDouble(Sample::throughput).summaryStatistics();
    return throughput.getMax() <= throughput.getMin() * (1 + SPREAD)
        && last.getLast().compilerShare() <= COMPILER_SHARE;
  }

  private String describe() {
    return "%s after %d s, compilers used %.1f %% of the CPU time in the last one"
        .formatted(
            isQuiet() ? "quiet" : "not quiet yet",
            slices.size(),
            100 * slices.getLast().compilerShare());
  }
}
