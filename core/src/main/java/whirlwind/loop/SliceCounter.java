// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts the slices of a loop: even while it is not running code, odd within one. Written by the
 * loop, twice a callback; the watchdog samples it.
 *
 * <p>It stands in the middle of an array that fills two cache lines: were it beside what other
 * threads read when they add a callback, each of its steps would cost them a cache miss.
 */
final class SliceCounter {
  private static final int LINE_LONGS = 8;
  private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] padded = new long[2 * LINE_LONGS];

  long get() {
    return (long) ELEMENT.getOpaque(padded, LINE_LONGS);
  }

  /** A slice begins, or goes on. */
  void begin() {
    ELEMENT.setOpaque(padded, LINE_LONGS, padded[LINE_LONGS] | 1);
  }

  void end() {
    ELEMENT.setOpaque(padded, LINE_LONGS, (padded[LINE_LONGS] | 1) + 1);
  }
}
