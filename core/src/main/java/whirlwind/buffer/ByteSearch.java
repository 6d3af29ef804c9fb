// SPDX-License-Identifier: Apache-2.0
package whirlwind.buffer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * One search for a delimiter in a {@link ReadBuffer} that is still filling: it goes on where it
 * stopped, so that no byte is looked at by two calls, however many portions it arrives in.
 *
 * <p>A search belongs to one read: nothing may be taken from the buffer while it goes on. The time
 * is linear in the bytes searched for every delimiter and content.
 *
 * <p><b>Threads:</b> the loop's.
 *
 * <p>Source: Knuth, Morris and Pratt, "Fast pattern matching in strings".
 */
public final class ByteSearch {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long EACH_LOW_BIT = 0x0101010101010101L;
  private static final long EACH_HIGH_BIT = 0x8080808080808080L;

  private final byte[] delimiter;

  /** For i + 1 delimiter bytes found and then a wrong one: how many of them may still count. */
  private final int[] fallback;

  private int examined;
  private int matched;

  /**
   * A search for {@code delimiter}, which is copied.
   *
   * <p><b>Errors:</b> {@link IllegalArgumentException} when it is empty.
   */
  public ByteSearch(byte[] delimiter) {
    if (Objects.requireNonNull(delimiter, "delimiter").length == 0) {
      throw new IllegalArgumentException("delimiter must have at least 1 byte, got none");
    }
    this.delimiter = delimiter.clone();
    this.fallback = fallback(this.delimiter);
  }

  /** What is searched for, as a copy. */
  public byte[] delimiter() {
    return delimiter.clone();
  }

  /**
   * Where the first occurrence within the first {@code limit} bytes of {@code in} ends (so many
   * bytes run up to and including the delimiter), or -1: not there yet. Found once, it stays found.
   */
  public int findEnd(ReadBuffer in, int limit) {
    int end = Math.min(in.size(), limit);
    if (matched < delimiter.length) {
      advance(in.array(), in.head(), end);
    }
    return matched == delimiter.length ? examined : -1;
  }

  private void advance(byte[] bytes, int head, int end) {
    int at = examined;
    int found = matched;
    while (at < end && found < delimiter.length) {
      if (found == 0) {
        at = indexOf(delimiter[0], bytes, head + at, head + end) - head;
        if (at < end) {
          at++;
          found = 1;
        }
      } else if (bytes[head + at] == delimiter[found]) {
        at++;
        found++;
      } else {
        found = fallback[found - 1];
      }
    }
    examined = at;
    matched = found;
  }

  /** The index of the first {@code wanted} in [from, to), or {@code to}; eight bytes a step. */
  private static int indexOf(byte wanted, byte[] bytes, int from, int to) {
    long eightWanted = (wanted & 0xff) * EACH_LOW_BIT;
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      long difference = (long) LONG.get(bytes, at) ^ eightWanted;
      // The lowest bit that this leaves marks the first zero byte; a borrow can spoil only bits
      // above it.
      long zeros = (difference - EACH_LOW_BIT) & ~difference & EACH_HIGH_BIT;
      if (zeros != 0) {
        return at + Long.numberOfTrailingZeros(zeros) / Byte.SIZE;
      }
    }
    while (at < to && bytes[at] != wanted) {
      at++;
    }
    return at;
  }

  private static int[] fallback(byte[] delimiter) {
    int[] table = new int[delimiter.length];
    int border = 0;
    for (int i = 1; i < delimiter.length; i++) {
      while (border > 0 && delimiter[i] != delimiter[border]) {
        border = table[border - 1];
      }
      if (delimiter[i] == delimiter[border]) {
        border++;
      }
      table[i] = border;
    }
    return table;
  }

  /** The delimiter as a quoted string, with escapes for what cannot be printed. */
  @Override
  public String toString() {
    var quoted = new StringBuilder("\"");
    for (byte b : delimiter) {
      quoted.append(
          switch (b) {
            case '\r' -> "\\r";
            case '\n' -> "\\n";
            case '\t' -> "\\t";
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            default -> b >= ' ' && b < 0x7f ? "" + (char) b : "\\x%02x".formatted(b & 0xff);
          });
    }
    return quoted.append('"').toString();
  }
}
