// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import org.jspecify.annotations.Nullable;
import whirlwind.coroutine.Carrier;
import whirlwind.coroutine.Coroutine;

/** The coroutine inside which callbacks, timers and handlers run, one after the other. */
final class Runner {
  private final IOLoop loop;
  private final RunQueue queue;
  private final Coroutine coroutine;
  private boolean idle;

  Runner(IOLoop loop, RunQueue queue) {
    this.loop = loop;
    this.queue = queue;
    this.coroutine = Carrier.chosen().coroutine(loop, loop.name() + "-callbacks", this::run);
  }

  Coroutine coroutine() {
    return coroutine;
  }

  /** Runs callbacks until it is the bare thread's turn, or until one of them suspends. */
  void wake() {
    idle = false;
    coroutine.switchTo();
  }

  private void run() {
    try {
      do {
        runCallbacks();
      } while (waitForMore());
    } finally {
      queue.ended(this);
    }
  }

  private void runCallbacks() {
    for (Object job; (job = queue.nextCallback()) != null; ) {
      queue.beginSlice();
      runOne(job);
      queue.endSlice();
    }
  }

  private boolean waitForMore() {
    if (!queue.keepsIdle(this)) {
      return false;
    }
    idle = true;
    while (idle) {
      coroutine.suspend();
    }
    return true;
  }

  private void runOne(Object job) {
    var callback =
        job instanceof Timeout timeout ? timeout.takeCallback() : (@Nullable Runnable) job;
    if (callback == null) {
      return; // a timeout that was removed after it had become due
    }
    try {
      callback.run();
    } catch (Throwable failure) {
      loop.callbackFailed(callback, failure);
    } finally {
      // What a callback leaves behind must not reach the next one.
      Thread.interrupted();
    }
  }
}
