// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;

/**
 * A pipe between this process and a child that is about to be started; what a provider opens for
 * those who start one, and they
 *
 * <ol>
 *   <li>redirect a standard stream of the child to {@link #childEnd} and start it;
 *   <li>{@link #closeChildEnd}, or else nobody would ever see the end of the input;
 *   <li>{@link #adopt} our end, on the loop;
 *   <li>or, when something has failed, {@link #close} all of it.
 * </ol>
 *
 * <p>What an implementer owes: no child inherits either end but through {@link #childEnd}. What is
 * opened by that name blocks, as programs expect it of their standard streams, although our end
 * does not; so it is an open file description of its own.
 *
 * <p>Threads: any, one at a time, as starting a child blocks and is not done on a loop; {@link
 * #adopt} on the loop only.
 */
public interface ChildPipe extends Closeable {

  /** Which way the bytes go. */
  enum Direction {
    /** The child reads: its standard input. */
    TO_CHILD,
    /** The child writes: its standard output or error. */
    FROM_CHILD
  }

  /**
   * What names the child's end for {@link ProcessBuilder.Redirect}, until it is closed; on Linux a
   * file below {@code /proc/self/fd}.
   */
  File childEnd();

  /** Closes this process's copy of the child's end. A second call does nothing. */
  void closeChildEnd() throws IOException;

  /**
   * Our end as a transport of {@code poller}, which closes it from now on; once.
   *
   * @throws IllegalArgumentException for a poller of another provider
   * @throws java.nio.channels.ClosedChannelException after {@link #close}
   */
  Transport adopt(Poller poller) throws IOException;

  /** Closes the child's end, and ours unless it was adopted. A second call does nothing. */
  @Override
  void close() throws IOException;
}
