// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Calls that work on every descriptor, and those that open what is no socket.
 *
 * <p>Source: open(2), pipe(7), eventfd(2).
 */
final class Files implements ByteCalls {
  private static final MemorySegment CLOSE = Downcall.function("close");
  private static final MemorySegment EVENTFD = Downcall.function("eventfd");
  private static final MemorySegment FCNTL = Downcall.function("fcntl");
  private static final MemorySegment PIPE2 = Downcall.function("pipe2");
  private static final MemorySegment READ = Downcall.function("read");
  private static final MemorySegment STATX = Downcall.function("statx");
  private static final MemorySegment WRITE = Downcall.function("write");
  private static final MemorySegment WRITEV = Downcall.function("writev");

  /** Where errno goes when nobody reads it, from any thread. */
  private static final MemorySegment IGNORED = Arena.global().allocate(Integer.BYTES);

  private static final long ONE = one();

  /** The address of the empty string. */
  private static final long NO_PATH = Arena.global().allocate(1).address();

  private final Kernel kernel;

  Files(Kernel kernel) {
    this.kernel = kernel;
  }

  /** The address of the number 1, which no call changes. */
  private static long one() {
    var one = Arena.global().allocate(ValueLayout.JAVA_LONG);
    one.set(ValueLayout.JAVA_LONG, 0, 1);
    return one.address();
  }

  /**
   * Closes a descriptor. The number is free afterwards whatever the result, also after EINTR: a
   * second try could close what somebody else has opened meanwhile.
   */
  int close(int fd) {
    int result = kernel.call(CLOSE, fd);
    return result == -Abi.EINTR ? 0 : result;
  }

  /** {@link #close} for any thread, and for when nobody is left to be told of a failure. */
  static void closeQuietly(int fd) {
    Downcall.call(CLOSE, IGNORED, fd, 0, 0, 0, 0, 0);
  }

  /** A counter that becomes readable when it is added to; non-blocking. */
  int eventfd() {
    return kernel.call(EVENTFD, 0, Abi.EFD_CLOEXEC | Abi.EFD_NONBLOCK);
  }

  /** Adds one to an eventfd. Any thread. */
  static void signal(int eventfd) {
    Downcall.call(WRITE, IGNORED, eventfd, ONE, Long.BYTES, 0, 0, 0);
  }

  /**
   * A pipe whose ends do not block and are not inherited; {@link #readingEnd} and {@link
   * #writingEnd} are its descriptors until the next call.
   */
  int pipe() {
    return kernel.call(
        PIPE2, kernel.memory.at(NativeMemory.OPTION), Abi.O_CLOEXEC | Abi.O_NONBLOCK);
  }

  int readingEnd() {
    return kernel.memory.bytes.getInt(NativeMemory.OPTION);
  }

  int writingEnd() {
    return kernel.memory.bytes.getInt(NativeMemory.OPTION + Integer.BYTES);
  }

  /** What kind of file it is, one of the {@code S_IF} numbers. */
  int type(int fd) {
    int struct = NativeMemory.STRUCT;
    long address = kernel.memory.at(struct);
    int result = kernel.call(STATX, fd, NO_PATH, Abi.AT_EMPTY_PATH, Abi.STATX_TYPE, address);
    if (result < 0) {
      return result;
    }
    return kernel.memory.bytes.getShort(struct + Abi.OFFSETOF_STATX__STX_MODE) & Abi.S_IFMT;
  }

  /** The flags that a descriptor was opened with. */
  int flags(int fd) {
    return kernel.call(FCNTL, fd, Abi.F_GETFL);
  }

  int setFlags(int fd, int flags) {
    return kernel.call(FCNTL, fd, Abi.F_SETFL, flags);
  }

  // ---------------------------------------------------------------- moving bytes

  @Override
  public int read(int fd, long address, int count) {
    return kernel.call(READ, fd, address, count);
  }

  /** The signal that comes with a broken pipe is one that the JVM ignores. */
  @Override
  public int write(int fd, long address, int count) {
    return kernel.call(WRITE, fd, address, count);
  }

  @Override
  public int writeGathered(int fd, int pieces) {
    return kernel.call(WRITEV, fd, kernel.memory.at(NativeMemory.IOVECS), pieces);
  }
}
