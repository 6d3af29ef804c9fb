// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import whirlwind.coroutine.Coroutine;

/**
 * Notices callbacks that block their loop. One daemon thread for all loops of the process samples a
 * counter that each loop moves on at every callback; one that stands still, although the loop is
 * not asleep in its poller, for longer than the loop's threshold is reported with the stack of what
 * runs.
 *
 * <p>A coroutine that is inside an await and yet still mounted is pinned: it awaits under a native
 * frame, such as a static initialiser. Nothing could ever resume it, for the loop stands still
 * beneath it. The watchdog makes that await throw.
 */
final class Watchdog {
  private static final System.Logger LOG = System.getLogger("whirlwind.loop");
  private static final long LONGEST_PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final Set<Watchdog> WATCHING = ConcurrentHashMap.newKeySet();
  private static @Nullable Thread watcher;

  private final IOLoop loop;
  private final RunQueue queue;
  private final long thresholdNanos;
  private final @Nullable SlowCallbackHandler handler;

  private long sampledSlice;
  private long sampledSince;

  /** What the mounted coroutine was seen to wait for, and since when. */
  private @Nullable Object sampledAwait;

  private long awaitSince;
  private boolean reported;

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
    while (true) {
      long period = LONGEST_PERIOD_NANOS;
      synchronized (Watchdog.class) {
        if (WATCHING.isEmpty()) {
          watcher = null;
          return;
        }
      }
      for (var watchdog : WATCHING) {
        watchdog.sample(System.nanoTime());
        period = Math.min(period, watchdog.thresholdNanos / 4);
      }
      try {
        TimeUnit.NANOSECONDS.sleep(Math.max(period, 1_000_000));
      } catch (InterruptedException _) {
        // Not ours to obey: the thread ends when nothing is left to watch.
      }
    }
  }

  private void sample(long now) {
    long slice = queue.slice();
    boolean running = (slice & 1) == 1;
    if (slice != sampledSlice || !running) {
      sampledSlice = slice;
      sampledSince = now;
      sampledAwait = null;
      reported = false;
      return;
    }
    if (now - sampledSince >= thresholdNanos && !reported) {
      reported = true;
      reportStackOf(slice, Duration.ofNanos(now - sampledSince));
    }
    freeIfPinned(slice, now);
  }

  private void reportStackOf(long slice, Duration running) {
    var thread = queue.busyThread();
    if (thread == null) {
      return;
    }
    var stack = thread.getStackTrace();
    if (queue.slice() == slice) { // else it went on in this moment, and the stack may be another's
      report(running, stack);
    }
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

  private void report(Duration running, StackTraceElement[] stack) {
    if (handler != null) {
      try {
        handler.blocked(loop, running, stack);
      } catch (RuntimeException failure) {
        LOG.log(Level.ERROR, "the slow-callback handler of " + loop + " failed", failure);
      }
      return;
    }
    var where = new Throwable("it is here");
    where.setStackTrace(stack);
    LOG.log(
        Level.WARNING,
        loop
            + " has been blocked for "
            + running.toMillis()
            + " ms by one callback; what takes long belongs into runInExecutor",
        where);
  }

  private static void free(Coroutine pinned) {
    pinned.interruptAwait(
        new IllegalStateException(
            "an await here would block its loop for ever: the coroutine cannot leave the loop's"
                + " thread while a native frame is on its stack, as in a static initialiser"));
  }
}
