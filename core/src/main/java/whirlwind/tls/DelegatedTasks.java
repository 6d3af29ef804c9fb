// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import java.util.concurrent.Executors;
import whirlwind.loop.IOLoop;

/**
 * Runs what a server's engine asks to have run in a handshake: signatures, key exchange. On the
 * loop as long as that is quick, as to change threads costs more than most of them; on the executor
 * once they have turned out slow (large RSA keys, keys in some other machine, a JVM that is still
 * cold), and on the loop again after a while, to see whether they still are. One for each loop.
 *
 * <p>Only on the loop is their time taken. Elsewhere it would include waiting for a processor, and
 * where there is but one, for the loop itself: they would never come back.
 */
final class DelegatedTasks {
  /**
   * What one task may keep a loop waiting. Well above what a signature takes in a warm JVM, so that
   * a busy processor, which the clock counts too, does not send the quick ones away.
   */
  private static final long SLOW_NANOS = 4_000_000;

  /** Weight of the past in the mean: the cost of the last few tasks decides. */
  private static final int MEMORY = 8;

  /** How many tasks go elsewhere before one is tried on the loop again. */
  private static final int SHORTEST_ABSENCE = 16;

  private static final int LONGEST_ABSENCE = 256;

  private final IOLoop loop;
  private long meanNanos;
  private int stillElsewhere;

  /** Doubles with each trial that fails, so that slow tasks hardly ever hold up a loop. */
  private int absence = SHORTEST_ABSENCE;

  DelegatedTasks(IOLoop loop) {
    this.loop = loop;
  }

  static DelegatedTasks of(IOLoop loop) {
    return loop.io().once(DelegatedTasks.class, () -> new DelegatedTasks(loop));
  }

  /** Runs it, and returns when it is through. In a coroutine. */
  void run(Runnable task) {
    if (stillElsewhere > 0) {
      stillElsewhere--;
      loop.runInExecutor(Executors.callable(task)).await();
      return;
    }
    long start = loop.clock().nanoTime();
    task.run();
    learn(loop.clock().nanoTime() - start);
  }

  private void learn(long nanos) {
    meanNanos += (nanos - meanNanos) / MEMORY;
    if (meanNanos >= SLOW_NANOS) {
      stillElsewhere = absence;
      absence = Math.min(2 * absence, LONGEST_ABSENCE);
      meanNanos = SLOW_NANOS / 2; // another one or two decide
    } else {
      absence = Math.max(absence / 2, SHORTEST_ABSENCE);
    }
  }
}
