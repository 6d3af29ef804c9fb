// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.regex.Pattern;
import whirlwind.buffer.ByteSearch;
import whirlwind.buffer.PatternSearch;
import whirlwind.buffer.ReadBuffer;

/**
 * When a read is satisfied, and how much it can use: all that tells one kind of read from another.
 * A new kind of read is a new record here and nothing else.
 *
 * <p>A request is for one read. Searches remember how far they looked, so nothing else may take
 * bytes from the buffer while it is pending. What a constructor accepts can be read: bad arguments
 * fail there, before anything is registered.
 */
sealed interface ReadRequest {

  /** For {@code maxBytes}: bounded by what the stream may buffer alone. */
  int NO_LIMIT = Integer.MAX_VALUE;

  /**
   * How many of the first bytes of {@code in} are this read's result, or -1: not yet.
   *
   * <p><b>Errors:</b> {@link UnsatisfiableReadException} once a byte limit has made it impossible.
   *
   * @param all whether {@code in} holds all that is at hand; while more can be had at once, an
   *     expensive look at the content may be put off
   */
  int match(ReadBuffer in, boolean all);

  /**
   * The same at the end of the input, when -1 means never.
   *
   * @param clean whether it ended in good order
   */
  default int matchAtEnd(ReadBuffer in, boolean clean) {
    return match(in, true);
  }

  /**
   * How many more bytes than {@code in} holds can be of use now. Nothing beyond that (and one
   * chunk) is taken from the socket, so that a bounded read leaves the rest to TCP's flow control.
   */
  int wanted(ReadBuffer in);

  /** A number of bytes, all of them. */
  record Exactly(int count) implements ReadRequest {
    public Exactly {
      checkAtLeast(0, count, "count");
    }

    @Override
    public int match(ReadBuffer in, boolean all) {
      return in.size() >= count ? count : -1;
    }

    @Override
    public int wanted(ReadBuffer in) {
      return rest(count, in);
    }

    @Override
    public String toString() {
      return "readBytes(" + bytes(count) + ")";
    }
  }

  /** Whatever comes first, at least one byte unless none may be read. */
  record Partial(int max) implements ReadRequest {
    public Partial {
      checkAtLeast(0, max, "max");
    }

    @Override
    public int match(ReadBuffer in, boolean all) {
      return in.isEmpty() && max > 0 ? -1 : Math.min(in.size(), max);
    }

    @Override
    public int wanted(ReadBuffer in) {
      return rest(max, in);
    }

    @Override
    public String toString() {
      return "readPartial(at most " + bytes(max) + ")";
    }
  }

  /** Up to and including a delimiter, which must end within {@code maxBytes}. */
  record Until(ByteSearch delimiter, int maxBytes) implements ReadRequest {
    public Until {
      checkAtLeast(1, maxBytes, "maxBytes");
    }

    Until(byte[] delimiter, int maxBytes) {
      this(new ByteSearch(delimiter), maxBytes);
    }

    @Override
    public int match(ReadBuffer in, boolean all) {
      int end = delimiter.findEnd(in, maxBytes);
      if (end < 0 && in.size() >= maxBytes) {
        throw notFound("delimiter " + delimiter, maxBytes);
      }
      return end;
    }

    @Override
    public int wanted(ReadBuffer in) {
      return rest(maxBytes, in);
    }

    @Override
    public String toString() {
      return "readUntil(" + delimiter + atMost(maxBytes) + ")";
    }
  }

  /**
   * Up to and including the first match of an expression, which must end within {@code maxBytes}.
   * It is tried on what has arrived: where an open-ended expression ends ({@code a+} on "a", "aa")
   * depends on how the bytes were split on their way.
   */
  record UntilMatch(PatternSearch regex, int maxBytes) implements ReadRequest {
    public UntilMatch {
      checkAtLeast(1, maxBytes, "maxBytes");
    }

    UntilMatch(Pattern regex, int maxBytes) {
      this(new PatternSearch(regex), maxBytes);
    }

    @Override
    public int match(ReadBuffer in, boolean all) {
      boolean limitReached = in.size() >= maxBytes;
      int end = regex.findEnd(in, all || limitReached);
      if (end > maxBytes || (end < 0 && limitReached)) {
        throw notFound("match of " + regex, maxBytes);
      }
      return end;
    }

    @Override
    public int wanted(ReadBuffer in) {
      return rest(maxBytes, in);
    }

    @Override
    public String toString() {
      return "readUntilRegex(" + regex + atMost(maxBytes) + ")";
    }
  }

  /**
   * The caller's own buffer: filled, or with {@code partial} at least begun. Bytes that were
   * buffered come first; then, as {@link #take} leaves nothing behind while there is room, the
   * stream reads straight into {@code target}.
   *
   * @param start where {@code target} stood at first
   */
  record Into(ByteBuffer target, int start, boolean partial) implements ReadRequest {
    public Into {
      Objects.requireNonNull(target, "target");
      if (target.isReadOnly()) {
        throw new IllegalArgumentException("target must be writable, got " + target);
      }
    }

    Into(ByteBuffer target, boolean partial) {
      this(target, Objects.requireNonNull(target, "target").position(), partial);
    }

    /** How many bytes are in the caller's buffer by now. */
    int transferred() {
      return target.position() - start;
    }

    /** Moves what fits from {@code in} to the caller's buffer. */
    void take(ReadBuffer in) {
      in.take(target);
    }

    /**
     * Undoes {@link #take} and reads into the buffer, for a read that is given up: its bytes are
     * the stream's again. They are in front of all others, as none are buffered while there is room
     * in the caller's buffer.
     */
    void giveBack(ReadBuffer in) {
      in.append(target.duplicate().flip().position(start));
      target.position(start);
    }

    @Override
    public int match(ReadBuffer in, boolean all) {
      int usable = Math.min(in.size(), target.remaining());
      boolean full = usable == target.remaining();
      boolean begun = transferred() + usable > 0;
      return full || (partial && begun) ? usable : -1;
    }

    @Override
    public int wanted(ReadBuffer in) {
      return rest(target.remaining(), in);
    }

    @Override
    public String toString() {
      int room = transferred() + target.remaining();
      return "readInto(%s%s, %d so far)"
          .formatted(partial ? "at most " : "", bytes(room), transferred());
    }
  }

  /** No byte at all, but to know whether there is one or the input has ended. */
  record More() implements ReadRequest {
    @Override
    public int match(ReadBuffer in, boolean all) {
      return in.isEmpty() ? -1 : 0;
    }

    @Override
    public int matchAtEnd(ReadBuffer in, boolean clean) {
      return clean ? 0 : match(in, true);
    }

    @Override
    public int wanted(ReadBuffer in) {
      return rest(1, in);
    }

    @Override
    public String toString() {
      return "hasMore()";
    }
  }

  /** Everything until the input ends. */
  record UntilClose() implements ReadRequest {
    @Override
    public int match(ReadBuffer in, boolean all) {
      return -1;
    }

    @Override
    public int matchAtEnd(ReadBuffer in, boolean clean) {
      return in.size();
    }

    @Override
    public int wanted(ReadBuffer in) {
      return NO_LIMIT;
    }

    @Override
    public String toString() {
      return "readUntilClose()";
    }
  }

  private static int rest(int limit, ReadBuffer in) {
    return limit == NO_LIMIT ? NO_LIMIT : Math.max(0, limit - in.size());
  }

  private static void checkAtLeast(int least, int value, String name) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s must be at least %d, got %d".formatted(name, least, value));
    }
  }

  private static UnsatisfiableReadException notFound(String what, int maxBytes) {
    return new UnsatisfiableReadException(what + " not found within " + bytes(maxBytes));
  }

  private static String atMost(int maxBytes) {
    return maxBytes == NO_LIMIT ? "" : ", at most " + bytes(maxBytes);
  }

  private static String bytes(int count) {
    return count == 1 ? "1 byte" : count + " bytes";
  }
}
