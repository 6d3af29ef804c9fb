// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import whirlwind.coroutine.BareJob;
import whirlwind.coroutine.Coroutine;
import whirlwind.coroutine.Mountable;

/**
 * What is ready to run on one loop, and the running of it.
 *
 * <p>Jobs of two kinds stand in one line. A {@link Mountable} runs on the loop's bare thread: it
 * mounts a virtual thread until that suspends; the few other {@link BareJob}s run there, too.
 * Everything else (callbacks, due timers, handlers) is code of users: it runs inside a {@link
 * Runner}, a coroutine of the loop's own, so that it may await and may take locks that other
 * coroutines take. A runner that suspends in the middle of a callback is left to it, and another
 * one goes on with the line.
 *
 * <p>Two lines take turns: {@code batch} is run while {@code ready} collects, so what is added
 * during a batch waits for the next.
 */
final class RunQueue {
  /** The loop's own bookkeeping, which is done also while the loop closes and drops callbacks. */
  interface Note extends Runnable {}

  /**
   * Runners kept for the next callback; more than one are idle only after several awaited at once.
   */
  private static final int MOST_IDLE_RUNNERS = 4;

  private final IOLoop loop;
  private final CallbackQueue inbox = new CallbackQueue();
  private final Consumer<Runnable> toReady = this::addLocal;
  private ArrayDeque<Object> ready = new ArrayDeque<>();
  private ArrayDeque<Object> batch = new ArrayDeque<>();
  private final ArrayList<Runner> idleRunners = new ArrayList<>();
  private final ArrayList<Runner> allRunners = new ArrayList<>();
  private boolean closing;

  /** The bare thread while the loop runs. Others only compare it with themselves. */
  private volatile @Nullable Thread thread;

  /**
   * The coroutine that the bare thread carries now. A plain field, written at every switch: whoever
   * finds itself in it is it, as only the loop runs coroutines; the watchdog may see an old one.
   */
  private @Nullable Coroutine mounted;

  private final SliceCounter slices = new SliceCounter();

  RunQueue(IOLoop loop) {
    this.loop = loop;
  }

  // ---------------------------------------------------------------- who calls

  boolean isCurrent() {
    var caller = Thread.currentThread();
    if (!caller.isVirtual()) {
      return caller == thread; // and reads nothing that the loop writes all the time
    }
    var coroutine = mounted;
    return coroutine != null && coroutine.thread() == caller;
  }

  @Nullable Thread thread() {
    return thread;
  }

  /** The thread whose stack tells what the loop is doing. */
  @Nullable Thread busyThread() {
    var coroutine = mounted;
    return coroutine != null ? coroutine.thread() : thread;
  }

  @Nullable Coroutine mounted() {
    return mounted;
  }

  long slice() {
    return slices.get();
  }

  void enter(Thread bareThread) {
    thread = bareThread;
  }

  void leave() {
    thread = null;
  }

  // ---------------------------------------------------------------- what is ready

  /** Adds a job for the next batch. On the loop. */
  void addLocal(Object job) {
    ready.addLast(job);
  }

  /** Adds a job from anywhere else. */
  void addForeign(Runnable job) {
    inbox.add(job);
  }

  /** Adds a job to the batch that runs next, before what is ready. On the loop, between batches. */
  void addToBatch(Object job) {
    batch.addLast(job);
  }

  boolean hasReady() {
    return !ready.isEmpty();
  }

  /** How many jobs are ready, as far as the loop has taken note of them. */
  int size() {
    return ready.size() + batch.size();
  }

  boolean inboxIsEmpty() {
    return inbox.isEmpty();
  }

  /** Makes all that is ready now the batch that runs next. */
  void takeBatch() {
    inbox.drainTo(toReady);
    var taken = ready;
    ready = batch;
    batch = taken;
  }

  // ---------------------------------------------------------------- running it

  void runBatch() {
    for (Object job; (job = batch.peekFirst()) != null; ) {
      if (job instanceof Mountable mountable) {
        batch.removeFirst();
        mount(mountable);
      } else if (job instanceof BareJob bare) {
        batch.removeFirst();
        bare.run();
      } else {
        switchToRunner();
      }
    }
  }

  private void mount(Mountable mountable) {
    // A continuation that is no coroutine is foreign code, though on our thread: it does not pass
    // for us.
    mounted = mountable instanceof Coroutine coroutine ? coroutine : null;
    beginSlice();
    mountable.run();
    endSlice();
    mounted = null;
  }

  private void switchToRunner() {
    var runner = idleRunners.isEmpty() ? newRunner() : idleRunners.removeLast();
    mounted = runner.coroutine();
    runner.wake();
    endSlice(); // a callback that suspends leaves its slice open
    mounted = null;
  }

  private Runner newRunner() {
    var runner = new Runner(loop, this);
    allRunners.add(runner);
    return runner;
  }

  /** The next job for a runner; null when it is the bare thread's turn. */
  @Nullable Object nextCallback() {
    if (closing || batch.isEmpty() && !loop.nextTurnInPlace()) {
      return null;
    }
    return batch.peekFirst() instanceof BareJob ? null : batch.pollFirst();
  }

  /** Whether the runner shall wait for more; else it ends. */
  boolean keepsIdle(Runner runner) {
    if (closing || idleRunners.size() >= MOST_IDLE_RUNNERS) {
      return false;
    }
    idleRunners.add(runner);
    return true;
  }

  void ended(Runner runner) {
    allRunners.remove(runner);
  }

  void beginSlice() {
    slices.begin();
  }

  void endSlice() {
    slices.end();
  }

  // ---------------------------------------------------------------- closing

  /** From now on callbacks are dropped; returns how many were waiting. Coroutines still run. */
  int beginClosing() {
    closing = true;
    takeBatch();
    int dropped = 0;
    for (Object job; (job = batch.pollFirst()) != null; ) {
      switch (job) {
        case Mountable _ -> ready.addLast(job);
        case Note note -> note.run();
        default -> dropped++;
      }
    }
    return dropped;
  }

  /** Mounts what is ready and drops the rest. */
  void runCoroutinesOnly() {
    takeBatch();
    for (Object job; (job = batch.pollFirst()) != null; ) {
      switch (job) {
        case Mountable mountable -> mount(mountable);
        case Note note -> note.run();
        default -> {}
      }
    }
  }

  /** Lets the idle runners end. */
  void endIdleRunners() {
    for (var runner : List.copyOf(idleRunners)) {
      idleRunners.remove(runner);
      mounted = runner.coroutine();
      runner.wake();
      mounted = null;
    }
  }

  /** The coroutines that callbacks have suspended. */
  List<Coroutine> suspendedRunners() {
    return allRunners.stream().map(Runner::coroutine).toList();
  }

  void drainForeign(Consumer<? super Runnable> sink) {
    inbox.drainTo(sink);
  }
}
