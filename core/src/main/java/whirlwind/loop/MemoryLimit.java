// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.time.Duration;
import java.util.Objects;

/**
 * How many bytes the streams of one loop may hold together, and what is done beyond that; for
 * {@link LoopOptions#withMemoryLimit}. What one stream may hold is said by its own limits.
 *
 * <p>The limit is left behind at three quarters of it, so that nothing stops and goes with each
 * byte. Where it begins and where it ends, one line of the log each says so.
 *
 * @param bytes the limit, at least 1
 * @param beyond what is done beyond it
 * @param patience with {@link Beyond#PAUSE_READING}: when the loop has been beyond the limit for so
 *     long, the streams that are broken or hold most are closed, and again after each such time
 */
public record MemoryLimit(long bytes, Beyond beyond, Duration patience) {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** What is done when the streams of a loop hold more than they may; each includes the former. */
  public enum Beyond {
    /** Servers of the loop accept no connections, which wait in the backlog. */
    REFUSE_CONNECTIONS,

    /**
     * Streams that hold {@value MemoryBudget#GUARANTEED_BYTES} bytes or more are not read from, and
     * that much is the most that may wait to be written. So what needs no more than that goes on as
     * ever, whatever the others hold. Those that go on first are those that stopped first. When
     * there is no end to it, those whose connections have broken and those that hold most are
     * closed, with a {@code StreamBufferFullException} as their error: they might be waiting for
     * each other's memory, or for a peer that sends nothing and reads nothing.
     */
    PAUSE_READING
  }

  /** Checks the values. */
  public MemoryLimit {
    if (bytes < 1) {
      throw new IllegalArgumentException("bytes: wanted at least 1, got " + bytes);
    }
    Objects.requireNonNull(beyond, "beyond");
    if (!patience.isPositive()) {
      throw new IllegalArgumentException("patience: wanted more than zero, got " + patience);
    }
  }

  /** A limit of {@code bytes} that pauses reading, with a patience of ten seconds. */
  public static MemoryLimit of(long bytes) {
    return new MemoryLimit(bytes, Beyond.PAUSE_READING, PATIENCE);
  }

  /**
   * {@link #of} half of what the heap may grow to: bytes of peers alone shall not exhaust it. It is
   * the default, as a loop without a limit fails in the worst way, for everybody and wherever the
   * last byte happened to be wanted.
   */
  public static MemoryLimit halfOfTheHeap() {
    return of(Math.max(1, Runtime.getRuntime().maxMemory() / 2));
  }

  /** This limit with another number of bytes. */
  public MemoryLimit withBytes(long other) {
    return new MemoryLimit(other, beyond, patience);
  }

  /** This limit with something else that is done beyond it. */
  public MemoryLimit withBeyond(Beyond other) {
    return new MemoryLimit(bytes, other, patience);
  }

  /** This limit with another patience. */
  public MemoryLimit withPatience(Duration other) {
    return new MemoryLimit(bytes, beyond, other);
  }
}
