// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Task;

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
  private final IOLoop home;
  private final Object owner;
  private final String operation;

  private @Nullable Waiter<T> first;
  private @Nullable Waiter<T> last;
  private int size;

  /** An empty line of those who have called {@code operation} of {@code owner}. */
  Waiters(IOLoop home, Object owner, String operation) {
    this.home = home;
    this.owner = owner;
    this.operation = owner.getClass().getSimpleName() + "." + operation;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return first == null;
  }

  /** The task of the one who came first; null when nobody waits, or a callback does. */
  @Nullable Task<?> firstTask() {
    return first == null ? null : first.task;
  }

  // ---------------------------------------------------------------- coming

  /**
   * A future of what {@code waiter}, which stands at the end of the line, gives to its recipient.
   *
   * @param timeout how long it stands there; null is for ever
   */
  <R extends @Nullable Object> Future<R> add(
      Function<? super Recipient<R>, ? extends Waiter<T>> waiter, @Nullable Duration timeout) {
    var reply = new Reply<R>(home);
    reply.waitsAs(join(waiter.apply(reply), timeout));
    return reply.promise;
  }

  /** Puts {@code waiter} at the end of the line, until it leaves. */
  Waiter<T> join(Waiter<T> waiter) {
    return join(waiter, null);
  }

  /**
   * Puts {@code waiter} at the end of the line, for as long as {@code timeout}; null is for ever.
   */
  Waiter<T> join(Waiter<T> waiter, @Nullable Duration timeout) {
    home.requireCurrent();
    if (timeout != null) {
      // First, as a loop that is closed refuses it, and then nobody may be in the line.
      waiter.timer = home.schedule(timeout, () -> expire(waiter, timeout));
    }
    waiter.task = home.io().task();
    waiter.since = home.turnTime();
    waiter.line = this;
    waiter.before = last;
    if (last == null) {
      first = waiter;
    } else {
      last.after = waiter;
    }
    last = waiter;
    size++;
    waiter.joined();
    return waiter;
  }

  // ---------------------------------------------------------------- going

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

  /** Sends everybody away, in order. */
  void failAll(Supplier<? extends RuntimeException> cause) {
    for (var waiter = first; waiter != null; waiter = first) {
      remove(waiter);
      waiter.failed(cause.get());
    }
  }

  private void expire(Waiter<T> waiter, Duration timeout) {
    remove(waiter);
    waiter.expired(operation, timeout);
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
    waiter.left();
  }

  // ---------------------------------------------------------------- diagnosis

  Waiting describe(Waiter<T> waiter) {
    double deadline = waiter.timer == null ? Double.POSITIVE_INFINITY : waiter.timer.deadline();
    return new Waiting(operation, owner, waiter.task, waiter.since, deadline);
  }

  /** Everybody in the line, in order. */
  List<Waiting> waiting() {
    var all = new ArrayList<Waiting>(size);
    for (var waiter = first; waiter != null; waiter = waiter.after) {
      all.add(describe(waiter));
    }
    return all;
  }
}
