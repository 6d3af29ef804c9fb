// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import java.util.concurrent.Callable;
import whirlwind.loop.Clock;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;

/**
 * A clock that stands still and notes how long its loop wanted to sleep: for ever if it has no
 * timer.
 */
final class DeadlineSpy implements Clock {
  static final long NO_TIMER = -1;

  private long lastNanos;

  /** Runs {@code main} in a loop that lives by this clock. */
  <T> T run(Callable<T> main) {
    return IOLoop.run(LoopOptions.defaults().withClock(this), main);
  }

  /** What the loop says when it has nothing to do next: nanoseconds to its first timer. */
  long nanosToFirstTimer() {
    // From another thread, so that the loop goes to sleep before.
    var slept = new Promise<String>();
    lastNanos = Long.MIN_VALUE;
    woken = slept;
    slept.await();
    return lastNanos;
  }

  private Promise<String> woken;

  @Override
  public long nanoTime() {
    return 0;
  }

  @Override
  public long blockFor(long nanosToDeadline, boolean jobsOutside) {
    lastNanos = nanosToDeadline;
    var waiting = woken;
    if (waiting != null) {
      woken = null;
      waiting.setResult("");
    }
    return 0;
  }
}
