// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import org.jspecify.annotations.Nullable;
import whirlwind.future.CancelledException;
import whirlwind.future.Promise;
import whirlwind.future.Scheduler;
import whirlwind.future.Wait;

/**
 * The future of one wait in one line. Cancelling it leaves the line.
 *
 * @param <T> the type of its value
 */
final class Reply<T extends @Nullable Object> implements Recipient<T>, Promise.Canceller {
  final Promise<T> promise;
  private @Nullable Waiter<?> waiter;

  Reply(Scheduler home) {
    promise = new Promise<>(home);
  }

  /** Says who waits on its behalf. */
  void waitsAs(Waiter<?> waiter) {
    this.waiter = waiter;
    promise.onCancel(this);
  }

  @Override
  public void succeed(T value) {
    promise.setResult(value);
  }

  @Override
  public void fail(RuntimeException cause) {
    promise.setException(cause);
  }

  @Override
  public boolean cancel(CancelledException cause) {
    if (waiter != null) {
      waiter.leave();
    }
    return promise.tryCancel(cause);
  }

  @Override
  public @Nullable Wait waitsFor() {
    return waiter == null ? null : waiter.waiting();
  }
}
