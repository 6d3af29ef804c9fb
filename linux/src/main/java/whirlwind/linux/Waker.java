// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
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

  private final int fd;
  private final AtomicInteger writers = new AtomicInteger();

  Waker(Files files) throws IOException {
    fd = files.eventfd();
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
    Files.signal(fd);
    if (writers.decrementAndGet() == CLOSED) {
      Files.closeQuietly(fd);
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
      Files.closeQuietly(fd);
    }
  }
}
