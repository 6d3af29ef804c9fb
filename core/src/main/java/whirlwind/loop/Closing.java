// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import whirlwind.future.CancelledException;

/**
 * How a loop ends with nothing left behind: tasks that are still there are reported and unwound
 * (every await of theirs throws from now on, so that {@code finally} blocks run), those that block
 * in the JDK are interrupted and get a moment to come back, and what arrives later still finds a
 * thread.
 */
final class Closing {
  private static final System.Logger LOG = System.getLogger("whirlwind.loop");

  /** How often coroutines that block in the JDK are looked at again, and for how long a poll. */
  private static final int MOST_POLLS = 200;

  private static final long POLL_NANOS = 5_000_000;
  private static final int MOST_TASKS_IN_REPORT = 20;

  private Closing() {}

  /** Carries what becomes runnable after its loop is gone. Never throws, never loses. */
  private static final Executor LATE =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("whirlwind-closed-loops").factory());

  static void runLate(Runnable job) {
    LATE.execute(job);
  }

  static void report(IOLoop loop, List<Task<?>> strays) {
    if (strays.isEmpty()) {
      return;
    }
    var list =
        strays.stream()
            .limit(MOST_TASKS_IN_REPORT)
            .map(task -> "\n  " + task)
            .collect(Collectors.joining());
    LOG.log(
        Level.WARNING,
        loop
            + " closes with tasks that have not ended; they are cancelled. Await them, cancel them,"
            + " or own them by a TaskScope. "
            + (loop.options().trackResources()
                ? ""
                : "LoopOptions.withTrackResources(true) shows where each was started. ")
            + strays.size()
            + ":"
            + list
            + (strays.size() > MOST_TASKS_IN_REPORT ? "\n  …" : ""));
  }

  /**
   * Runs coroutines, and nothing else, until all have ended or none of them can be moved any more.
   */
  static void unwind(IOLoop loop, RunQueue queue, Set<Task<?>> tasks) {
    var closed = new CancelledException(loop + " was closed");
    for (int polls = 0; polls < MOST_POLLS; ) {
      queue.endIdleRunners();
      for (var runner : queue.suspendedRunners()) {
        runner.interruptEveryAwait(closed);
        Task.interruptIfBlocked(runner);
      }
      List.copyOf(tasks).forEach(task -> task.unwind(closed));
      queue.runCoroutinesOnly();
      if (!queue.hasReady() && queue.inboxIsEmpty()) {
        if (tasks.isEmpty() && queue.suspendedRunners().isEmpty()) {
          return;
        }
        // Whoever blocks in the JDK comes back from another thread.
        loop.pollWhileClosing(POLL_NANOS);
        polls++;
      }
    }
    LOG.log(
        Level.WARNING,
        loop
            + " is closed although coroutines do not come back from what they block on: "
            + tasks.stream()
                .map(task -> "\n  " + task + stackOf(task))
                .collect(Collectors.joining()));
  }

  private static String stackOf(Task<?> task) {
    return java.util.Arrays.stream(task.stackTrace())
        .limit(8)
        .map(frame -> "\n      at " + frame)
        .collect(Collectors.joining());
  }
}
