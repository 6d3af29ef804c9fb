// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import whirlwind.loop.Task;

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
public final class Permit implements AutoCloseable {

  private final Consumer<Permit> issuer;
  private boolean closed;

  /** For diagnosis, where there is one holder at a time: who got it. */
  @Nullable Task<?> holder;

  /** A permit that {@code issuer} takes back, unless it throws and changes nothing. */
  Permit(Consumer<Permit> issuer) {
    this.issuer = issuer;
  }

  /** Gives back what it stands for, once; harmless after that. */
  @Override
  public void close() {
    if (!closed) {
      issuer.accept(this);
      closed = true;
    }
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public String toString() {
    return "Permit[" + (closed ? "closed" : "open") + "]";
  }
}
