// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import whirlwind.io.Incoming;
import whirlwind.io.Interest;
import whirlwind.io.ListenOptions;
import whirlwind.io.Listener;
import whirlwind.io.ReadyHandler;
import whirlwind.io.Transport;

/** A listener over a listening socket, TCP or Unix-domain. */
final class SocketListener implements Listener, Closeable {
  private final LinuxPoller poller;
  private final Sockets sockets;
  private final int fd;
  private final SocketAddress localAddress;
  private @Nullable Registration registration;
  private boolean closed;

  /** The socket is bound and listens. */
  private SocketListener(LinuxPoller poller, int fd) {
    this.poller = poller;
    this.sockets = poller.kernel().sockets;
    this.fd = fd;
    this.localAddress = Objects.requireNonNull(sockets.localAddress(fd), "bound");
    poller.own(this);
  }

  /** Binds an address and listens on it. */
  static SocketListener open(LinuxPoller poller, SocketAddress address, ListenOptions options)
      throws IOException {
    var sockets = poller.kernel().sockets;
    int family = SocketAddresses.family(address);
    int fd = -Abi.EAFNOSUPPORT;
    if (SocketAddresses.isWildcard(address)) {
      family = Boolean.getBoolean("java.net.preferIPv4Stack") ? Abi.AF_INET : Abi.AF_INET6;
      fd = sockets.open(family);
      family = fd == -Abi.EAFNOSUPPORT ? Abi.AF_INET : family; // a system without IPv6
    }
    if (fd == -Abi.EAFNOSUPPORT) {
      fd = sockets.open(family);
    }
    check(fd);
    try {
      bind(sockets, fd, family, address, options);
      check(sockets.listen(fd, options.backlog()));
      return new SocketListener(poller, fd);
    } catch (IOException | RuntimeException failure) {
      poller.close(fd, null);
      throw failure;
    }
  }

  private static void bind(
      Sockets sockets, int fd, int family, SocketAddress address, ListenOptions options)
      throws IOException {
    check(sockets.set(fd, Abi.SOL_SOCKET, Abi.SO_REUSEADDR, options.reuseAddress()));
    if (options.reusePort()) {
      reusePort(sockets, fd, address);
    }
    if (address instanceof InetSocketAddress inet && SocketAddresses.isWildcard(address)) {
      if (family == Abi.AF_INET6) {
        check(sockets.set(fd, Abi.IPPROTO_IPV6, Abi.IPV6_V6ONLY, false));
      }
      check(sockets.bindWildcard(fd, family, inet.getPort()));
    } else {
      check(sockets.bind(fd, address));
    }
  }

  /** The kernel would take it of a Unix-domain socket, too, and then not share anything. */
  private static void reusePort(Sockets sockets, int fd, SocketAddress address) throws IOException {
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
    int accepted = acceptNow();
    return accepted < 0 ? null : SocketTransport.accepted(poller, accepted, sockets.acceptedFrom());
  }

  @Override
  public @Nullable Incoming take() throws IOException {
    int accepted = acceptNow();
    return accepted < 0 ? null : new AcceptedSocket(accepted, sockets.acceptedFrom());
  }

  /** The descriptor of the next connection, or less than zero when none waits. */
  private int acceptNow() throws IOException {
    ensureOpen();
    while (true) {
      int accepted = sockets.accept(fd);
      switch (-accepted) {
        case Abi.EINTR, Abi.ECONNABORTED -> {
          // the next one, perhaps
        }
        case Abi.EAGAIN -> {
          return accepted;
        }
        default -> {
          return check(accepted);
        }
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
      // A poll request that another thread has submitted keeps the file until that thread gives it
      // back: until then peers would be connected to nobody, and reset.
      sockets.stopListening(fd);
      poller.close(fd, registration);
    }
  }

  @Override
  public String toString() {
    return "SocketListener[" + localAddress + "]";
  }
}
