// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

/** Thrown by {@link Queue#putNowait} when the queue is full; {@link Queue#put} waits instead. */
public final class QueueFullException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An immediate put that was not possible; {@code message} shows the queue. */
  public QueueFullException(String message) {
    super(message);
  }
}
