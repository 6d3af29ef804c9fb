// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import whirlwind.buffer.ReadBuffer;

/**
 * Thrown when more bytes would have to wait in a stream than its {@link StreamLimits} allow, or in
 * all streams of a loop than its {@link whirlwind.loop.MemoryLimit} does. After a refused write the
 * stream is as it was before and nothing of the data was queued; a read beyond the limit closes its
 * stream, as does a loop that is short of memory for long.
 *
 * <p>Source: Tornado's {@code StreamBufferFullError}.
 */
public final class StreamBufferFullException extends StreamException {
  private static final long serialVersionUID = 1L;

  private final long buffered;
  private final long wanted;
  private final long limit;

  private StreamBufferFullException(String message, long buffered, long wanted, long limit) {
    super(message, null);
    this.buffered = buffered;
    this.wanted = wanted;
    this.limit = limit;
  }

  /** A write of {@code wanted} bytes does not fit behind those that wait. */
  static StreamBufferFullException ofWrite(long buffered, long wanted, long limit) {
    return new StreamBufferFullException(
        "write buffer full: %d bytes waiting, %d more wanted, maxWriteBufferSize is %d"
            .formatted(buffered, wanted, limit),
        buffered,
        wanted,
        limit);
  }

  /** {@code request} is not satisfied by {@code in}, which may not hold what it needs more. */
  static StreamBufferFullException ofRead(ReadRequest request, ReadBuffer in, long limit) {
    int wanted = request.wanted(in);
    boolean known = wanted != ReadRequest.NO_LIMIT;
    return new StreamBufferFullException(
        "read buffer full: %s needs %s more than the %d bytes buffered, maxBufferSize is %d"
            .formatted(request, known ? wanted + " bytes" : "some", in.size(), limit),
        in.size(),
        known ? wanted : 1,
        limit);
  }

  /** The streams of a loop hold {@code total} bytes, and none of them more than this one. */
  static StreamBufferFullException ofLoop(long held, long total, long limit) {
    return new StreamBufferFullException(
        "memory full: the streams of the loop hold %d bytes, this one %d; the limit of all is %d"
            .formatted(total, held, limit),
        held,
        1,
        limit);
  }

  /** How many bytes were waiting. */
  public long buffered() {
    return buffered;
  }

  /** How many more were to be added; 1 where that cannot be known. */
  public long wanted() {
    return wanted;
  }

  /** How many may wait at once, in this stream or in all. */
  public long limit() {
    return limit;
  }
}
