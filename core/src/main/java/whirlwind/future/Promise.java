// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import whirlwind.coroutine.Coroutine;

/**
 * A future that its maker completes, once. For whoever starts an operation and hands out its
 * result.
 *
 * <p><b>Threads:</b> completing is legal from any thread; those who wait are resumed and called
 * back on their own loop, on a later turn, in the order in which they came.
 *
 * <p>A failure that nobody ever looks at is logged when the promise is garbage; looking once
 * (await, a callback, any accessor of the outcome) is enough, and {@link #quiet} forgoes it.
 *
 * @param <T> the type of the value
 */
public final class Promise<T extends @Nullable Object> implements Future<T> {

  /** Withdraws the operation behind a promise. */
  @FunctionalInterface
  public interface Canceller {
    /**
     * Takes the operation back, losing nothing, and completes the promise: now, or when it has come
     * to its end, for which a cancelled task waits in its await. On the loop, and only while the
     * promise is pending.
     *
     * @param cause what the promise shall be cancelled with
     * @return whether the operation is, or will be, withdrawn; false leaves the promise pending
     */
    boolean cancel(CancelledException cause);

    /**
     * Somebody is about to wait for the operation: whoever has put it off, to do it together with
     * others, does it now. On the loop.
     */
    default void awaited() {}

    /** What the operation waits for, for diagnosis; null says nothing. */
    default @Nullable Wait waitsFor() {
      return null;
    }
  }

  private static final System.Logger LOG = System.getLogger("whirlwind.future");
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Promise.class, "state", Object.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final Scheduler home;

  /**
   * One word says it all, changed by compare-and-set from any thread:
   *
   * <pre>
   *   null --+--> Coroutine (the only one who waits: no node needed) --+--> Outcome, for ever
   *          +--> Waiter (the last who came, linked to those before) --+
   * </pre>
   */
  private volatile @Nullable Object state;

  private @Nullable Canceller canceller;
  private boolean quiet;
  private volatile @Nullable UnobservedFailure unobserved;

  /** One who waits: a coroutine or a callback. */
  private record Waiter(Object who, @Nullable Object earlier) {}

  /** A pending promise of the loop that runs the caller. */
  public Promise() {
    this(Scheduler.current());
  }

  /** A pending promise whose callbacks run on {@code home}. */
  public Promise(Scheduler home) {
    this.home = Objects.requireNonNull(home, "home");
  }

  /** The loop on which callbacks run. */
  public Scheduler home() {
    return home;
  }

  /** Says how the operation is withdrawn; without it, cancelling only completes the promise. */
  public Promise<T> onCancel(Canceller canceller) {
    if (this.canceller instanceof NamedOperation named) {
      named.canceller = canceller;
    } else {
      this.canceller = canceller;
    }
    return this;
  }

  /** Says which operation it is of, and what that works on, for {@link #waitsFor}. */
  public Promise<T> named(String operation, @Nullable Object on) {
    canceller = new NamedOperation(this, operation, on, canceller);
    return this;
  }

  /** Forgoes the report of a failure that nobody looks at. */
  public Promise<T> quiet() {
    quiet = true;
    return this;
  }

  /** A face that cannot complete or cancel this promise. */
  public Future<T> view() {
    return new FutureView<>(this);
  }

  // ---------------------------------------------------------------- completing

  /**
   * Completes with a value.
   *
   * @throws InvalidStateException when it is done already
   */
  public void setResult(T value) {
    if (!trySetResult(value)) {
      throw alreadyDone("value " + value);
    }
  }

  /**
   * Completes with a failure; a {@link CancelledException} makes it cancelled.
   *
   * @throws InvalidStateException when it is done already
   */
  public void setException(Throwable cause) {
    if (!trySetException(cause)) {
      throw alreadyDone("failure " + cause);
    }
  }

  /** Completes with a value unless it is done already, and says whether it did. */
  public boolean trySetResult(T value) {
    return complete(new Outcome.Success<>(value));
  }

  /** Completes with a failure unless it is done already, and says whether it did. */
  public boolean trySetException(Throwable cause) {
    if (Objects.requireNonNull(cause, "cause") instanceof CancelledException cancelled) {
      return tryCancel(cancelled);
    }
    return complete(new Outcome.Failure<>(cause));
  }

  /** Completes as cancelled unless it is done already, and says whether it did. */
  public boolean tryCancel(CancelledException cause) {
    return complete(new Outcome.Cancelled<>(Objects.requireNonNull(cause, "cause")));
  }

  /**
   * Completes with a value, or does nothing when the future was cancelled.
   *
   * @throws InvalidStateException when it has a value or a failure already
   */
  public void setResultUnlessCancelled(T value) {
    if (!isCancelled()) {
      setResult(value);
    }
  }

  /**
   * Completes with a failure, or logs it when the future was cancelled, so that it is not lost.
   *
   * @throws InvalidStateException when it has a value or a failure already
   */
  public void setExceptionUnlessCancelled(Throwable cause) {
    if (isCancelled()) {
      LOG.log(Level.ERROR, "an operation failed after its future was cancelled", cause);
    } else {
      setException(cause);
    }
  }

  private InvalidStateException alreadyDone(String got) {
    return new InvalidStateException("wanted a pending promise, got " + this + "; dropped: " + got);
  }

  private boolean complete(Outcome<T> outcome) {
    while (true) {
      var before = state;
      if (before instanceof Outcome) {
        return false;
      }
      if (before == null && outcome instanceof Outcome.Failure<T>(var cause) && !quiet) {
        // Before the outcome can be seen, so that whoever sees it can call the report off.
        unobserved = UnobservedFailure.watch(this, cause);
      }
      if (STATE.compareAndSet(this, before, outcome)) {
        canceller = null;
        if (before != null) {
          wake(before, outcome);
        }
        return true;
      }
      observed(); // the watch of this attempt; the next one decides anew
    }
  }

  private void wake(Object last, Outcome<T> outcome) {
    if (last instanceof Coroutine only) {
      only.resume();
      return;
    }
    Waiter inOrder = null;
    for (Object at = last; at != null; ) {
      var waiter = at instanceof Waiter node ? node : new Waiter(at, null);
      inOrder = new Waiter(waiter.who, inOrder);
      at = waiter.earlier;
    }
    for (Object at = inOrder; at instanceof Waiter(var who, var next); at = next) {
      if (who instanceof Coroutine coroutine) {
        coroutine.resume();
      } else {
        call(who, outcome);
      }
    }
  }

  @SuppressWarnings("unchecked") // only onComplete adds what is no coroutine
  private void call(Object callback, Outcome<T> outcome) {
    home.execute(() -> ((Consumer<? super Outcome<T>>) callback).accept(outcome));
  }

  private void observed() {
    var watch = unobserved;
    if (watch != null) {
      watch.callOff();
      unobserved = null;
    }
  }

  // ---------------------------------------------------------------- looking

  @Override
  public boolean isDone() {
    return state instanceof Outcome;
  }

  @Override
  public boolean isCancelled() {
    return state instanceof Outcome.Cancelled;
  }

  @Override
  public Outcome<T> outcome() {
    var outcome = outcomeOrNull();
    if (outcome == null) {
      throw new InvalidStateException("wanted a future that is done, got " + this);
    }
    observed();
    return outcome;
  }

  @Override
  public T result() {
    return valueOf(outcome(), false);
  }

  @Override
  public @Nullable Throwable exception() {
    return switch (outcome()) {
      case Outcome.Success<T> _ -> null;
      case Outcome.Failure<T>(var cause) -> cause;
      case Outcome.Cancelled<T>(var cause) -> cause;
    };
  }

  @SuppressWarnings("unchecked") // the outcome in the state is this promise's
  private @Nullable Outcome<T> outcomeOrNull() {
    return state instanceof Outcome<?> outcome ? (Outcome<T>) outcome : null;
  }

  @Override
  public @Nullable Wait waitsFor() {
    var operation = canceller;
    return operation == null ? null : operation.waitsFor();
  }

  // ---------------------------------------------------------------- waiting

  @Override
  public Future<T> onComplete(Consumer<? super Outcome<T>> callback) {
    Objects.requireNonNull(callback, "callback");
    if (!addWaiter(callback)) {
      call(callback, outcome());
    }
    return this;
  }

  @Override
  public boolean removeCallback(Consumer<? super Outcome<T>> callback) {
    return removeWaiter(Objects.requireNonNull(callback, "callback"));
  }

  @Override
  public T await() {
    return await(this, true);
  }

  /**
   * The one place where code of the library suspends.
   *
   * @param shown what a diagnosis names as awaited
   * @param cancels whether the operation is cancelled with the only task that waits for it
   */
  T await(Future<T> shown, boolean cancels) {
    var outcome = outcomeOrNull();
    if (outcome instanceof Outcome.Success<T> success) {
      return success.value();
    }
    if (outcome != null) {
      observed();
      return valueOf(outcome, false);
    }
    var self = Coroutine.current();
    if (self == null) {
      throw new IllegalStateException(
          "await() suspends a coroutine, and "
              + Thread.currentThread()
              + " is none: call it from code that a loop runs, or use onComplete, or block this"
              + " thread with toCompletableFuture().get()");
    }
    var maker = canceller;
    if (maker != null && self.home() == home) {
      maker.awaited();
    }
    if (addWaiter(self)) {
      waitForOutcome(self, shown, cancels);
    }
    return valueOf(outcome(), true);
  }

  /**
   * A value that is here wins over a pending interruption: what was handed over would be lost, and
   * the interruption stays for the next await that waits.
   */
  private void waitForOutcome(Coroutine self, Future<T> shown, boolean cancels) {
    Withdrawal withdrawal = null;
    try {
      self.waitingFor(shown);
      while (!isDone()) {
        var interruption = self.takeInterruption();
        if (interruption != null && withdrawal == null && cancels && state == self) {
          withdrawal = new Withdrawal(self, interruption);
          withdrawal.begin();
        } else if (interruption != null) {
          leave(self, interruption);
        } else if (withdrawal != null && withdrawal.refused) {
          leave(self, withdrawal.interruption);
        } else {
          self.suspend();
        }
      }
    } finally {
      self.waitingFor(null);
      self.restoreInterrupt();
    }
    if (withdrawal != null) {
      endOf(withdrawal);
    }
  }

  private void endOf(Withdrawal withdrawal) {
    if (isCancelled()) {
      throw thrownHere(withdrawal.interruption);
    }
    withdrawal.waiter.keepInterruption(withdrawal.interruption);
  }

  /** Throws {@code interruption}, and leaves the operation to itself. */
  private void leave(Coroutine self, RuntimeException interruption) {
    if (removeWaiter(self)) {
      throw thrownHere(interruption);
    }
    self.keepInterruption(interruption); // completed in this moment, from another thread
  }

  /**
   * The only waiter was interrupted, and wants the operation cancelled. It waits on until that is
   * done: the operation may live on another loop, or need a while to come to an end, and may turn
   * out to have a value already, which would be lost if nobody waited any more.
   */
  private final class Withdrawal implements Runnable {
    final Coroutine waiter;
    final RuntimeException interruption;
    volatile boolean refused;

    Withdrawal(Coroutine waiter, RuntimeException interruption) {
      this.waiter = waiter;
      this.interruption = interruption;
    }

    void begin() {
      if (waiter.home() == home) {
        run();
      } else {
        home.executeEvenClosed(this);
      }
    }

    @Override
    public void run() {
      boolean accepted = false;
      try {
        accepted = state == waiter && cancel(forWaiter(interruption));
      } finally {
        if (!accepted) {
          refused = true; // others wait too, or it cannot be cancelled
          waiter.resume();
        }
      }
    }
  }

  private static CancelledException forWaiter(RuntimeException interruption) {
    return new CancelledException("the only task that waited was cancelled", interruption);
  }

  /** With traces of both places: who cancelled, and, here, who waited. */
  private static RuntimeException thrownHere(RuntimeException interruption) {
    interruption.addSuppressed(new Awaited());
    return interruption;
  }

  /** False when there is an outcome already. */
  private boolean addWaiter(Object who) {
    while (true) {
      var before = state;
      if (before instanceof Outcome) {
        return false;
      }
      var after = before == null && who instanceof Coroutine ? who : new Waiter(who, before);
      if (STATE.compareAndSet(this, before, after)) {
        return true;
      }
    }
  }

  /** False when there is an outcome already. */
  private boolean removeWaiter(Object who) {
    while (true) {
      var before = state;
      if (before instanceof Outcome) {
        return false;
      }
      if (STATE.compareAndSet(this, before, without(who, before))) {
        return true;
      }
    }
  }

  private static @Nullable Object without(Object who, @Nullable Object chain) {
    var kept = new ArrayDeque<Object>();
    for (Object at = chain; at != null; ) {
      var waiter = at instanceof Waiter node ? node : new Waiter(at, null);
      if (waiter.who != who) {
        kept.push(waiter.who);
      }
      at = waiter.earlier;
    }
    Object rebuilt = null;
    for (Object each : kept) {
      rebuilt = rebuilt == null && each instanceof Coroutine ? each : new Waiter(each, rebuilt);
    }
    return rebuilt;
  }

  private T valueOf(Outcome<T> outcome, boolean waited) {
    return switch (outcome) {
      case Outcome.Success<T>(var value) -> value;
      case Outcome.Failure<T>(var cause) -> throw rethrown(cause, waited);
      case Outcome.Cancelled<T>(var cause) -> throw rethrown(cause, waited);
    };
  }

  /** The failure's own trace says where it arose; the suppressed one says who awaited it. */
  private static RuntimeException rethrown(Throwable cause, boolean waited) {
    if (!(cause instanceof RuntimeException) && !(cause instanceof Error)) {
      return new CompletionException(cause);
    }
    if (waited && cause.getSuppressed().length < Awaited.MOST) {
      cause.addSuppressed(new Awaited());
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return (RuntimeException) cause;
  }

  // ---------------------------------------------------------------- cancelling, and the JDK's face

  @Override
  public boolean cancel() {
    home.requireCurrent();
    return cancel(new CancelledException("the future was cancelled"));
  }

  private boolean cancel(CancelledException cause) {
    if (isDone()) {
      return false;
    }
    var withdraws = canceller;
    return withdraws == null ? tryCancel(cause) : withdraws.cancel(cause);
  }

  @Override
  public CompletableFuture<T> toCompletableFuture() {
    return isDone() ? LoopStage.completed(outcome(), home) : LoopStage.following(this, home);
  }

  CompletionStage<T> stage() {
    return LoopStage.following(this, home);
  }

  @Override
  public String toString() {
    return "Future["
        + switch (outcomeOrNull()) {
          case null -> "pending" + describeOperation();
          case Outcome.Success<T>(var value) -> "value " + value;
          case Outcome.Failure<T>(var cause) -> "failed: " + cause;
          case Outcome.Cancelled<T>(var cause) -> "cancelled: " + cause.getMessage();
        }
        + "]";
  }

  private String describeOperation() {
    var wait = waitsFor();
    return wait == null ? "" : ": " + wait.briefly();
  }
}
