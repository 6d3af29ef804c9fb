// SPDX-License-Identifier: Apache-2.0
package whirlwind.buffer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * The bytes that a stream has received and that no read has taken yet: appended at the end, taken
 * from the front, in between in one piece so that they can be searched.
 *
 * <p><b>Memory:</b> none while empty; otherwise at most four times the size, or a small constant.
 * Appending and taking are linear in the bytes moved, however small the portions are.
 *
 * <p><b>Threads:</b> the loop's.
 */
public final class ReadBuffer {
  /** The most bytes that one buffer can hold: the largest array of every JVM. */
  public static final int MAX_SIZE = Integer.MAX_VALUE - 8;

  private static final byte[] NONE = {};

  /** Arrays up to this size are not exchanged for smaller ones: the copy would gain little. */
  private static final int SMALL = 4096;

  // The content is bytes[head, tail). An empty buffer has head == tail == 0 and no array. The first
  // portion gets an array of just its size, so that the commonest case of all, one message in and
  // the same message out, gives that very array away instead of copying it.
  private byte[] bytes = NONE;
  private int head;
  private int tail;

  /** An empty buffer. */
  public ReadBuffer() {}

  /** How many bytes wait to be taken. */
  public int size() {
    return tail - head;
  }

  /** Whether nothing waits. */
  public boolean isEmpty() {
    return head == tail;
  }

  /** How many bytes of memory are held: zero when empty. */
  public int capacity() {
    return bytes.length;
  }

  /** The byte that {@code index} others precede. */
  public byte get(int index) {
    return bytes[head + Objects.checkIndex(index, size())];
  }

  /**
   * Copies all that remains in {@code source} to the end.
   *
   * <p><b>Errors:</b> {@link IllegalStateException} when that would be more than {@link #MAX_SIZE};
   * nothing has changed then.
   */
  public void append(ByteBuffer source) {
    int count = source.remaining();
    reserve(count);
    source.get(bytes, tail, count);
    tail += count;
  }

  /** Takes the first {@code count} bytes, as an array that belongs to the caller. */
  public byte[] take(int count) {
    checkCount(count);
    if (count == 0) {
      return NONE;
    }
    if (head == 0 && count == bytes.length) {
      byte[] whole = bytes;
      clear();
      return whole;
    }
    byte[] taken = Arrays.copyOfRange(bytes, head, head + count);
    skip(count);
    return taken;
  }

  /** Moves as many bytes as there are, or as {@code target} has room for; returns how many. */
  public int take(ByteBuffer target) {
    int count = Math.min(size(), target.remaining());
    target.put(bytes, head, count);
    skip(count);
    return count;
  }

  /** Drops the first {@code count} bytes. */
  public void skip(int count) {
    checkCount(count);
    head += count;
    if (head == tail) {
      clear();
    } else if (bytes.length > SMALL && size() < bytes.length / 4) {
      bytes = Arrays.copyOfRange(bytes, head, tail);
      tail -= head;
      head = 0;
    }
  }

  /** Drops everything, and the memory. */
  public void clear() {
    bytes = NONE;
    head = 0;
    tail = 0;
  }

  /**
   * The content as characters of ISO-8859-1, one a byte, so that a {@link java.util.regex.Pattern}
   * can search it. A view, not a copy: valid until the buffer is next changed.
   */
  public CharSequence characters() {
    return new Characters(bytes, head, size());
  }

  /**
   * For searches of this package: the array whose bytes from {@link #head()} on are the content.
   */
  byte[] array() {
    return bytes;
  }

  int head() {
    return head;
  }

  /**
   * Makes room for {@code count} bytes after the tail. Moving the content down in place is paid for
   * by the bytes taken since the last move (at least as many as are moved), moving it to a larger
   * array by the bytes that will fill the new half: both are linear in total.
   */
  private void reserve(int count) {
    if (count <= bytes.length - tail) {
      return;
    }
    int size = size();
    if (count > MAX_SIZE - size) {
      throw new IllegalStateException(
          "a read buffer holds at most %d bytes, got %d more than the %d in it"
              .formatted(MAX_SIZE, count, size));
    }
    int wanted = size + count;
    byte[] roomier =
        head >= size && wanted <= bytes.length
            ? bytes
            : new byte[(int) Math.min(MAX_SIZE, Math.max(wanted, 2L * size))];
    System.arraycopy(bytes, head, roomier, 0, size);
    bytes = roomier;
    head = 0;
    tail = size;
  }

  private void checkCount(int count) {
    if (count < 0 || count > size()) {
      throw new IndexOutOfBoundsException(
          "count must be from 0 to the %d bytes buffered, got %d".formatted(size(), count));
    }
  }

  @Override
  public String toString() {
    return "ReadBuffer[" + size() + " bytes]";
  }

  private record Characters(byte[] bytes, int start, int length) implements CharSequence {
    @Override
    public char charAt(int index) {
      return (char) (bytes[start + Objects.checkIndex(index, length)] & 0xff);
    }

    @Override
    public CharSequence subSequence(int from, int to) {
      Objects.checkFromToIndex(from, to, length);
      return new Characters(bytes, start + from, to - from);
    }

    @Override
    public String toString() {
      return new String(bytes, start, length, StandardCharsets.ISO_8859_1);
    }
  }
}
