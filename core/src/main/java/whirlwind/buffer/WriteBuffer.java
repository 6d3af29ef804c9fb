// SPDX-License-Identifier: Apache-2.0
package whirlwind.buffer;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a stream has accepted and that the kernel has not: copied in at the end, shown to
 * the transport from the front.
 *
 * <p><b>Positions:</b> {@link #accepted()} and {@link #flushed()} count all bytes since the stream
 * began. A write is done once {@code flushed()} has reached what {@code accepted()} was when it was
 * queued.
 *
 * <p><b>Memory:</b> none while empty; otherwise chunks of 1 to 64 KiB, each freed when it is sent.
 *
 * <p><b>Threads:</b> the loop's.
 */
public final class WriteBuffer {
  private static final int SMALLEST_CHUNK = 1024;
  private static final int LARGEST_CHUNK = 64 * 1024;

  // A chain of chunks, oldest first; only the last one has room. Both ends are null when empty.
  private @Nullable Chunk first;
  private @Nullable Chunk last;
  private int chunks;
  private long capacity;
  private long accepted;
  private long flushed;

  /** An empty buffer at position zero. */
  public WriteBuffer() {}

  /** How many bytes wait to be sent. */
  public long size() {
    return accepted - flushed;
  }

  /** Whether nothing waits. */
  public boolean isEmpty() {
    return accepted == flushed;
  }

  /** The stream position after the last byte accepted. */
  public long accepted() {
    return accepted;
  }

  /** The stream position after the last byte that the kernel took. */
  public long flushed() {
    return flushed;
  }

  /** How many bytes of memory are held: zero when empty. */
  public long capacity() {
    return capacity;
  }

  /** Copies all that remains in {@code source} to the end. */
  public void append(ByteBuffer source) {
    while (source.hasRemaining()) {
      var chunk = last != null && last.room() > 0 ? last : addChunk(source.remaining());
      int count = Math.min(source.remaining(), chunk.room());
      source.get(chunk.bytes, chunk.end, count);
      chunk.end += count;
      accepted += count;
    }
  }

  /**
   * Counts {@code count} bytes that went to the kernel without a stay here.
   *
   * <p><b>Errors:</b> {@link IllegalStateException} when bytes wait, as these would have overtaken
   * them.
   */
  public void bypassed(long count) {
    if (!isEmpty()) {
      throw new IllegalStateException(
          "bytes may bypass only an empty write buffer, %d are waiting".formatted(size()));
    }
    if (count < 0) {
      throw new IllegalArgumentException("count must be at least 0, got " + count);
    }
    accepted += count;
    flushed += count;
  }

  /**
   * The oldest bytes, in up to {@code most} pieces, for a gathering write; no piece when empty.
   * Valid until this buffer is next changed. Whether the transport moves their positions does not
   * matter: {@link #advance} alone says what was sent.
   */
  public ByteBuffer[] heads(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("pieces must be at least 1, got " + most);
    }
    var pieces = new ByteBuffer[Math.min(most, chunks)];
    var chunk = first;
    for (int i = 0; i < pieces.length; i++) {
      var piece = Objects.requireNonNull(chunk);
      pieces[i] = piece.unsent();
      chunk = piece.next;
    }
    return pieces;
  }

  /** Drops the oldest {@code count} bytes, which the kernel has taken. */
  public void advance(long count) {
    if (count < 0 || count > size()) {
      throw new IndexOutOfBoundsException(
          "count must be from 0 to the %d bytes waiting, got %d".formatted(size(), count));
    }
    flushed += count;
    long left = count;
    while (first != null && left >= first.size()) {
      left -= first.size();
      removeFirst(first);
    }
    if (first != null) {
      first.start += (int) left;
    }
  }

  /** Drops everything that waits, and the memory; {@link #accepted()} falls back to the rest. */
  public void clear() {
    first = null;
    last = null;
    chunks = 0;
    capacity = 0;
    accepted = flushed;
  }

  /** Sized by what comes and by what waits already: small backlogs stay small. */
  private Chunk addChunk(int count) {
    long wanted = Math.max(count, size());
    var chunk = new Chunk(Math.clamp(wanted, SMALLEST_CHUNK, LARGEST_CHUNK));
    if (last == null) {
      first = chunk;
    } else {
      last.next = chunk;
    }
    last = chunk;
    chunks++;
    capacity += chunk.bytes.length;
    return chunk;
  }

  private void removeFirst(Chunk chunk) {
    first = chunk.next;
    if (first == null) {
      last = null;
    }
    chunks--;
    capacity -= chunk.bytes.length;
  }

  @Override
  public String toString() {
    return "WriteBuffer[" + size() + " bytes, flushed " + flushed + "]";
  }

  /** Waiting are bytes[start, end); what follows is room. */
  private static final class Chunk {
    final byte[] bytes;
    int start;
    int end;
    @Nullable Chunk next;

    Chunk(int capacity) {
      bytes = new byte[capacity];
    }

    int size() {
      return end - start;
    }

    int room() {
      return bytes.length - end;
    }

    ByteBuffer unsent() {
      return ByteBuffer.wrap(bytes, start, size());
    }
  }
}
