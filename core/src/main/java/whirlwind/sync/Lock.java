// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.loop.Held;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Task;

/**
 * Mutual exclusion of coroutines across their awaits; between two awaits nothing else runs, and no
 * lock is needed. Not re-entrant: a holder that acquires again waits.
 *
 * <p>{@code synchronized} and {@code java.util.concurrent} locks are for threads; this one belongs
 * to no thread and no task, and whoever likes may release it.
 *
 * <p>An acquired lock is held whether or not anybody takes the {@link Permit} out of the future. So
 * await at once what {@link #acquire} returns, give the time-out to it and not to {@code
 * withTimeout}, and {@link Future#cancel cancel} what is not wanted any more.
 *
 * <p><b>Threads:</b> on the loop only. <b>Ordering:</b> first come, first served; a release hands
 * over to the next in line before it returns, and nobody overtakes.
 *
 * <p>Source: Tornado's {@code tornado.locks.Lock}.
 */
public final class Lock implements Held {
  private final IOLoop loop = IOLoop.current();
  private final Waiters<Permit> waiters = new Waiters<>(loop, this, "acquire()");

  /** Null: unlocked, and nobody waits. */
  private @Nullable Hold holder;

  /** A free lock of the current loop. */
  public Lock() {}

  /** Takes the lock, or waits until it is this caller's turn. */
  public Future<Permit> acquire() {
    return acquire(null);
  }

  /**
   * Takes the lock, or waits for it as long as {@code timeout}: then the future fails with a {@link
   * whirlwind.future.TimeoutException}. A free lock is taken however short the time.
   *
   * @param timeout zero or less means the next turn, null for ever
   */
  public Future<Permit> acquire(@Nullable Duration timeout) {
    loop.requireCurrent();
    if (holder != null) {
      return waiters.add(Claim::new, timeout);
    }
    holder = new Hold(loop.io().task());
    return Futures.completed(loop, holder);
  }

  /**
   * Gives the lock to the next in line, or frees it; the holder's permit is closed by that.
   *
   * @throws IllegalStateException when nobody holds it
   */
  public void release() {
    loop.requireCurrent();
    requireHeld("release()").close();
  }

  /** The permit of whoever holds the lock, which {@code operation} is only for. */
  Hold requireHeld(String operation) {
    loop.requireCurrent();
    if (holder == null) {
      throw new IllegalStateException(operation + ": wanted a lock that is held, got " + this);
    }
    return holder;
  }

  /** The permit of one who holds this lock, or has held it before. */
  final class Hold extends Permit {
    /** For diagnosis: the task that got it; null if a callback did. */
    private final @Nullable Task<?> task;

    Hold(@Nullable Task<?> task) {
      this.task = task;
    }

    @Override
    void giveBack() {
      loop.requireCurrent();
      if (holder == this) {
        passOn();
      }
    }
  }

  /**
   * The next one holds the lock, or nobody. The permit of the one before stays open, so that a
   * condition can {@link #takeAgain take it again}.
   */
  void passOn() {
    do {
      holder = waiters.isEmpty() ? null : new Hold(waiters.firstTask());
      if (holder != null) {
        waiters.wakeOne(holder);
      }
    } while (holder != null && holder.isClosed()); // closed while it was lent: not wanted any more
  }

  /** Waits until the lock is held with {@code permit} as before, and then does {@code next}. */
  void takeAgain(Hold permit, Runnable next) {
    if (holder != null) {
      waiters.join(new Returning(permit, next));
      return;
    }
    holder = permit;
    next.run();
    if (permit.isClosed()) {
      passOn();
    }
  }

  /** One who held the lock before, and has a permit. Nothing cancels it. */
  private final class Returning extends Waiter<Permit> {
    private final Hold permit;
    private final Runnable next;

    Returning(Hold permit, Runnable next) {
      this.permit = permit;
      this.next = next;
    }

    @Override
    void woken(Permit fresh) {
      holder = permit;
      next.run();
    }
  }

  IOLoop loop() {
    return loop;
  }

  Offer<Permit> acquiring() {
    return new Offer<>(
        "Lock.acquire()",
        () -> holder == null,
        this::acquire,
        recipient -> waiters.join(new Claim<>(recipient)));
  }

  /** The task that got the lock, as long as it is held; empty if a callback did. */
  @Override
  public List<Task<?>> heldBy() {
    return holder == null || holder.task == null ? List.of() : List.of(holder.task);
  }

  /** Who waits, in order, for diagnosis. */
  public List<Waiting> waiting() {
    return waiters.waiting();
  }

  @Override
  public String toString() {
    return "Lock[" + (holder == null ? "unlocked" : "locked") + ", " + waiters.size() + " waiting]";
  }
}
