// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import whirlwind.future.CancelledException;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.TimeoutException;

/**
 * One call of {@link IOLoop#runSync(Callable, Duration)}: the task, its deadline, and how it ended.
 *
 * @param <T> what the task returns
 */
final class RunSync<T extends @Nullable Object> {
  private final IOLoop loop;
  private final Task<T> task;
  private boolean expired;

  RunSync(IOLoop loop, Callable<T> main) {
    this.loop = loop;
    this.task = loop.spawn("main", () -> settled(main.call()));
  }

  T run(@Nullable Duration timeout) {
    var timer = timeout == null ? null : loop.callLater(timeout, this::expire);
    // Tied to this very task: no stop() is queued that could end another run.
    loop.runUntil(task::isDone);
    if (timer != null) {
      loop.removeTimeout(timer);
    }
    if (!task.isDone()) {
      task.cancel();
      throw new IllegalStateException(loop + " was stopped before what runSync ran had ended");
    }
    if (expired && task.isCancelled() && timeout != null) {
      var failure =
          new TimeoutException("what runSync ran had not ended within " + Futures.inWords(timeout));
      failure.initCause(task.exception());
      throw failure;
    }
    return task.result();
  }

  private void expire() {
    expired = task.cancel(new CancelledException("the time-out of runSync has passed"));
  }

  /** A result that is a future, or has some in it, is not left behind unfinished. */
  private static <T extends @Nullable Object> T settled(T result) {
    switch (result) {
      case Future<?> future -> future.await();
      case List<?> list -> list.forEach(RunSync::awaitIfFuture);
      case Map<?, ?> map -> map.values().forEach(RunSync::awaitIfFuture);
      case null, default -> {}
    }
    return result;
  }

  private static void awaitIfFuture(@Nullable Object element) {
    if (element instanceof Future<?> future) {
      future.await();
    }
  }
}
