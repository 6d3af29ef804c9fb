// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import whirlwind.coroutine.Coroutine;

/**
 * What a future needs of the loop that it belongs to. {@code IOLoop} is the implementation; the
 * interface exists so that futures stand below the loop.
 */
public interface Scheduler extends Executor {

  /** Runs {@code job} on the loop, on a later turn, in order. Any thread; never throws. */
  @Override
  void execute(Runnable job);

  /**
   * Like {@link #execute}, for bookkeeping that others wait for: it runs also while the loop
   * closes, which drops callbacks, and, in some other thread, when it has closed.
   */
  default void executeEvenClosed(Runnable job) {
    execute(job);
  }

  /**
   * Runs {@code job} once {@code delay} has passed on the loop's clock; zero and negative delays
   * mean the next turn. On the loop only.
   */
  Timer schedule(Duration delay, Runnable job);

  /**
   * Runs {@code job} on {@code executor} and completes the returned future with what came of it;
   * null means the loop's default executor.
   */
  <T extends @Nullable Object> Future<T> runInExecutor(
      @Nullable Executor executor, Callable<T> job);

  /**
   * Checks that the caller runs on this loop, or that the loop does not run at all.
   *
   * @throws IllegalStateException naming the caller's thread and the loop's
   */
  void requireCurrent();

  /**
   * The loop of the coroutine, callback, timer or handler that calls this.
   *
   * @throws IllegalStateException when the caller runs on no loop
   */
  static Scheduler current() {
    var self = Coroutine.current();
    if (self != null && self.home() instanceof Scheduler home) {
      return home;
    }
    throw new IllegalStateException(
        "wanted a caller that a loop runs (a coroutine, callback, timer or handler), got "
            + Thread.currentThread()
            + "; call it there, or name the loop");
  }

  /** A scheduled job. */
  interface Timer {
    /** Makes sure that the job does not run; harmless when it has. On the loop only. */
    void cancel();

    /** When it is due, in seconds of the loop's monotonic time; infinity when never. */
    double deadline();
  }
}
