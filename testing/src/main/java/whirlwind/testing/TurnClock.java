// SPDX-License-Identifier: Apache-2.0
package whirlwind.testing;

import java.time.Duration;
import whirlwind.loop.Clock;

/**
 * A manual clock on which every turn of its loop has a time of its own, and that tells of it. A
 * loop with a timer asks for the time when a turn begins, before it runs anything; only its bare
 * thread is no virtual one.
 */
final class TurnClock implements Clock {
  private static final Duration TICK = Duration.ofNanos(1);

  private final ManualClock time = new ManualClock();
  private final Plan plan;

  TurnClock(Plan plan) {
    this.plan = plan;
  }

  @Override
  public long nanoTime() {
    long now = time.nanoTime();
    if (!Thread.currentThread().isVirtual()) {
      plan.turn(now);
      time.advance(TICK);
    }
    return now;
  }

  @Override
  public long blockFor(long nanosToDeadline, boolean jobsOutside) {
    return time.blockFor(nanosToDeadline, jobsOutside);
  }

  @Override
  public String toString() {
    return "TurnClock[" + time + "]";
  }
}
