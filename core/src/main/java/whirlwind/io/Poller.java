// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import java.io.IOException;

/**
 * Waits until something is ready; one for each loop. What an implementer owes:
 *
 * <ul>
 *   <li>Level-triggered: as long as a wanted condition holds, every {@link #poll} reports it.
 *   <li>Only what is wanted at the moment of delivery is delivered, and {@link Interest#ERROR}.
 *   <li>All events of one poll are collected first and the handlers called afterwards, with no
 *       monitor held: JDK 25 crashes when a virtual thread is mounted on a thread that holds one.
 *   <li>A poller that stops working throws; it never hangs and never spins in silence.
 * </ul>
 *
 * <p>Threads: the loop's thread only, except {@link #wakeup}.
 */
public interface Poller extends AutoCloseable {

  /**
   * Starts watching a source. Closing a channel ends the registration without an event; that of a
   * descriptor is cancelled first.
   *
   * @param events what is wanted now, an OR of {@link Interest} bits, possibly none
   * @throws IllegalArgumentException if the mask has other bits, or this poller does not take this
   *     kind of source
   * @throws IllegalStateException if the source is registered here already, or the poller is closed
   * @throws IOException if the source is closed, or the kernel refuses it
   */
  PollKey register(PollSource source, int events, ReadyHandler handler) throws IOException;

  /**
   * Waits for events and then calls their handlers. It may return early without any; of very many
   * it may leave some to the next call, which then does not wait. Nor does it wait while the thread
   * is interrupted, whose flag it leaves up: to obey is the loop's.
   *
   * @param timeoutNanos how long to wait at most: less than zero for ever, zero not at all, else
   *     rounded up to what the poller can measure, so that a deadline has passed when it returns
   * @return how many handler calls were made
   * @throws IOException if the poller does not work any more, or is closed
   */
  int poll(long timeoutNanos) throws IOException;

  /**
   * Makes the poll that is under way, or else the next one, return without waiting. Any thread;
   * harmless after close.
   */
  void wakeup();

  /**
   * Gives the kernel what transports have taken and it has not, for a poller that collects it until
   * the next poll. A loop calls this when it stops.
   */
  default void flush() {}

  /**
   * How many bytes of memory are taken for what was received and not yet read by the transports,
   * for a poller that receives by itself.
   */
  default long heldBytes() {
    return 0;
  }

  /**
   * Closes the transports and listeners that the provider opened for this poller, then the poller.
   * Sources that were registered with it are left open. A second call does nothing.
   */
  @Override
  void close() throws IOException;
}
