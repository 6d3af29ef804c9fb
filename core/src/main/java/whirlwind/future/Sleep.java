// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One {@link Futures#sleep}. */
final class Sleep implements Promise.Canceller, Wait {
  private final Promise<@Nullable Void> promise;
  private final Scheduler.Timer timer;

  Sleep(Scheduler home, Duration delay) {
    promise = new Promise<>(home);
    timer = home.schedule(delay, () -> promise.trySetResult(null));
  }

  Future<@Nullable Void> begin() {
    return promise.onCancel(this);
  }

  @Override
  public boolean cancel(CancelledException cause) {
    timer.cancel();
    return promise.tryCancel(cause);
  }

  @Override
  public Wait waitsFor() {
    return this;
  }

  @Override
  public String operation() {
    return "sleep()";
  }

  @Override
  public @Nullable Object on() {
    return null;
  }

  @Override
  public double deadline() {
    return timer.deadline();
  }
}
