// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.lang.foreign.MemorySegment;

/** Calls that work on every descriptor. */
final class Files {
  static final MemorySegment CLOSE = Downcall.function("close");
  private static final MemorySegment EVENTFD = Downcall.function("eventfd");

  private Files() {}

  /**
   * Closes a descriptor. The number is free afterwards whatever the result, also after EINTR: a
   * second try could close what somebody else has opened meanwhile.
   */
  static int close(Kernel kernel, int fd) {
    int result = kernel.call(CLOSE, fd);
    return result == -Abi.EINTR ? 0 : result;
  }

  /** A counter that becomes readable when it is added to; non-blocking. */
  static int eventfd(Kernel kernel) {
    return kernel.call(EVENTFD, 0, Abi.EFD_CLOEXEC | Abi.EFD_NONBLOCK);
  }
}
