// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The memory that one poller's calls read from and write to; allocated once, freed by {@link
 * #close}, so that a call allocates nothing. Each area is used within one call only.
 *
 * <p>Its arena is shared, as the loop's thread and the coroutines that it carries are different
 * threads to Java. Calls are given bare addresses, so no access is counted or checked: whoever
 * calls makes sure that this is open.
 */
final class NativeMemory implements AutoCloseable {
  /** How much is copied for one call that cannot take memory of the heap. */
  static final int COPY_BYTES = 64 * 1024;

  /** Buffers that one gathering call takes. */
  static final int MOST_IOVECS = 16;

  /** Events that one wait brings. */
  static final int MOST_EVENTS = 64;

  static final int ERRNO = 0;
  static final int TIMESPEC = 16;
  static final int OPTION = TIMESPEC + Abi.SIZEOF_TIMESPEC;
  static final int SOCKADDR_LENGTH = OPTION + 8;
  static final int SOCKADDR = SOCKADDR_LENGTH + 8;
  static final int MSGHDR = SOCKADDR + Abi.SIZEOF_SOCKADDR_STORAGE;
  static final int IOVECS = MSGHDR + 64;
  static final int CHANGE = IOVECS + MOST_IOVECS * Abi.SIZEOF_IOVEC;
  static final int EVENTS = CHANGE + 16;
  static final int STRUCT = EVENTS + MOST_EVENTS * Abi.SIZEOF_EPOLL_EVENT;
  private static final int BYTES = STRUCT + Abi.SIZEOF_STATX;
  private static final int ALIGNMENT = 16;

  private final Arena arena = Arena.ofShared();
  private final long address;

  /** The small areas, at the offsets named above, in native byte order. */
  final ByteBuffer bytes;

  private final long copyAddress;

  /** {@link #COPY_BYTES} for bytes on their way between the heap and the kernel. */
  final ByteBuffer copy;

  NativeMemory() {
    MemorySegment small = arena.allocate(BYTES, ALIGNMENT);
    address = small.address();
    bytes = small.asByteBuffer().order(ByteOrder.nativeOrder());
    MemorySegment large = arena.allocate(COPY_BYTES, ALIGNMENT);
    copyAddress = large.address();
    copy = large.asByteBuffer();
  }

  /** The address of an area. */
  long at(int offset) {
    return address + offset;
  }

  /** The address of a position in {@link #copy}. */
  long copyAt(int position) {
    return copyAddress + position;
  }

  /** Where the next byte of a direct buffer lies; valid while the buffer is reachable. */
  static long addressOf(ByteBuffer direct) {
    return MemorySegment.ofBuffer(direct).address();
  }

  @Override
  public void close() {
    arena.close();
  }
}
