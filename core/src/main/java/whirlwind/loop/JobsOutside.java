// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import whirlwind.coroutine.Carrier;
import whirlwind.future.Future;
import whirlwind.future.Promise;

/** The jobs that a loop has handed to executors, and its default one. Any thread. */
final class JobsOutside {
  private final IOLoop loop;

  /** How many have not completed their promises yet: a manual clock must not jump over them. */
  private final AtomicInteger underWay = new AtomicInteger();

  private @Nullable Executor defaultExecutor;
  private @Nullable ExecutorService own;

  JobsOutside(IOLoop loop) {
    this.loop = loop;
  }

  boolean areUnderWay() {
    return underWay.get() > 0;
  }

  <T extends @Nullable Object> Future<T> run(@Nullable Executor executor, Callable<T> job) {
    var promise = new Promise<T>(loop).named("runInExecutor()", job);
    underWay.incrementAndGet();
    try {
      (executor != null ? executor : defaultExecutor()).execute(() -> run(job, promise));
    } catch (RejectedExecutionException refused) {
      underWay.decrementAndGet();
      promise.setException(refused);
    }
    return promise;
  }

  private <T extends @Nullable Object> void run(Callable<T> job, Promise<T> promise) {
    try {
      if (!promise.isDone()) {
        var value = job.call();
        complete(() -> promise.setResultUnlessCancelled(value));
      }
    } catch (Throwable failure) {
      complete(() -> promise.setExceptionUnlessCancelled(failure));
    } finally {
      underWay.decrementAndGet();
    }
  }

  /**
   * An executor that runs jobs in the caller makes no difference: the future is not done at return.
   */
  private void complete(Runnable completion) {
    if (loop.isCurrent()) {
      loop.execute(completion);
    } else {
      completion.run();
    }
  }

  private synchronized Executor defaultExecutor() {
    if (defaultExecutor == null) {
      own = Executors.newThreadPerTaskExecutor(Carrier.chosen().threads());
      defaultExecutor = own;
    }
    return defaultExecutor;
  }

  synchronized void setDefaultExecutor(Executor executor) {
    defaultExecutor = Objects.requireNonNull(executor, "executor");
  }

  /** Lets the executor that was made here go; one that was given is its owner's business. */
  synchronized void close() {
    if (own != null) {
      own.shutdown();
    }
  }
}
