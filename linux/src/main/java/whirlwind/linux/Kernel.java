// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.lang.foreign.MemorySegment;

/**
 * One caller of the kernel, with the memory that its calls use; each poller has its own.
 *
 * <p>Threads: one at a time, the poller's loop.
 *
 * <p>Errors: a result below zero is an errno made negative.
 */
final class Kernel implements AutoCloseable {
  final NativeMemory memory = new NativeMemory();

  /** Calls on descriptors of all kinds. */
  final Files files = new Files(this);

  /** Calls on sockets. */
  final Sockets sockets = new Sockets(this);

  private final MemorySegment errno = Downcall.errnoAt(memory.at(NativeMemory.ERRNO));

  /** Calls a function that returns an {@code int}, and -1 with errno when it fails. */
  int call(MemorySegment function, long a, long b, long c, long d, long e) {
    int result = (int) Downcall.call(function, errno, a, b, c, d, e, 0);
    return result < 0 ? -memory.bytes.getInt(NativeMemory.ERRNO) : result;
  }

  int call(MemorySegment function, long a, long b, long c, long d) {
    return call(function, a, b, c, d, 0);
  }

  int call(MemorySegment function, long a, long b, long c) {
    return call(function, a, b, c, 0, 0);
  }

  int call(MemorySegment function, long a, long b) {
    return call(function, a, b, 0, 0, 0);
  }

  int call(MemorySegment function, long a) {
    return call(function, a, 0, 0, 0, 0);
  }

  /** Calls one that returns an address; never below zero in user space. */
  long callForAddress(MemorySegment function, long size, long b, long c, long d, long e) {
    long result = Downcall.call(function, errno, 0, size, b, c, d, e);
    return result == -1 ? -memory.bytes.getInt(NativeMemory.ERRNO) : result;
  }

  int callSeven(MemorySegment function, long a, long b, long c, long d, long e, long f, long g) {
    int result = (int) Downcall.callSeven(function, errno, a, b, c, d, e, f, g);
    return result < 0 ? -memory.bytes.getInt(NativeMemory.ERRNO) : result;
  }

  @Override
  public void close() {
    memory.close();
  }
}
