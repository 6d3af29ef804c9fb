// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import whirlwind.io.Interest;
import whirlwind.io.ListenOptions;
import whirlwind.io.Listener;
import whirlwind.io.ReadyHandler;
import whirlwind.io.Transport;

/** A listener over a listening socket, TCP or Unix-domain. */
final class EpollListener implements Listener, Closeable {
  private final EpollPoller poller;
  private final Sockets sockets;
  private final int fd;
  private final SocketAddress localAddress;
  private @Nullable Registration registration;
  private boolean closed;

  /** The socket is bound and listens. */
  private EpollListener(EpollPoller poller, int fd) {
    this.poller = poller;
    this.sockets = poller.sockets();
    this.fd = fd;
    this.localAddress = Objects.requireNonNull(sockets.localAddress(fd), "bound");
    poller.own(this);
  }

  /** Binds an address and listens on it. */
  static EpollListener open(EpollPoller poller, SocketAddress address, ListenOptions options)
      throws IOException {
    int family = SocketAddresses.family(address);
    if (isWildcard(address) && !Boolean.getBoolean("java.net.preferIPv4Stack")) {
      int fd = poller.sockets().open(Abi.AF_INET6);
      if (fd != -Abi.EAFNOSUPPORT) {
        return listen(poller, check(fd), address, true, options);
      }
      family = Abi.AF_INET;
    }
    return listen(poller, check(poller.sockets().open(family)), address, false, options);
  }

  private static boolean isWildcard(SocketAddress address) {
    return address instanceof InetSocketAddress inet && inet.getAddress().isAnyLocalAddress();
  }

  /** {@code allInet}: one socket for all addresses of both IP versions, as the JDK does it. */
  private static EpollListener listen(
      EpollPoller poller, int fd, SocketAddress address, boolean allInet, ListenOptions options)
      throws IOException {
    var sockets = poller.sockets();
    try {
      check(sockets.set(fd, Abi.SOL_SOCKET, Abi.SO_REUSEADDR, options.reuseAddress()));
      if (options.reusePort()) {
        reusePort(sockets, fd, address);
      }
      if (allInet && address instanceof InetSocketAddress inet) {
        check(sockets.set(fd, Abi.IPPROTO_IPV6, Abi.IPV6_V6ONLY, false));
        check(sockets.bindAnyInet6(fd, inet.getPort()));
      } else {
        check(sockets.bind(fd, address));
      }
      check(sockets.listen(fd, options.backlog()));
      return new EpollListener(poller, fd);
    } catch (IOException | RuntimeException failure) {
      poller.close(fd, null);
      throw failure;
    }
  }

  /** The kernel would take it of a Unix-domain socket, too, and then not share anything. */
  private static void reusePort(Sockets sockets, int fd, SocketAddress address)
      throws IOException {
    if (!(address instanceof InetSocketAddress)) {
      throw new UnsupportedOperationException(
          "reusePort: wanted an IP address, got " + address + ", which has no port");
    }
    check(sockets.set(fd, Abi.SOL_SOCKET, Abi.SO_REUSEPORT, true));
  }

  private static int check(int result) throws IOException {
    if (result < 0) {
      throw Errno.ofSocket(-result);
    }
    return result;
  }

  @Override
  public void attach(ReadyHandler handler) throws IOException {
    if (registration != null) {
      throw new IllegalStateException("attach: wanted a listener without a handler, got " + this);
    }
    ensureOpen();
    registration = poller.register(fd, Interest.NONE, Abi.EPOLLIN, handler);
  }

  private void ensureOpen() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public void accepting(boolean on) {
    if (closed) {
      return;
    }
    if (registration == null) {
      throw new IllegalStateException("accepting: wanted an attached listener, got " + this);
    }
    registration.interest(on ? Interest.READ : Interest.NONE);
  }

  @Override
  public @Nullable Transport accept() throws IOException {
    ensureOpen();
    while (true) {
      int accepted = sockets.accept(fd);
      if (accepted >= 0) {
        return EpollTransport.accepted(poller, accepted, sockets.acceptedFrom());
      }
      switch (-accepted) {
        case Abi.EAGAIN -> {
          return null;
        }
        case Abi.EINTR, Abi.ECONNABORTED -> {
          // the next one, perhaps
        }
        default -> throw Errno.ofSocket(-accepted);
      }
    }
  }

  @Override
  public SocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      poller.disown(this);
      poller.close(fd, registration);
    }
  }

  @Override
  public String toString() {
    return "EpollListener[" + localAddress + "]";
  }
}
