// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import org.jspecify.annotations.Nullable;

/** The callers' buffers, of any kind and number, beside the direct ones that BoringSSL works on. */
final class Buffers {
  private Buffers() {}

  static void checkWritable(ByteBuffer[] dsts, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (dsts[i].isReadOnly()) {
        throw new ReadOnlyBufferException();
      }
    }
  }

  /** How many bytes, and not more than that many. */
  static int remaining(ByteBuffer[] buffers, int offset, int length, int most) {
    long sum = 0;
    for (int i = offset; i < offset + length; i++) {
      sum += buffers[i].remaining();
    }
    return (int) Math.min(sum, most);
  }

  /** The one buffer that is not empty, if it is direct; null if that is not so. */
  static @Nullable ByteBuffer onlyDirect(ByteBuffer[] buffers, int offset, int length) {
    ByteBuffer only = null;
    for (int i = offset; i < offset + length; i++) {
      if (buffers[i].hasRemaining()) {
        if (only != null) {
          return null;
        }
        only = buffers[i];
      }
    }
    return only != null && only.isDirect() ? only : null;
  }

  /** A copy of the first bytes, which stay where they are. */
  static ByteBuffer gather(ByteBuffer[] srcs, int offset, int length, int count) {
    ByteBuffer copy = Scratch.take();
    for (int i = offset; i < offset + length && copy.position() < count; i++) {
      ByteBuffer src = srcs[i];
      int part = Math.min(src.remaining(), count - copy.position());
      copy.put(copy.position(), src, src.position(), part).position(copy.position() + part);
    }
    return copy.flip();
  }

  static void skip(ByteBuffer[] srcs, int offset, int length, int count) {
    int left = count;
    for (int i = offset; i < offset + length && left > 0; i++) {
      int part = Math.min(srcs[i].remaining(), left);
      srcs[i].position(srcs[i].position() + part);
      left -= part;
    }
  }

  /** The buffer itself, or a direct copy of its first bytes. */
  static ByteBuffer direct(ByteBuffer src, int count) {
    if (src.isDirect()) {
      return src;
    }
    ByteBuffer copy = Scratch.take();
    return copy.put(0, src, src.position(), count).limit(count);
  }

  /** Accounts for bytes that were written behind the back of {@code out}. */
  static void produced(ByteBuffer out, ByteBuffer dst, int count) {
    if (out == dst) {
      dst.position(dst.position() + count);
    } else {
      dst.put(out.limit(count));
    }
  }

  /** The same for several destinations, one of which may be {@code out} itself. */
  static void scatter(
      ByteBuffer out,
      int count,
      @Nullable ByteBuffer single,
      ByteBuffer[] dsts,
      int offset,
      int length) {
    if (single != null) {
      single.position(single.position() + count);
      return;
    }
    int done = 0;
    for (int i = offset; i < offset + length && done < count; i++) {
      ByteBuffer dst = dsts[i];
      int part = Math.min(dst.remaining(), count - done);
      dst.put(dst.position(), out, done, part).position(dst.position() + part);
      done += part;
    }
  }

  /** Ends a loan, if it was one and not the caller's own buffer. */
  static void giveBack(ByteBuffer used, @Nullable ByteBuffer own) {
    if (used != own) {
      Scratch.give(used);
    }
  }
}
