// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import whirlwind.future.CancelledException;
import whirlwind.future.Future;
import whirlwind.future.FutureView;
import whirlwind.future.Outcome;
import whirlwind.future.Promise;
import whirlwind.future.Wait;
import whirlwind.loop.IOLoop;

/**
 * A lock, and a line of those who wait until something guarded by it has changed:
 *
 * <pre>{@code
 * try (var held = condition.acquire().await()) {
 *   while (!ready()) {
 *     condition.whenNotified().await();
 *   }
 * }
 * }</pre>
 *
 * <p>The original's {@code wait}, {@code notify} and {@code notify_all} are {@link #whenNotified},
 * {@link #notifyOne} and {@link #notifyWaiters}: {@code wait()}, {@code notify()} and {@code
 * notifyAll()}, which Java gives to every object, mean something else and fail or block.
 *
 * <p><b>Threads:</b> on the loop only. <b>Ordering:</b> waiters are notified in the order in which
 * they came. <b>Errors:</b> {@link IllegalStateException} from all but {@link #acquire} when nobody
 * holds the lock.
 *
 * <p>Source: Tornado's {@code tornado.locks.Condition}.
 */
public final class Condition {
  private final Lock lock;
  private final IOLoop loop;
  private final Waiters<Boolean> waiters;

  /** A condition with a lock of its own. */
  public Condition() {
    this(new Lock());
  }

  /** A condition of what {@code lock} guards; several may share it. */
  public Condition(Lock lock) {
    this.lock = Objects.requireNonNull(lock, "lock");
    this.loop = lock.loop();
    this.waiters = new Waiters<>(loop, this, "whenNotified()");
  }

  /** Acquires the lock. */
  public Future<Permit> acquire() {
    return lock.acquire();
  }

  /** {@link Lock#acquire(Duration) Acquires} the lock within {@code timeout}. */
  public Future<Permit> acquire(@Nullable Duration timeout) {
    return lock.acquire(timeout);
  }

  /** Releases the lock. */
  public void release() {
    lock.release();
  }

  /** Gives the lock away and completes, with true, once notified and the lock is held again. */
  public Future<Boolean> whenNotified() {
    return whenNotified(null);
  }

  /**
   * Gives the lock away, and completes with true once notified, or with false when {@code timeout}
   * has passed before. Either way, and when it is cancelled, the lock is held again by then, with
   * the same permit; so it may take longer than {@code timeout}. A notification that a cancelled
   * wait has got but not delivered goes to the next.
   *
   * <p>Closing the permit meanwhile says that the lock is not wanted again.
   *
   * @param timeout zero or less means the next turn, null for ever
   */
  public Future<Boolean> whenNotified(@Nullable Duration timeout) {
    var absence = new Absence(lock.requireHeld("whenNotified()"));
    waiters.join(absence, timeout);
    lock.passOn();
    return new Return(absence);
  }

  /** Notifies the one who has waited longest; when nobody waits, nothing is remembered. */
  public void notifyOne() {
    notify(1);
  }

  /**
   * Notifies the {@code count} who have waited longest, or all if there are fewer.
   *
   * @throws IllegalArgumentException when {@code count} is negative
   */
  public void notify(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("count: wanted zero or more, got " + count);
    }
    lock.requireHeld("notify()");
    for (int i = 0; i < count && waiters.wakeOne(true); i++) {}
  }

  /** Notifies everybody who waits. */
  public void notifyWaiters() {
    lock.requireHeld("notifyWaiters()");
    waiters.wakeAll(true);
  }

  /** The second half of a wait: the notification is here, the lock is not. */
  private record HeldAgain(Lock on) implements Wait {
    @Override
    public String operation() {
      return "to hold again " + on;
    }
  }

  /**
   * One who waits twice:
   *
   * <pre>
   *                        notified: true
   *   in our line --------+ timed out: false +-----&gt; in the lock's line ---&gt; done, with the outcome
   *    (outcome is null)  + cancelled        +        |            ^
   *                                                   +-cancelled--+ (a notification is passed on)
   * </pre>
   */
  private final class Absence extends Waiter<Boolean> implements Promise.Canceller {
    private final Promise<Boolean> promise = new Promise<>(loop);
    private final Lock.Hold permit;
    private @Nullable Outcome<Boolean> outcome;

    Absence(Lock.Hold permit) {
      this.permit = permit;
      promise.onCancel(this);
    }

    @Override
    void woken(Boolean notified) {
      returnWith(new Outcome.Success<>(notified));
    }

    @Override
    void expired(String operation, Duration timeout) {
      returnWith(new Outcome.Success<>(false));
    }

    @Override
    public boolean cancel(CancelledException cause) {
      var before = outcome;
      leave();
      switch (before) {
        case null -> returnWith(new Outcome.Cancelled<>(cause));
        case Outcome.Cancelled<Boolean> _ -> {}
        case Outcome.Success<Boolean>(var notified) -> {
          outcome = new Outcome.Cancelled<>(cause);
          if (notified) {
            waiters.wakeOne(true);
          }
        }
        case Outcome.Failure<Boolean> _ -> throw new AssertionError(before);
      }
      return true;
    }

    @Override
    public Wait waitsFor() {
      return outcome == null ? waiters.describe(this) : new HeldAgain(lock);
    }

    private void returnWith(Outcome<Boolean> reason) {
      outcome = reason;
      lock.takeAgain(permit, this::complete);
    }

    private void complete() {
      switch (Objects.requireNonNull(outcome)) {
        case Outcome.Success<Boolean>(var notified) -> promise.setResult(notified);
        case Outcome.Failure<Boolean>(var cause) -> promise.setException(cause);
        case Outcome.Cancelled<Boolean>(var cause) -> promise.tryCancel(cause);
      }
    }

    /** Whether all that is left to wait for is the lock. */
    boolean isWithdrawn() {
      return outcome instanceof Outcome.Cancelled && !promise.isDone();
    }
  }

  /** What a waiter gets: its await does not throw before the lock is held again. */
  private static final class Return extends FutureView<Boolean> {
    private final Absence absence;

    Return(Absence absence) {
      super(absence.promise);
      this.absence = absence;
    }

    @Override
    public boolean cancel() {
      return absence.promise.cancel();
    }

    @Override
    public Boolean await() {
      try {
        return absence.promise.await();
      } catch (RuntimeException failure) {
        awaitLock(failure);
        throw failure;
      }
    }

    /**
     * Goes on waiting after {@code interruption}, which is the cancellation of the task. One that
     * comes twice is that of a loop which closes, and lets nobody wait any more.
     */
    private void awaitLock(RuntimeException interruption) {
      var latest = interruption;
      while (absence.isWithdrawn()) {
        try {
          absence.promise.await();
        } catch (RuntimeException again) {
          if (again == latest) {
            return;
          }
          latest = again;
        }
      }
    }
  }

  /** Who waits for a notification, in order, for diagnosis. */
  public List<Waiting> waiting() {
    return waiters.waiting();
  }

  @Override
  public String toString() {
    return "Condition[" + lock + ", " + waiters.size() + " waiting]";
  }
}
