// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import java.lang.System.Logger.Level;
import java.lang.ref.Cleaner;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reports a failure that nobody looked at before its promise became garbage. The log line is
 * written on the cleaner's thread, for a loop's bare thread must not take a logger's lock.
 */
final class UnobservedFailure implements Runnable {
  private static final System.Logger LOG = System.getLogger("whirlwind.future");
  private static final Cleaner CLEANER = Cleaner.create();

  /** All that are neither called off nor reported, so that a closing loop finds its own. */
  private static final Set<UnobservedFailure> PENDING = ConcurrentHashMap.newKeySet();

  private final Scheduler home;
  private final Throwable cause;
  private volatile boolean calledOff;
  private final Cleaner.Cleanable registration;

  private UnobservedFailure(Promise<?> promise, Throwable cause) {
    this.home = promise.home();
    this.cause = cause;
    PENDING.add(this);
    this.registration = CLEANER.register(promise, this);
  }

  /** Watches over {@code promise}, which fails with {@code cause}. */
  static UnobservedFailure watch(Promise<?> promise, Throwable cause) {
    return new UnobservedFailure(promise, cause);
  }

  static void reportAll(Scheduler home) {
    for (var pending : PENDING) {
      if (pending.home == home) {
        pending.registration.clean();
      }
    }
  }

  /** Somebody looked. */
  void callOff() {
    calledOff = true;
    registration.clean();
  }

  @Override
  public void run() {
    PENDING.remove(this);
    if (!calledOff) {
      LOG.log(
          Level.ERROR,
          "a future failed and nobody looked at it: await it, attach a callback, or make the"
              + " promise quiet()",
          cause);
    }
  }
}
