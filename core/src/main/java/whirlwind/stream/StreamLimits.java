// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import java.util.Objects;
import whirlwind.buffer.ReadBuffer;

/**
 * How many bytes may wait in a stream, for whoever opens one.
 *
 * <p><b>Units:</b> bytes.
 *
 * @param maxBufferSize the most that a read may gather before it is satisfied; memory that the
 *     caller owns ({@code readInto}) does not count. From 1 to 2 GiB less 9.
 * @param readChunkSize the most that is taken from the socket at a time, and that is taken ahead of
 *     a read; at least 1, and reduced to half of {@code maxBufferSize} when it is more
 * @param maxWriteBufferSize the most that may be accepted and not yet be with the kernel, at least
 *     1; {@link Long#MAX_VALUE} for no limit
 * @param overflow what becomes of a write beyond {@code maxWriteBufferSize}
 */
public record StreamLimits(
    long maxBufferSize, int readChunkSize, long maxWriteBufferSize, Overflow overflow) {
  private static final StreamLimits DEFAULTS =
      new StreamLimits(100L << 20, 64 << 10, 1L << 20, Overflow.WAIT);

  /** What becomes of a write that finds no room. */
  public enum Overflow {
    /** It is accepted, and whoever awaits it waits until the kernel has it. */
    WAIT,
    /** It throws {@link StreamBufferFullException} at the call, and nothing of it is queued. */
    REFUSE
  }

  /** Checks the values. */
  public StreamLimits {
    check("maxBufferSize", maxBufferSize, ReadBuffer.MAX_SIZE);
    check("readChunkSize", readChunkSize, Integer.MAX_VALUE);
    check("maxWriteBufferSize", maxWriteBufferSize, Long.MAX_VALUE);
    Objects.requireNonNull(overflow, "overflow");
    readChunkSize = (int) Math.min(readChunkSize, Math.max(1, maxBufferSize / 2));
  }

  /** 100 MiB to read, in chunks of 64 KiB; 1 MiB to write, then writers wait. */
  public static StreamLimits defaults() {
    return DEFAULTS;
  }

  /** These limits with another {@link #maxBufferSize}. */
  public StreamLimits withMaxBufferSize(long bytes) {
    return new StreamLimits(bytes, readChunkSize, maxWriteBufferSize, overflow);
  }

  /** These limits with another {@link #readChunkSize}. */
  public StreamLimits withReadChunkSize(int bytes) {
    return new StreamLimits(maxBufferSize, bytes, maxWriteBufferSize, overflow);
  }

  /** These limits with another {@link #maxWriteBufferSize}. */
  public StreamLimits withMaxWriteBufferSize(long bytes) {
    return new StreamLimits(maxBufferSize, readChunkSize, bytes, overflow);
  }

  /** These limits with another {@link #overflow}. */
  public StreamLimits withOverflow(Overflow other) {
    return new StreamLimits(maxBufferSize, readChunkSize, maxWriteBufferSize, other);
  }

  private static void check(String name, long bytes, long most) {
    if (bytes < 1 || bytes > most) {
      throw new IllegalArgumentException(
          "%s must be from 1 to %d bytes, got %d".formatted(name, most, bytes));
    }
  }
}
