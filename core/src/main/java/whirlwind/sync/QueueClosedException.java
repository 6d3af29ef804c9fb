// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

/**
 * Thrown when something that items go through is closed: by what would put one in, and by what
 * would take one out and finds none left.
 */
public final class QueueClosedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An operation that a close has made impossible; {@code message} shows of what. */
  public QueueClosedException(String message) {
    super(message);
  }
}
