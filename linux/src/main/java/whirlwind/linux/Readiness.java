// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import org.jspecify.annotations.Nullable;

/**
 * What tells a poller which descriptors are ready: the kernel behind epoll's words, whose constants
 * and meaning every implementation takes over. It is level-triggered, but for {@link Abi#EPOLLET}.
 *
 * <p>Threads: the loop's and those of its coroutines, one at a time; {@link #await} is the loop's.
 *
 * <p>Errors: a result below zero is an errno made negative.
 */
interface Readiness {
  /** What {@link #events} is when the descriptor was not open any more. */
  int GONE = -1;

  /** The call that waits, for the message of its failure. */
  String waitingCall();

  /** Watches a descriptor. */
  int add(int fd, int events, long data);

  /** Replaces what is watched of a descriptor. */
  int modify(int fd, int events, long data);

  /**
   * Watches a descriptor no longer. The kernel then keeps nothing of it: to close the descriptor
   * closes the file.
   */
  int delete(int fd);

  /** The descriptor is about to be closed, and was not deleted. */
  void closing(int fd);

  /**
   * Waits for events.
   *
   * @param timeoutNanos less than zero for ever, zero not at all
   * @return how many there are
   */
  int await(long timeoutNanos);

  /** What has happened, of an event of the last wait, or {@link #GONE}. */
  int events(int index);

  /** The data that it was added with. */
  long data(int index);

  /** Receives for the sockets of this poller; null: they are read when they are ready. */
  default @Nullable Receptions receptions() {
    return null;
  }

  /** {@link #receptions} if they were asked for before. */
  default @Nullable Receptions receptionsIfAny() {
    return null;
  }

  /** Gives the kernel now what it would be given by the next wait. */
  default void flush() {}

  void close();
}
