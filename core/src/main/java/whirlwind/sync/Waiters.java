// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.future.Promise;
import whirlwind.future.Scheduler;

/**
 * A line in which callbacks and coroutines wait for a {@code T}, first come, first served: the one
 * queue behind everything in this package.
 *
 * <p>Who is cancelled or times out has left the line by then, at constant cost wherever it stood,
 * so that everybody in the line is alive and a wake-up is never wasted on the dead.
 *
 * <p>A wake-up is a hand-off: it completes the promise, which cannot be cancelled from then on, and
 * an await returns a value that is here even if its task is cancelled meanwhile. So what was handed
 * over arrives. It resumes nobody inside the call; the woken run on a later turn, in order.
 *
 * <p><b>Threads:</b> on the loop only.
 *
 * @param <T> what they wait for
 */
final class Waiters<T extends @Nullable Object> {
  private final Scheduler home;
  private final String what;

  private @Nullable Waiter<T> first;
  private @Nullable Waiter<T> last;
  private int size;

  /** An empty line; {@code what} names the wait in the message of a time-out. */
  Waiters(Scheduler home, String what) {
    this.home = home;
    this.what = what;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return first == null;
  }

  /** A future that never had to wait. */
  Future<T> granted(T value) {
    var promise = new Promise<T>(home);
    promise.setResult(value);
    return promise;
  }

  /** Puts a plain waiter at the end of the line. */
  Future<T> add(@Nullable Duration timeout) {
    return add(new Waiter<>(home), timeout);
  }

  /**
   * Puts {@code waiter} at the end of the line, for as long as {@code timeout}; null is for ever.
   */
  Future<T> add(Waiter<T> waiter, @Nullable Duration timeout) {
    if (timeout != null) {
      // First, as a loop that is closed refuses it, and then nobody may be in the line.
      waiter.timer = home.schedule(timeout, () -> expire(waiter, timeout));
    }
    waiter.line = this;
    waiter.before = last;
    if (last == null) {
      first = waiter;
    } else {
      last.after = waiter;
    }
    last = waiter;
    size++;
    return waiter.promise;
  }

  private void expire(Waiter<T> waiter, Duration timeout) {
    remove(waiter);
    waiter.expired(what, timeout);
  }

  /** Hands {@code value} to the one who came first; false when nobody waits. */
  boolean wakeOne(T value) {
    var waiter = first;
    if (waiter == null) {
      return false;
    }
    remove(waiter);
    waiter.woken(value);
    return true;
  }

  /** Hands {@code value} to everybody, in order. */
  void wakeAll(T value) {
    while (wakeOne(value)) {}
  }

  void remove(Waiter<T> waiter) {
    if (waiter.before == null) {
      first = waiter.after;
    } else {
      waiter.before.after = waiter.after;
    }
    if (waiter.after == null) {
      last = waiter.before;
    } else {
      waiter.after.before = waiter.before;
    }
    waiter.before = null;
    waiter.after = null;
    waiter.line = null;
    size--;
    if (waiter.timer != null) {
      waiter.timer.cancel();
      waiter.timer = null;
    }
  }
}
