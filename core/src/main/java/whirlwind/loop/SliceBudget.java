// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

/**
 * What one coroutine or callback may have done for it without ever waiting, before others get their
 * turn: so that a loop over operations that are always ready does not keep the thread. For streams
 * and other primitives that complete operations at once; one for each loop.
 *
 * <p>Whoever finds it spent does not complete the operation at the call but a turn later.
 * Suspending, or returning from a callback, renews it.
 */
public final class SliceBudget {
  private static final int OPERATIONS = 128;
  private static final long BYTES = 256 * 1024;

  private final RunQueue queue;
  private long slice = -1;
  private int operations;
  private long bytes;

  SliceBudget(RunQueue queue) {
    this.queue = queue;
  }

  /** Takes one operation out; false when there is none left, or no bytes. */
  public boolean take() {
    long current = queue.slice();
    if (current != slice) {
      slice = current;
      operations = 0;
      bytes = 0;
    }
    return ++operations <= OPERATIONS && bytes < BYTES;
  }

  /** Takes the bytes out that an operation has moved. */
  public void spend(long moved) {
    bytes += moved;
  }
}
