// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Tells when the kernel has let go of a ring that was closed, and of every file and buffer that its
 * requests held; it does so in a thread of its own, some time later.
 *
 * <p>The ring is given the one writing end of a pipe to keep. It gives up what it keeps when its
 * last request has ended, and the reading end then shows that nobody can write any more.
 *
 * <p>Source: io_uring_register(2), poll(2).
 */
final class RingRelease {
  private static final MemorySegment POLL = Downcall.function("poll");

  private final Kernel kernel;
  private final int readingEnd;

  private RingRelease(Kernel kernel, int readingEnd) {
    this.kernel = kernel;
    this.readingEnd = readingEnd;
  }

  /** That of a ring that is open and keeps no files yet. */
  static RingRelease of(Kernel kernel, int ring) throws IOException {
    int result = kernel.files.pipe();
    if (result < 0) {
      throw Errno.ofCall("pipe2", -result);
    }
    int readingEnd = kernel.files.readingEnd();
    int writingEnd = kernel.files.writingEnd();
    kernel.memory.bytes.putInt(NativeMemory.OPTION, writingEnd);
    result = Ring.register(kernel, ring, Abi.IORING_REGISTER_FILES, NativeMemory.OPTION, 1);
    kernel.files.close(writingEnd);
    if (result < 0) {
      kernel.files.close(readingEnd);
      throw Errno.ofCall("io_uring_register", -result);
    }
    return new RingRelease(kernel, readingEnd);
  }

  /** Waits for it; the ring has been closed. */
  void await() {
    int struct = NativeMemory.OPTION;
    kernel.memory.bytes.putInt(struct + Abi.OFFSETOF_POLLFD__FD, readingEnd);
    kernel.memory.bytes.putInt(struct + Abi.OFFSETOF_POLLFD__EVENTS, 0); // a hang-up always shows
    int result;
    do {
      result = kernel.call(POLL, kernel.memory.at(struct), 1, -1);
    } while (result == -Abi.EINTR);
  }

  void close() {
    kernel.files.close(readingEnd);
  }
}
