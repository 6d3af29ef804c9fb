// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends a wait from any thread, by an eventfd that the epoll instance watches. It is edge-triggered:
 * each write ends one wait, and nobody has to read the counter.
 *
 * <p>A thread may be about to write when the loop closes, and the number of a closed descriptor is
 * given to the next file that anybody opens. So the last one out closes: the state counts the
 * writers, with the sign bit for "no more of them".
 *
 * <p>Source: eventfd(2).
 */
final class Waker {
  private static final int CLOSED = Integer.MIN_VALUE;
  private static final MemorySegment WRITE = Downcall.function("write");
  private static final long ONE;
  private static final MemorySegment IGNORED;

  static {
    // For all wakers, as any thread may write at any time: never freed, and nobody reads errno.
    var one = Arena.global().allocate(ValueLayout.JAVA_LONG);
    one.set(ValueLayout.JAVA_LONG, 0, 1);
    ONE = one.address();
    IGNORED = Arena.global().allocate(ValueLayout.JAVA_INT);
  }

  private final int fd;
  private final AtomicInteger writers = new AtomicInteger();

  Waker(Kernel kernel) throws IOException {
    fd = Files.eventfd(kernel);
    if (fd < 0) {
      throw Errno.ofCall("eventfd", -fd);
    }
  }

  int fd() {
    return fd;
  }

  /** Any thread, at any time. */
  void wake() {
    if (!enter()) {
      return;
    }
    Downcall.call(WRITE, IGNORED, fd, ONE, Long.BYTES, 0, 0, 0);
    if (writers.decrementAndGet() == CLOSED) {
      closeDescriptor();
    }
  }

  private boolean enter() {
    int before;
    do {
      before = writers.get();
      if (before < 0) {
        return false;
      }
    } while (!writers.compareAndSet(before, before + 1));
    return true;
  }

  /** The loop, once. */
  void close() {
    if (writers.getAndAdd(CLOSED) == 0) {
      closeDescriptor();
    }
  }

  private void closeDescriptor() {
    Downcall.call(Files.CLOSE, IGNORED, fd, 0, 0, 0, 0, 0);
  }
}
