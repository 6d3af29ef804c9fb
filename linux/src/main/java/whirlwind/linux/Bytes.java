// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * Moves bytes between buffers and descriptors of one kind, as a transport owes it. Direct buffers
 * are read and written where they are; bytes of the heap, which the collector may move, go through
 * the poller's own memory.
 */
final class Bytes {
  private final NativeMemory memory;
  private final ByteCalls calls;
  private final Gathering gathering;

  Bytes(NativeMemory memory, ByteCalls calls) {
    this.memory = memory;
    this.calls = calls;
    this.gathering = new Gathering(memory);
  }

  /** Reads once; 0 when there is nothing now, -1 at the end of the input. */
  int read(int fd, ByteBuffer dst) throws IOException {
    if (!dst.hasRemaining()) {
      return 0;
    }
    int count = readOnce(fd, dst);
    while (count == -Abi.EINTR) {
      count = readOnce(fd, dst);
    }
    if (count > 0) {
      dst.position(dst.position() + count);
      return count;
    }
    return switch (-count) {
      case 0 -> -1;
      case Abi.EAGAIN -> 0;
      default -> throw Errno.ofRead(-count);
    };
  }

  private int readOnce(int fd, ByteBuffer dst) {
    if (dst.isDirect()) {
      int count = calls.read(fd, NativeMemory.addressOf(dst), dst.remaining());
      Reference.reachabilityFence(dst);
      return count;
    }
    int most = Math.min(dst.remaining(), NativeMemory.COPY_BYTES);
    int count = calls.read(fd, memory.copyAt(0), most);
    if (count > 0) {
      dst.put(dst.position(), memory.copy, 0, count);
    }
    return count;
  }

  /** Writes until all is written or the other side is full; returns how much it was. */
  int write(int fd, ByteBuffer src) throws IOException {
    int start = src.position();
    while (src.hasRemaining()) {
      int offered = src.isDirect() ? src.remaining() : copy(src);
      int count = sent(writeOnce(fd, src, offered));
      if (count >= 0) {
        src.position(src.position() + count);
        if (count < offered) {
          break;
        }
      }
    }
    return src.position() - start;
  }

  private int copy(ByteBuffer src) {
    int count = Math.min(src.remaining(), NativeMemory.COPY_BYTES);
    memory.copy.put(0, src, src.position(), count);
    return count;
  }

  private int writeOnce(int fd, ByteBuffer src, int count) {
    if (!src.isDirect()) {
      return calls.write(fd, memory.copyAt(0), count);
    }
    int written = calls.write(fd, NativeMemory.addressOf(src), count);
    Reference.reachabilityFence(src);
    return written;
  }

  /** {@link #write(int, ByteBuffer)} for several buffers in order. */
  long write(int fd, ByteBuffer[] srcs) throws IOException {
    long total = 0;
    int next = 0;
    while (gathering.take(srcs, next) > 0) {
      int count = sent(calls.writeGathered(fd, gathering.pieces()));
      Reference.reachabilityFence(srcs);
      if (count >= 0) {
        next = Gathering.advance(srcs, next, count);
        total += count;
        if (count < gathering.bytes()) {
          break;
        }
      }
    }
    return total;
  }

  /** What a write has moved: 0 when the other side is full, -1 when it is to be tried again. */
  private static int sent(int result) throws IOException {
    if (result >= 0) {
      return result;
    }
    return switch (-result) {
      case Abi.EAGAIN -> 0;
      case Abi.EINTR -> -1;
      default -> throw Errno.ofWrite(-result);
    };
  }
}
