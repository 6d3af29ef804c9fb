// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Runs callbacks in whichever thread hands them over, at once: there, a race shows. */
enum Inline implements Scheduler {
  HOME;

  @Override
  public void execute(Runnable job) {
    job.run();
  }

  @Override
  public Timer schedule(Duration delay, Runnable job) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T extends @Nullable Object> Future<T> runInExecutor(
      @Nullable Executor executor, Callable<T> job) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void requireCurrent() {}
}
