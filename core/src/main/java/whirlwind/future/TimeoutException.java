// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

/**
 * The one time-out error of the library: thrown by whatever was given a {@code Duration} and did
 * not finish in it. The message says what waited and how long.
 */
public final class TimeoutException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A time-out; {@code message} says what waited and how long. */
  public TimeoutException(String message) {
    super(message);
  }
}
