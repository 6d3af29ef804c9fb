// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

/** What a {@link Broadcast} does when a subscriber has no room for one more item. */
public enum SlowSubscriber {
  /**
   * The publisher waits until all have room: nobody misses anything, and the slowest sets the pace.
   */
  WAIT,

  /** The oldest item that the subscriber has not taken makes room, and is counted as missed. */
  DROP_OLDEST,

  /**
   * The subscription ends: what it has can still be taken, and then a {@link
   * SlowSubscriberException} says why nothing more comes.
   */
  DROP_SUBSCRIBER
}
