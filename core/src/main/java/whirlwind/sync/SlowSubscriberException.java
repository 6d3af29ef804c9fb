// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

/** Thrown to a subscriber that has been too slow, by {@link SlowSubscriber#DROP_SUBSCRIBER}. */
public final class SlowSubscriberException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An end of a subscription; {@code message} says what did not fit. */
  public SlowSubscriberException(String message) {
    super(message);
  }
}
