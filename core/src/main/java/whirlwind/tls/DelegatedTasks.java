// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import java.util.function.LongSupplier;
import whirlwind.loop.IOLoop;

/**
 * Runs what a server's engine asks to have run in a handshake: signatures, key exchange. On the
 * loop as long as that is quick, as to change threads costs more than most of them; on the executor
 * once they have turned out slow (large RSA keys, keys in some other machine, a JVM that is still
 * cold), until they are quick again. One for each loop.
 */
final class DelegatedTasks {
  /** What one task may keep a loop waiting. */
  private static final long SLOW_NANOS = 1_000_000;

  /** Weight of the past in the mean: the cost of the last few tasks decides. */
  private static final int MEMORY = 8;

  private final IOLoop loop;
  private long meanNanos;

  DelegatedTasks(IOLoop loop) {
    this.loop = loop;
  }

  static DelegatedTasks of(IOLoop loop) {
    return loop.io().once(DelegatedTasks.class, () -> new DelegatedTasks(loop));
  }

  /** Runs it, and returns when it is through. In a coroutine. */
  void run(Runnable task) {
    LongSupplier timed =
        () -> {
          long start = loop.clock().nanoTime();
          task.run();
          return loop.clock().nanoTime() - start;
        };
    long nanos =
        meanNanos < SLOW_NANOS ? timed.getAsLong() : loop.runInExecutor(timed::getAsLong).await();
    meanNanos += (nanos - meanNanos) / MEMORY;
  }
}
