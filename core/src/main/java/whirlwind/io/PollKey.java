// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

/**
 * One registration with a poller, for the one who registered.
 *
 * <p>Threads: the poller's loop only.
 */
public interface PollKey {

  /**
   * Replaces what is wanted. Cheap when nothing changes; takes effect at once, also for events that
   * were collected already and not yet delivered.
   *
   * @param mask an OR of {@link Interest} bits
   * @throws IllegalArgumentException if the mask has other bits
   * @throws IllegalStateException if the registration has ended, by {@link #cancel} or because the
   *     source was closed
   */
  void interest(int mask);

  /**
   * Ends the registration; the source stays open. No event is delivered after this, also none that
   * was collected before, and the source may be registered again at once. A second call does
   * nothing.
   */
  void cancel();
}
