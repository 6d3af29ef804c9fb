// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import whirlwind.coroutine.Coroutine;
import whirlwind.diagnosis.SlowSlice;
import whirlwind.events.Events;

/**
 * Notices callbacks that block their loop. One daemon thread for all loops of the process samples a
 * counter that each loop moves on at every callback; one that stands still, although the loop is
 * not asleep in its poller, for longer than the loop's threshold is reported with the stack of what
 * runs.
 *
 * <p>A place in the program that is slow again and again is logged every ten seconds at most. A
 * loop that stands still for ten times its threshold, and five seconds at least, is logged with all
 * that it is at. Nothing is said of a process that a debugger may stop, nor of time in which the
 * watchdog did not run either.
 *
 * <p>A coroutine that is inside an await and yet still mounted is pinned: it awaits under a native
 * frame, such as a static initialiser. Nothing could ever resume it, for the loop stands still
 * beneath it. The watchdog makes that await throw.
 */
final class Watchdog {
  private static final System.Logger LOG = System.getLogger("whirlwind.loop");
  private static final long LONGEST_PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long SHORTEST_PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long DUMP_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int DUMP_THRESHOLDS = 10;
  private static final int MOST_IN_DUMP = 100;
  private static final Set<Watchdog> WATCHING = ConcurrentHashMap.newKeySet();
  private static @Nullable Thread watcher;

  private final IOLoop loop;
  private final RunQueue queue;
  private final long thresholdNanos;
  private final @Nullable SlowCallbackHandler handler;
  private final SlowSlices slices = new SlowSlices();

  private long sampledSlice;
  private long sampledSince;

  /** What the mounted coroutine was seen to wait for, and since when. */
  private @Nullable Object sampledAwait;

  private long awaitSince;
  private boolean noticed;
  private boolean dumped;

  private Watchdog(
      IOLoop loop, RunQueue queue, Duration threshold, @Nullable SlowCallbackHandler handler) {
    this.loop = loop;
    this.queue = queue;
    this.thresholdNanos = threshold.toNanos();
    this.handler = handler;
  }

  static Watchdog watch(
      IOLoop loop, RunQueue queue, Duration threshold, @Nullable SlowCallbackHandler handler) {
    var watchdog = new Watchdog(loop, queue, threshold, handler);
    synchronized (Watchdog.class) {
      if (Debugger.isPresent()) {
        return watchdog; // breakpoints are no faults
      }
      WATCHING.add(watchdog);
      if (watcher == null) {
        watcher =
            Thread.ofPlatform().daemon().name("whirlwind-watchdog").start(Watchdog::sampleAll);
      }
    }
    return watchdog;
  }

  void stop() {
    WATCHING.remove(this);
  }

  private static void sampleAll() {
    long before = System.nanoTime();
    long period = LONGEST_PERIOD_NANOS;
    while (true) {
      synchronized (Watchdog.class) {
        if (WATCHING.isEmpty()) {
          watcher = null;
          return;
        }
      }
      long now = System.nanoTime();
      long missed = now - before - period;
      before = now;
      period = LONGEST_PERIOD_NANOS;
      for (var watchdog : WATCHING) {
        watchdog.sample(System.nanoTime(), missed);
        period = Math.min(period, watchdog.thresholdNanos / 4);
      }
      period = Math.max(period, SHORTEST_PERIOD_NANOS);
      try {
        TimeUnit.NANOSECONDS.sleep(period);
      } catch (InterruptedException _) {
        // Not ours to obey: the thread ends when nothing is left to watch.
      }
    }
  }

  /**
   * Looks at the loop.
   *
   * @param missed for how much longer than it wanted the watchdog has slept: the process, or the
   *     machine, was stopped in that time
   */
  void sample(long now, long missed) {
    long slice = queue.slice();
    boolean running = (slice & 1) == 1;
    if (slice != sampledSlice || !running) {
      sampledSlice = slice;
      sampledSince = now;
      sampledAwait = null;
      noticed = false;
      dumped = false;
      return;
    }
    if (missed > thresholdNanos) {
      sampledSince += missed;
      awaitSince += missed;
    }
    if (now - sampledSince >= thresholdNanos) {
      notice(slice, now);
    }
    freeIfPinned(slice, now);
  }

  private void notice(long slice, long now) {
    var thread = queue.busyThread();
    if (thread == null) {
      return;
    }
    var stack = thread.getStackTrace();
    if (queue.slice() != slice) {
      return; // it went on in this moment, and the stack may be another's
    }
    long nanos = now - sampledSince;
    if (noticed) {
      slices.goOn(stack, nanos);
    } else {
      noticed = true;
      Events.slowSlice(loop, nanos, stack);
      long times = slices.begin(stack, nanos, now);
      report(Duration.ofNanos(nanos), thread, stack, times);
    }
    if (!dumped && nanos >= Math.max(DUMP_NANOS, DUMP_THRESHOLDS * thresholdNanos)) {
      dumped = true;
      logDump(Duration.ofNanos(nanos));
    }
  }

  List<SlowSlice> slowest() {
    return slices.slowest();
  }

  /**
   * Passing through an await takes no time; staying mounted in one and the same for the threshold
   * is being pinned. Not only once a slice: the code behind the await may await again.
   */
  private void freeIfPinned(long slice, long now) {
    var mounted = queue.mounted();
    var awaited = mounted == null ? null : mounted.waitingFor();
    if (mounted == null || awaited == null || awaited != sampledAwait) {
      sampledAwait = awaited;
      awaitSince = now;
    } else if (now - awaitSince >= thresholdNanos && queue.slice() == slice) {
      sampledAwait = null;
      free(mounted);
    }
  }

  /**
   * Says so.
   *
   * @param times how often it was seen there since it was last logged; 0 for not again so soon
   */
  private void report(Duration running, Thread thread, StackTraceElement[] stack, long times) {
    if (handler != null) {
      try {
        handler.blocked(loop, running, stack);
      } catch (RuntimeException failure) {
        LOG.log(Level.ERROR, "the slow-callback handler of " + loop + " failed", failure);
      }
      return;
    }
    if (times == 0) {
      return;
    }
    var where = new Throwable("it is here");
    where.setStackTrace(stack);
    LOG.log(
        Level.WARNING,
        loop
            + " has been blocked for "
            + running.toMillis()
            + " ms by one callback; what takes long belongs into runInExecutor."
            + Obstacle.of(thread, stack, queue.size())
            + (times == 1 ? "" : " Seen " + times + " times here since it was last logged."),
        where);
  }

  private void logDump(Duration running) {
    if (handler != null) {
      return; // who takes the reports takes dumps, too
    }
    try {
      var dump = Inspection.dumpOfStuck(loop, MOST_IN_DUMP);
      LOG.log(
          Level.WARNING,
          loop
              + " has been blocked for "
              + running.toMillis()
              + " ms and does not go on:\n"
              + dump);
    } catch (RuntimeException failure) {
      LOG.log(Level.WARNING, loop + " is stuck and could not be looked at", failure);
    }
  }

  private static void free(Coroutine pinned) {
    pinned.interruptAwait(
        new IllegalStateException(
            "an await here would block its loop for ever: the coroutine cannot leave the loop's"
                + " thread while a native frame is on its stack, as in a static initialiser"));
  }
}
