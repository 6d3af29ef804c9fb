// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Opens pollers and the sockets that belong to them; the service-provider interface of a platform,
 * found by {@link java.util.ServiceLoader}.
 *
 * <p>What it opens for a poller works with that poller only, and is closed with it.
 *
 * <p>Threads: {@link #name}, {@link #unavailableBecause}, {@link #openPoller} and {@link
 * #openChildPipe} any, the others the loop of the poller.
 *
 * <p>Errors: all methods with a poller throw {@link IllegalArgumentException} for a poller of
 * another provider and for an address that is neither an {@link java.net.InetSocketAddress} nor a
 * {@link java.net.UnixDomainSocketAddress} nor an {@link AbstractUnixAddress}, {@link
 * UnsupportedOperationException} for an abstract one that the provider or the system cannot do, and
 * {@link java.net.UnknownHostException} for an unresolved one.
 */
public interface IoProvider {

  /** What users configure: {@code nio}, {@code epoll}, {@code io_uring}. */
  String name();

  /** Why this process cannot use it, for a message; null when it can. */
  @Nullable String unavailableBecause();

  /** A new poller. */
  Poller openPoller() throws IOException;

  /** {@link #connect(Poller, SocketAddress, SocketAddress)} from where the kernel chooses. */
  default Transport connect(Poller poller, SocketAddress address) throws IOException {
    return connect(poller, address, null);
  }

  /**
   * Starts connecting. A failure that is known at once is thrown; later ones are reported by the
   * transport.
   *
   * @param local what this end is bound to first; null leaves it to the kernel, as port 0 and the
   *     wildcard address do with the port and the address. A port may be used again while older
   *     connections from it linger ({@code SO_REUSEADDR}).
   */
  Transport connect(Poller poller, SocketAddress address, @Nullable SocketAddress local)
      throws IOException;

  /**
   * Takes over a channel that the caller opened; from now on it belongs to the transport, which
   * switches it to non-blocking mode. It should be connected or connecting; until then reads and
   * writes throw {@link java.nio.channels.NotYetConnectedException}.
   *
   * @throws UnsupportedOperationException if the provider cannot poll a channel of the JDK
   */
  Transport adopt(Poller poller, SocketChannel channel) throws IOException;

  /**
   * Takes over the reading end of a pipe, as it does a {@link #adopt(Poller, SocketChannel)
   * socket}. Writes to the transport fail with an {@link IOException} that says "Bad file
   * descriptor".
   *
   * @throws IllegalArgumentException if this provider takes no pipes of the JDK
   */
  default Transport adopt(Poller poller, Pipe.SourceChannel source) throws IOException {
    throw new IllegalArgumentException("the " + name() + " poller takes no pipes, got " + source);
  }

  /**
   * Takes over the writing end of a pipe. Reads fail with an {@link IOException} that says "Bad
   * file descriptor"; once the reader has gone, writes fail with one that says "Broken pipe".
   *
   * @throws IllegalArgumentException if this provider takes no pipes of the JDK
   */
  default Transport adopt(Poller poller, Pipe.SinkChannel sink) throws IOException {
    throw new IllegalArgumentException("the " + name() + " poller takes no pipes, got " + sink);
  }

  /**
   * Takes over an open descriptor of this process, one end of a pipe in most cases, and switches it
   * to non-blocking mode. Whether it can be read or written is found out by doing it: "Bad file
   * descriptor" is what the transport then throws.
   *
   * @throws IllegalArgumentException if this provider does not take descriptors
   */
  default Transport adopt(Poller poller, int fd) throws IOException {
    throw new IllegalArgumentException(
        "file descriptor "
            + fd
            + ": the "
            + name()
            + " poller takes channels only; descriptors need the epoll or io_uring poller");
  }

  /**
   * Opens a pipe for a child that is about to be started.
   *
   * @return null where a child cannot be given one; its streams are then carried by threads
   */
  default @Nullable ChildPipe openChildPipe(ChildPipe.Direction direction) throws IOException {
    return null;
  }

  /**
   * Binds an address and listens on it. A wildcard address means all addresses of both versions of
   * IP, by one socket where the system has both, and {@link Listener#localAddress} says what it
   * became. Of the file of a Unix-domain socket a provider knows nothing: it is made by binding,
   * with the mode that the process gives to all its files, and it stays.
   *
   * @throws UnsupportedOperationException if an option is asked for that the platform lacks
   */
  Listener listen(Poller poller, SocketAddress address, ListenOptions options) throws IOException;

  /**
   * Takes over a listening channel that the caller has bound, for example one that was inherited;
   * from now on it belongs to the listener, which switches it to non-blocking mode.
   *
   * @throws UnsupportedOperationException if the provider cannot poll a channel of the JDK
   */
  default Listener adopt(Poller poller, ServerSocketChannel channel) throws IOException {
    throw new UnsupportedOperationException(
        channel
            + ": the "
            + name()
            + " poller opens its sockets itself; a channel of the JDK needs the nio poller");
  }
}
