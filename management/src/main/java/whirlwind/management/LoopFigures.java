// SPDX-License-Identifier: Apache-2.0
package whirlwind.management;

import whirlwind.diagnosis.LoopStats;
import whirlwind.loop.IOLoop;

/**
 * {@link LoopStats} in types that JMX knows; times are in seconds.
 *
 * @param loop the name and the poller
 * @param utilisation the share of time that it was at work since it began, from 0 to 1
 * @param running for how long it has run
 * @param idle for how much of that it had nothing to do
 * @param lag how late the timer was that was due last
 * @param longestLag the longest so far
 * @param queueAge how long what is ready has waited
 * @param turns how many it has taken
 * @param ready how many callbacks and coroutines are ready
 * @param timers how many are outstanding
 * @param tasks how many have not ended
 * @param parkedTasks how many of those wait in an await
 * @param openResources how many streams, servers and children are open
 * @param bufferedBytes how many bytes streams hold
 */
public record LoopFigures(
    String loop,
    double utilisation,
    double running,
    double idle,
    double lag,
    double longestLag,
    double queueAge,
    long turns,
    int ready,
    int timers,
    int tasks,
    int parkedTasks,
    int openResources,
    long bufferedBytes) {

  private static final double NANOS_PER_SECOND = 1e9;

  static LoopFigures of(IOLoop loop) {
    var stats = loop.stats();
    return new LoopFigures(
        loop.toString(),
        stats.utilisation(),
        stats.running().toNanos() / NANOS_PER_SECOND,
        stats.idle().toNanos() / NANOS_PER_SECOND,
        stats.lag().toNanos() / NANOS_PER_SECOND,
        stats.longestLag().toNanos() / NANOS_PER_SECOND,
        stats.queueAge().toNanos() / NANOS_PER_SECOND,
        stats.turns(),
        stats.ready(),
        stats.timers(),
        stats.tasks(),
        stats.parkedTasks(),
        stats.openResources(),
        stats.bufferedBytes());
  }
}
