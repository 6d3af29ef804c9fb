// SPDX-License-Identifier: Apache-2.0
package whirlwind.coroutine;

import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The portable carrier: an ordinary virtual thread to which the home's thread hands a baton, and
 * waits until it comes back. The same one-at-a-time rule from public API alone, at 4–6 µs a switch;
 * a call that blocks keeps the baton and so stops the loop.
 */
public final class BatonCarrier implements Carrier {

  @Override
  public Coroutine coroutine(Executor home, String name, Runnable body) {
    return new BatonCoroutine(home, name, body);
  }

  @Override
  public ThreadFactory threads() {
    return Thread.ofVirtual().inheritInheritableThreadLocals(false).factory();
  }

  @Override
  public String name() {
    return "baton";
  }

  /**
   * See {@link BatonCarrier}. The state says who has the baton and who asked for it:
   *
   * <pre>
   *   IDLE --resume/start--> QUEUED --run--> RUNNING --suspend--> IDLE
   *                                           |  ^
   *                                    resume v  | suspend (returns at once)
   *                                          PERMIT
   *   RUNNING, PERMIT --body returns--> DONE
   * </pre>
   */
  static final class BatonCoroutine extends Coroutine {
    private enum State {
      IDLE,
      QUEUED,
      RUNNING,
      PERMIT,
      DONE
    }

    private final Thread thread;
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);

    /** The home's thread while it waits for the baton, else null: null means it may go on. */
    private volatile @Nullable Thread waitingHome;

    private BatonCoroutine(Executor home, String name, Runnable body) {
      super(home);
      thread =
          Thread.ofVirtual()
              .name(name)
              .inheritInheritableThreadLocals(false)
              .uncaughtExceptionHandler(this)
              .unstarted(() -> runBody(body));
    }

    private void runBody(Runnable body) {
      try {
        body.run();
      } catch (Throwable failure) {
        uncaughtException(thread, failure);
      } finally {
        state.set(State.DONE);
        passBaton();
      }
    }

    @Override
    public Thread thread() {
      return thread;
    }

    @Override
    public void start() {
      resume();
    }

    @Override
    public void resume() {
      while (true) {
        switch (state.get()) {
          case IDLE -> {
            if (state.compareAndSet(State.IDLE, State.QUEUED)) {
              home().execute(this);
              return;
            }
          }
          case RUNNING -> {
            if (state.compareAndSet(State.RUNNING, State.PERMIT)) {
              return;
            }
          }
          case QUEUED, PERMIT, DONE -> {
            return;
          }
        }
      }
    }

    @Override
    public void switchTo() {
      state.set(State.QUEUED);
      run();
    }

    @Override
    public void run() {
      if (state.get() != State.QUEUED) { // which only its home changes, so nobody else does now
        return;
      }
      // First: as soon as the coroutine sees that it runs, it may give the baton back.
      waitingHome = Thread.currentThread();
      state.set(State.RUNNING);
      if (thread.getState() == Thread.State.NEW) {
        thread.start();
      } else {
        LockSupport.unpark(thread);
      }
      boolean interrupted = false;
      while (waitingHome != null) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    void park() {
      if (state.compareAndSet(State.PERMIT, State.RUNNING)) {
        return;
      }
      if (!state.compareAndSet(State.RUNNING, State.IDLE)) {
        state.set(State.RUNNING); // a permit came in between
        return;
      }
      passBaton();
      boolean interrupted = false;
      while (state.get() != State.RUNNING && state.get() != State.PERMIT) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    private void passBaton() {
      Thread home = waitingHome;
      waitingHome = null;
      LockSupport.unpark(home);
    }
  }
}
