// SPDX-License-Identifier: Apache-2.0
package whirlwind.diagnosis;

import java.time.Duration;

/**
 * What a loop is at, in figures, at one moment. For whoever watches it: take one now and then, and
 * look at the difference.
 *
 * @param time of the loop, in seconds of its monotonic clock
 * @param running for how long it has run
 * @param idle for how much of that it had nothing to do, and waited in its poller
 * @param turns how many it has taken
 * @param lag how late the timer was that was due last, or is one that is overdue now
 * @param longestLag the longest so far
 * @param queueAge how long what is ready now has waited for its turn
 * @param ready how many callbacks and coroutines are ready
 * @param timers how many are outstanding
 * @param tasks how many have not ended
 * @param parkedTasks how many of those wait in an await
 * @param openResources how many streams, servers and children are open
 * @param bufferedBytes how many bytes of memory streams take, all together
 */
public record LoopStats(
    double time,
    Duration running,
    Duration idle,
    long turns,
    Duration lag,
    Duration longestLag,
    Duration queueAge,
    int ready,
    int timers,
    int tasks,
    int parkedTasks,
    int openResources,
    long bufferedBytes) {

  /** How much of its time it was at work, from 0 to 1; 0 when it has not run. */
  public double utilisation() {
    return share(running, idle);
  }

  /** {@link #utilisation()} since {@code earlier} figures of the same loop. */
  public double utilisationSince(LoopStats earlier) {
    return share(running.minus(earlier.running), idle.minus(earlier.idle));
  }

  private static double share(Duration running, Duration idle) {
    return running.isPositive()
        ? Math.clamp(1 - (double) idle.toNanos() / running.toNanos(), 0, 1)
        : 0;
  }
}
