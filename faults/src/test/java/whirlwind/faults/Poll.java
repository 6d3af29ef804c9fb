// SPDX-License-Identifier: Apache-2.0
package whirlwind.faults;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Waiting for what another process does, which tells nobody when it is done. */
final class Poll {
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private Poll() {}

  /** Returns as soon as {@code condition} holds; fails with {@code got} when it never does. */
  static void until(String wanted, Callable<Boolean> condition, Supplier<?> got) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("wanted " + wanted + ", got " + got.get());
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}
