// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.time.Duration;

/**
 * How a loop spends its time. Written by the loop where it reads its clock anyway; a reader in
 * another thread may see an old figure.
 */
final class LoopMeter {
  private final IOLoop loop;
  private long ranNanos;
  private long startedNanos;
  private boolean runs;
  private long idleNanos;
  private long lagNanos;
  private long longestLagNanos;

  LoopMeter(IOLoop loop) {
    this.loop = loop;
  }

  void started() {
    startedNanos = loop.nowNanos();
    runs = true;
  }

  void stopped() {
    ranNanos += loop.nowNanos() - startedNanos;
    runs = false;
  }

  /** The loop had nothing to do in between, in nanoseconds of its clock. */
  void slept(long from, long to) {
    idleNanos += to - from;
  }

  /** A timer was due, and is taken so much later. */
  void late(long nanos) {
    lagNanos = nanos;
    longestLagNanos = Math.max(longestLagNanos, nanos);
  }

  Duration running() {
    return Duration.ofNanos(ranNanos + (runs ? loop.nowNanos() - startedNanos : 0));
  }

  Duration idle() {
    return Duration.ofNanos(idleNanos);
  }

  /** Of the timer that was due last, or of one that has been due for {@code overdue} by now. */
  Duration lag(long overdueNanos) {
    return Duration.ofNanos(overdueNanos > 0 ? overdueNanos : lagNanos);
  }

  Duration longestLag(long overdueNanos) {
    return Duration.ofNanos(Math.max(overdueNanos, longestLagNanos));
  }
}
