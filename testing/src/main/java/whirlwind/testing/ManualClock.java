// SPDX-License-Identifier: Apache-2.0
package whirlwind.testing;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import whirlwind.loop.Clock;

/**
 * A clock that stands still until it is moved, for tests: an hour of time-outs passes in no time,
 * and always in the same way.
 *
 * <p>By default it moves itself (auto-advance): when its loop has nothing to run, no I/O is ready
 * and no job that the loop gave to an executor is under way, time jumps to the next timer. So code
 * under test sleeps and times out as it would in earnest, only sooner. Without auto-advance nothing
 * happens until {@link #advance}.
 *
 * <p>What it cannot know of is work elsewhere that will come back: threads of the test's own, other
 * loops, child processes, remote peers, a coroutine that blocks in the JDK. Tests of such things
 * switch auto-advance off or take the system clock. With no timer at all the loop blocks in
 * earnest, so that a test that hangs does hang, and its limit says so.
 *
 * <p><b>Threads:</b> any. <b>Ordering:</b> it never goes back. One loop for a clock that advances
 * by itself; several may share one that does not.
 */
public final class ManualClock implements Clock {

  /**
   * How long a loop really sleeps before it looks again whether another thread has moved the clock.
   */
  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final AtomicLong nanos;
  private volatile boolean autoAdvance = true;

  /** A clock at time zero. */
  public ManualClock() {
    this(Duration.ZERO);
  }

  /** A clock at {@code start}, whatever that is counted from. */
  public ManualClock(Duration start) {
    nanos = new AtomicLong(start.toNanos());
  }

  /**
   * Moves time on; timers that are due by then run once their loop gets to it.
   *
   * @throws IllegalArgumentException when {@code step} is negative
   */
  public void advance(Duration step) {
    if (step.isNegative()) {
      throw new IllegalArgumentException("step: wanted zero or more, got " + step);
    }
    nanos.addAndGet(step.toNanos());
  }

  /**
   * Whether it shall jump to the next timer by itself when its loop is idle; returns this clock.
   */
  public ManualClock autoAdvance(boolean on) {
    autoAdvance = on;
    return this;
  }

  @Override
  public long nanoTime() {
    return nanos.get();
  }

  @Override
  public long blockFor(long nanosToDeadline, boolean jobsOutside) {
    if (nanosToDeadline <= 0) {
      return nanosToDeadline;
    }
    if (!autoAdvance || jobsOutside) {
      return LOOK_AGAIN_NANOS;
    }
    nanos.addAndGet(nanosToDeadline);
    return 0;
  }

  @Override
  public String toString() {
    return "ManualClock[" + Duration.ofNanos(nanoTime()) + "]";
  }
}
