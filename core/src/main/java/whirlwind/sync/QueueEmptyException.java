// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

/** Thrown by {@link Queue#getNowait} when the queue is empty; {@link Queue#get} waits instead. */
public final class QueueEmptyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An immediate get that was not possible; {@code message} shows the queue. */
  public QueueEmptyException(String message) {
    super(message);
  }
}
