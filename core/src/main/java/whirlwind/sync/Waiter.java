// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import whirlwind.future.CancelledException;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.future.Scheduler;
import whirlwind.future.TimeoutException;

/**
 * One who waits for a {@code T} in a line, and what each of the three ends of that wait means. As
 * it stands: a value, a {@link TimeoutException}, a cancellation.
 *
 * @param <T> what it waits for
 */
class Waiter<T extends @Nullable Object> implements Promise.Canceller {
  final Promise<T> promise;

  // The line's own: null while it is in none.
  @Nullable Waiter<T> before;
  @Nullable Waiter<T> after;
  @Nullable Waiters<T> line;
  Scheduler.@Nullable Timer timer;

  Waiter(Scheduler home) {
    promise = new Promise<>(home);
    promise.onCancel(this);
  }

  /** It has left the line, and gets {@code value}. */
  void woken(T value) {
    promise.setResult(value);
  }

  /** It has left the line, as {@code timeout} has passed. */
  void expired(String what, Duration timeout) {
    promise.setException(
        new TimeoutException(what + " was not done within " + Futures.inWords(timeout)));
  }

  @Override
  public boolean cancel(CancelledException cause) {
    leave();
    return promise.tryCancel(cause);
  }

  /** Leaves the line, if it is in one. */
  final void leave() {
    if (line != null) {
      line.remove(this);
    }
  }
}
