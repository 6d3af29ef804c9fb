// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

/**
 * The time that a loop lives by, for those who test under another one. Everything in the library
 * that waits asks its loop's clock.
 */
public interface Clock {

  /** Nanoseconds since some fixed moment. Any thread. */
  long nanoTime();

  /**
   * How long the poller may block, asked on the loop when nothing is ready; of clocks other than
   * {@link #system()} only after a poll that found no I/O either. A manual clock may move its own
   * time forward instead and answer 0.
   *
   * @param nanosToDeadline until the next timer is due; negative when there is none
   * @param jobsOutside whether jobs that the loop handed to executors are still under way
   * @return nanoseconds; 0 not to block; negative to block until something happens
   */
  long blockFor(long nanosToDeadline, boolean jobsOutside);

  /** The machine's monotonic clock. */
  static Clock system() {
    return SystemClock.INSTANCE;
  }
}
