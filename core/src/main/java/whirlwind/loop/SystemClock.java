// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

/** The machine's monotonic clock. */
enum SystemClock implements Clock {
  INSTANCE;

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public long blockFor(long nanosToDeadline, boolean jobsOutside) {
    return nanosToDeadline;
  }

  @Override
  public String toString() {
    return "Clock.system()";
  }
}
