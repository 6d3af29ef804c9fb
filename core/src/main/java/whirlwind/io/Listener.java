// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where connections come from; what a server accepts with.
 *
 * <p>Threads: the loop only; the handler is called on the loop.
 */
public interface Listener {

  /**
   * Names the one who is told, with {@link Interest#READ}, that connections wait; once, before
   * {@link #accepting}. Nothing is reported before that is switched on.
   *
   * @throws IllegalStateException if a handler is attached already
   */
  void attach(ReadyHandler handler) throws IOException;

  /**
   * Whether waiting connections are reported. Off when no more can be served, for example while the
   * process is out of descriptors: they wait in the backlog meanwhile. After close it does nothing.
   */
  void accepting(boolean on);

  /**
   * Takes the next waiting connection.
   *
   * @return the connection, or null when none waits now
   * @throws java.nio.channels.ClosedChannelException after {@link #close}
   * @throws IOException if the kernel has none to give, for example for want of descriptors; the
   *     listener stays usable
   */
  @Nullable Transport accept() throws IOException;

  /**
   * Takes the next waiting connection for another loop, which opens it with a poller of the same
   * provider.
   *
   * @return the connection, or null when none waits now
   * @throws UnsupportedOperationException if the provider cannot
   * @throws IOException as {@link #accept}
   */
  default @Nullable Incoming take() throws IOException {
    throw new UnsupportedOperationException(this + " accepts for its own loop only");
  }

  /** Where it listens, with the port that the kernel chose; still answered after close. */
  SocketAddress localAddress();

  /** Stops listening and frees the address before it returns. A second call does nothing. */
  void close() throws IOException;
}
