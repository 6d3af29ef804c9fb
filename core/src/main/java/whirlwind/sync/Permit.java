// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

/**
 * What an acquired lock, semaphore or limiter hands out; closing it gives that back. For a {@code
 * try} block:
 *
 * <pre>{@code
 * try (var held = lock.acquire().await()) {
 *   …
 * }
 * }</pre>
 *
 * <p><b>Threads:</b> on the loop only.
 */
public abstract class Permit implements AutoCloseable {
  private boolean closed;

  Permit() {}

  /** Gives back what it stands for, once; harmless after that. */
  @Override
  public final void close() {
    if (!closed) {
      giveBack();
      closed = true;
    }
  }

  /** Gives back what it stands for, or throws and changes nothing. */
  abstract void giveBack();

  final boolean isClosed() {
    return closed;
  }

  @Override
  public final String toString() {
    return "Permit[" + (closed ? "closed" : "open") + "]";
  }
}
