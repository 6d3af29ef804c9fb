// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.util.Random;

/**
 * One step of a history: numbers that a model reads as it needs them, so that a step means
 * something whatever was done before it, also when a shrunk history has left that out.
 */
record Step(int what, int which, int time) {
  private static final int MOST = 1 << 16;

  static Step random(Random random) {
    return new Step(random.nextInt(MOST), random.nextInt(MOST), random.nextInt(MOST));
  }

  /** A number of zero to {@code bound - 1} out of {@code part}. */
  static int pick(int part, int bound) {
    return part % bound;
  }
}
