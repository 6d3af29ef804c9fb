// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * Buffers that all sockets of a ring receive into, and the queue by which the kernel is given them:
 * it takes one when bytes have come, so a connection that waits needs none.
 *
 * <p>Buffers that are with us can be chained, as the bytes of one socket may be in several.
 *
 * <p>Source: io_uring_register_buf_ring(3).
 */
final class BufferRing {
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
  private static final VarHandle SHARED_SHORT = SHORT.varHandle();

  /** The one group of buffers that a ring has here. */
  static final int GROUP = 0;

  /** What marks the end of a chain. */
  static final int NONE = -1;

  /** How many there are: of so many sockets may bytes come between two waits. */
  static final int BUFFERS = 1024;

  /** Room in each. */
  static final int BUFFER_BYTES = 4096;

  /**
   * From one to the next. Buffers that begin at the same place of their pages would share the same
   * few sets of the processor's cache, as most messages are short.
   */
  private static final int STRIDE = BUFFER_BYTES + 64;

  private final Kernel kernel;
  private final MemorySegment mapping;
  private final long address;
  private final int count;
  private final ByteBuffer bytes;
  private final int[] lengths;
  private final int[] next;
  private final int mask;
  private int tail;

  private BufferRing(Kernel kernel, MemorySegment mapping, int count) {
    this.kernel = kernel;
    this.mapping = mapping;
    long queueBytes = queueBytes(count);
    address = mapping.address() + queueBytes;
    bytes = mapping.asSlice(queueBytes).asByteBuffer();
    lengths = new int[count];
    next = new int[count];
    mask = count - 1;
    this.count = count;
  }

  private static long queueBytes(int count) {
    return (long) count * Abi.SIZEOF_IO_URING_BUF;
  }

  /** A new one of so many buffers, a power of two; the kernel has all of them. */
  static BufferRing open(Kernel kernel, Ring ring, int count) throws IOException {
    var mapping = Ring.map(kernel, queueBytes(count) + (long) count * STRIDE);
    var buffers = new BufferRing(kernel, mapping, count);
    int result = buffers.giveAll(ring);
    if (result < 0) {
      buffers.close();
      throw Errno.ofCall("io_uring_register", -result);
    }
    return buffers;
  }

  /** Lets a ring receive into all of them; no other does, and nobody holds one. */
  int giveAll(Ring ring) {
    tail = 0;
    for (int i = 0; i < count; i++) {
      give(i);
    }
    var struct = kernel.memory.bytes;
    int at = NativeMemory.STRUCT;
    for (int i = 0; i < Abi.SIZEOF_IO_URING_BUF_REG; i += Long.BYTES) {
      struct.putLong(at + i, 0);
    }
    struct.putLong(at + Abi.OFFSETOF_IO_URING_BUF_REG__RING_ADDR, mapping.address());
    struct.putInt(at + Abi.OFFSETOF_IO_URING_BUF_REG__RING_ENTRIES, count);
    struct.putShort(at + Abi.OFFSETOF_IO_URING_BUF_REG__BGID, (short) GROUP);
    return ring.register(Abi.IORING_REGISTER_PBUF_RING, at, 1);
  }

  /** Takes one over from the kernel, with so many bytes in it. */
  void take(int buffer, int length) {
    lengths[buffer] = length;
    next[buffer] = NONE;
  }

  void chain(int buffer, int behind) {
    next[behind] = buffer;
  }

  int next(int buffer) {
    return next[buffer];
  }

  int length(int buffer) {
    return lengths[buffer];
  }

  /** Moves bytes from a buffer, as many as there are behind {@code start} and as fit. */
  int copy(int buffer, int start, ByteBuffer dst) {
    int count = Math.min(lengths[buffer] - start, dst.remaining());
    dst.put(dst.position(), bytes, buffer * STRIDE + start, count);
    dst.position(dst.position() + count);
    return count;
  }

  /** Gives one to the kernel. */
  void give(int buffer) {
    long at = (long) (tail & mask) * Abi.SIZEOF_IO_URING_BUF;
    mapping.set(
        ValueLayout.JAVA_LONG,
        at + Abi.OFFSETOF_IO_URING_BUF__ADDR,
        address + (long) buffer * STRIDE);
    mapping.set(ValueLayout.JAVA_INT, at + Abi.OFFSETOF_IO_URING_BUF__LEN, BUFFER_BYTES);
    mapping.set(SHORT, at + Abi.OFFSETOF_IO_URING_BUF__BID, (short) buffer);
    tail++;
    SHARED_SHORT.setRelease(mapping, (long) Abi.OFFSETOF_IO_URING_BUF_RING__TAIL, (short) tail);
  }

  /** Once nothing is under way that the kernel would write into them. */
  void close() {
    Ring.unmap(kernel, mapping);
  }
}
