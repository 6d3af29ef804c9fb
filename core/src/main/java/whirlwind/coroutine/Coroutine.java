// SPDX-License-Identifier: Apache-2.0
package whirlwind.coroutine;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A virtual thread whose home is one executor: it runs only while that executor's thread has
 * mounted it, so at any moment exactly one of {the executor's bare thread, one of its coroutines}
 * runs and nothing between two suspensions needs a lock.
 *
 * <p><b>Threads:</b> {@link #start} and {@link #resume} are legal anywhere; {@link #suspend} only
 * on the coroutine itself; {@link #run} and {@link #switchTo} only on the home's bare thread.
 *
 * <pre>
 *   created --start--> queued --run--> mounted --suspend--> suspended --resume--> queued
 *                                         |
 *                                         +--body returns--> done
 * </pre>
 *
 * <p>A resume that finds the coroutine not suspended is kept as one permit, which makes the next
 * {@code suspend} return at once; so {@code suspend} may return early, and its one caller waits in
 * a loop.
 *
 * <p>How a thread finds its coroutine: a coroutine <em>is</em> its thread's uncaught-exception
 * handler. That is truthful (what escapes the body is reported here) and costs no memory, where a
 * {@code ThreadLocal} would cost every parked coroutine a map.
 */
public abstract sealed class Coroutine implements Mountable, Thread.UncaughtExceptionHandler
    permits LoopCarrier.LoopCoroutine, BatonCarrier.BatonCoroutine {

  private static final System.Logger LOG = System.getLogger("whirlwind.coroutine");

  private final Executor home;

  /** Whose code it runs; null unless somebody wants to be found by it. */
  private @Nullable Object owner;

  /**
   * What the suspended coroutine waits for. A plain field, written at every await: the watchdog,
   * which reads it from its own thread, looks at what has not changed for long.
   */
  private @Nullable Object waitingFor;

  /**
   * What the current or the next await must throw instead of waiting. Written on the loop, and by
   * the watchdog when it frees a loop that a pinned await has blocked.
   */
  private volatile @Nullable RuntimeException interruption;

  /** Those to be thrown after it, in order; mostly none. */
  private @Nullable ArrayDeque<RuntimeException> moreInterruptions;

  private boolean interruptionStays;
  private boolean threadInterrupted;

  Coroutine(Executor home) {
    this.home = home;
  }

  /** The coroutine that calls this, or null when the caller is an ordinary thread. */
  public static @Nullable Coroutine current() {
    Thread thread = Thread.currentThread();
    return thread.isVirtual() && thread.getUncaughtExceptionHandler() instanceof Coroutine self
        ? self
        : null;
  }

  /** The executor that this coroutine lives on. */
  public final Executor home() {
    return home;
  }

  /** Says whose code it runs. Before it starts. */
  public final void owner(Object owner) {
    this.owner = owner;
  }

  /** Whose code it runs, if it was said. */
  public final @Nullable Object owner() {
    return owner;
  }

  /** The virtual thread underneath. */
  public abstract Thread thread();

  /** Queues the first run at the home. Once. */
  public abstract void start();

  /**
   * Mounts the coroutine and returns when it suspends or ends. The home calls it from its queue.
   */
  @Override
  public abstract void run();

  /** Starts or resumes the coroutine at once, past the home's queue. It must not be queued. */
  public abstract void switchTo();

  /** Makes the coroutine runnable again and queues it at its home. */
  public abstract void resume();

  /** Leaves the home's thread until {@link #resume}; may return early. */
  public final void suspend() {
    park();
    // An interrupted thread does not park: keep the interrupt for the code that awaits, or
    // the waiting loop around this call would spin.
    if (Thread.interrupted()) {
      threadInterrupted = true;
    }
  }

  abstract void park();

  /** Gives the thread back an interrupt that arrived while it was suspended. */
  public final void restoreInterrupt() {
    if (threadInterrupted) {
      threadInterrupted = false;
      Thread.currentThread().interrupt();
    }
  }

  /** Names what the coroutine is about to wait for, for diagnosis; null when it goes on. */
  public final void waitingFor(@Nullable Object what) {
    waitingFor = what;
  }

  /** What the coroutine waits for inside an await, or null. */
  public final @Nullable Object waitingFor() {
    return waitingFor;
  }

  /** Makes the current await, or else the next one that would wait, throw {@code failure} once. */
  public final void interruptAwait(RuntimeException failure) {
    var pending = interruption;
    interruption = failure;
    if (pending != null) {
      pendingBehind(pending, true);
    }
    if (waitingFor != null) {
      resume();
    }
  }

  /**
   * Like {@link #interruptAwait}, but after those that are pending: each is meant for another
   * block.
   */
  public final void interruptAwaitLater(RuntimeException failure) {
    if (interruption == null) {
      interruptAwait(failure);
    } else {
      pendingBehind(failure, false);
    }
  }

  private void pendingBehind(RuntimeException failure, boolean first) {
    if (moreInterruptions == null) {
      moreInterruptions = new ArrayDeque<>(2);
    }
    if (first) {
      moreInterruptions.addFirst(failure);
    } else {
      moreInterruptions.addLast(failure);
    }
  }

  private @Nullable RuntimeException nextInterruption() {
    return moreInterruptions == null ? null : moreInterruptions.pollFirst();
  }

  /** Takes back an interruption, and says whether no await has thrown it yet. */
  public final boolean withdrawInterruption(RuntimeException failure) {
    if (interruption == failure) {
      interruption = nextInterruption();
      return true;
    }
    return moreInterruptions != null && moreInterruptions.removeIf(pending -> pending == failure);
  }

  /** Like {@link #interruptAwait}, for every await from now on: the loop is closing. */
  public final void interruptEveryAwait(RuntimeException failure) {
    interruptionStays = true;
    moreInterruptions = null;
    interruption = null;
    interruptAwait(failure);
  }

  /** Takes what an await that would wait must throw now, or null. */
  public final @Nullable RuntimeException takeInterruption() {
    RuntimeException failure = interruption;
    if (failure != null && !interruptionStays) {
      interruption = nextInterruption();
    }
    return failure;
  }

  /**
   * Gives back what {@link #takeInterruption} gave, as it came too late for an await that has got
   * its value: the next one that would wait throws it.
   */
  public final void keepInterruption(RuntimeException failure) {
    if (interruptionStays) {
      return;
    }
    var later = interruption;
    interruption = failure;
    if (later != null) {
      pendingBehind(later, true);
    }
  }

  @Override
  public final void uncaughtException(Thread thread, Throwable failure) {
    LOG.log(
        Level.ERROR, "coroutine " + this + " ended with an exception that nothing caught", failure);
  }

  @Override
  public final String toString() {
    String name = thread().getName();
    return name.isEmpty() ? "coroutine#" + thread().threadId() : name;
  }
}
