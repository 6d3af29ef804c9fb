// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import java.io.IOException;

/**
 * A connection that was accepted and belongs to no poller yet: how one loop accepts for others.
 *
 * <p>Threads: whoever has it may carry it to another thread; one of the two methods is called,
 * once.
 */
public interface Incoming {

  /**
   * Makes the connection a transport of {@code poller}, on the loop of that poller.
   *
   * @throws IllegalArgumentException for a poller of another provider
   * @throws IOException when that fails; the connection is closed then
   */
  Transport open(Poller poller) throws IOException;

  /** Closes it, as nobody will serve it. */
  void close() throws IOException;
}
