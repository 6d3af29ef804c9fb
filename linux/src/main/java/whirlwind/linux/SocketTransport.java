// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import whirlwind.io.Interest;
import whirlwind.io.ReadyHandler;
import whirlwind.io.Transport;

/**
 * A transport over a socket, TCP or Unix-domain.
 *
 * <pre>
 *   CONNECTING --SO_ERROR is 0--> OPEN --close--> CLOSED
 *        |                                          ^
 *        +--SO_ERROR--> FAILED ---------close-------+
 * </pre>
 */
final class SocketTransport implements Transport, ReadyHandler, Closeable {
  private enum State {
    CONNECTING,
    OPEN,
    FAILED,
    CLOSED
  }

  private final LinuxPoller poller;
  private final int fd;
  private State state;
  private int wanted;
  private boolean outputShutDown;
  private @Nullable WatchedSocket watched;
  private @Nullable ReadyHandler handler;

  /** The peer, once somebody has asked; while connecting where to, for the message of a failure. */
  private @Nullable SocketAddress remote;

  /**
   * What every read and write throws from now on: the kernel tells of a failure once, and then
   * pretends an orderly end.
   */
  private @Nullable IOException failure;

  private SocketTransport(LinuxPoller poller, int fd, State state, @Nullable SocketAddress remote) {
    this.poller = poller;
    this.fd = fd;
    this.state = state;
    this.remote = remote;
    poller.own(this);
  }

  /** Over a socket that was accepted, from whom. */
  static SocketTransport accepted(LinuxPoller poller, int fd, @Nullable SocketAddress remote) {
    return new SocketTransport(poller, fd, State.OPEN, remote);
  }

  /** Starts connecting, from {@code local} if there is one; what fails at once is thrown. */
  static SocketTransport connect(
      LinuxPoller poller, SocketAddress address, @Nullable SocketAddress local) throws IOException {
    var sockets = poller.kernel().sockets;
    int family = SocketAddresses.family(address);
    requireSameKind(address, local);
    int fd = sockets.open(family);
    if (fd < 0) {
      throw Errno.ofConnect(-fd, address);
    }
    try {
      if (local != null) {
        bind(sockets, fd, family, local);
      }
      int result = sockets.connect(fd, address);
      return switch (-result) {
        case 0 -> new SocketTransport(poller, fd, State.OPEN, null);
        case Abi.EINPROGRESS, Abi.EINTR ->
            new SocketTransport(poller, fd, State.CONNECTING, address);
        default -> throw Errno.ofConnect(-result, address);
      };
    } catch (IOException | RuntimeException failure) {
      poller.close(fd, null);
      throw failure;
    }
  }

  private static void requireSameKind(SocketAddress address, @Nullable SocketAddress local)
      throws IOException {
    if (local == null) {
      return;
    }
    boolean unix = SocketAddresses.family(address) == Abi.AF_UNIX;
    if (unix != (SocketAddresses.family(local) == Abi.AF_UNIX)) {
      throw new IllegalArgumentException(
          "local address: wanted one of the kind of " + address + ", got " + local);
    }
  }

  private static void bind(Sockets sockets, int fd, int family, SocketAddress local)
      throws IOException {
    sockets.set(fd, Abi.SOL_SOCKET, Abi.SO_REUSEADDR, true);
    int result =
        local instanceof InetSocketAddress inet && SocketAddresses.isWildcard(local)
            ? sockets.bindWildcard(fd, family, inet.getPort())
            : sockets.bind(fd, local);
    if (result < 0) {
      throw Errno.ofBind(-result, local);
    }
  }

  @Override
  public void attach(ReadyHandler handler) throws IOException {
    ensureUsable();
    wanted = Interest.NONE;
    // While connecting, its end is watched whatever the user wants: failures are always reported.
    boolean connecting = state == State.CONNECTING;
    int told = connecting ? Interest.WRITE : Interest.NONE;
    if (watched == null) {
      watched = poller.watch(fd, told, this);
    } else {
      watched.interest(told);
    }
    this.handler = handler;
  }

  @Override
  public void interest(int mask) {
    int inAndOut = Interest.check(mask) & ~Interest.ERROR;
    if (state == State.CLOSED) {
      return;
    }
    if (watched == null) {
      throw new IllegalStateException("interest: wanted an attached transport, got " + this);
    }
    wanted = inAndOut;
    if (state == State.OPEN) {
      watched.interest(inAndOut);
    }
  }

  @Override
  public void ready(int events) {
    if (handler == null || watched == null) {
      return;
    }
    switch (state) {
      case CONNECTING -> finishConnecting(handler, watched);
      case OPEN -> handler.ready(events);
      case FAILED, CLOSED -> {}
    }
  }

  private void finishConnecting(ReadyHandler handler, WatchedSocket watched) {
    int errno = poller.kernel().sockets.pendingError(fd);
    if (errno != 0) {
      state = State.FAILED;
      failure = Errno.ofConnect(errno, Objects.requireNonNull(remote, "connecting to"));
      watched.interest(Interest.NONE);
      handler.ready(wanted | Interest.ERROR);
      return;
    }
    state = State.OPEN;
    remote = null;
    watched.interest(wanted);
    if ((wanted & Interest.WRITE) != 0) {
      handler.ready(Interest.WRITE);
    }
  }

  private void ensureUsable() throws IOException {
    if (state == State.CLOSED) {
      throw new ClosedChannelException();
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    ensureUsable();
    try {
      if (state == State.CONNECTING) {
        return 0;
      }
      return watched == null ? poller.socketBytes().read(fd, dst) : watched.read(dst);
    } catch (IOException broken) {
      throw remember(broken);
    }
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    ensureWritable();
    try {
      if (state == State.CONNECTING) {
        return 0;
      }
      return watched == null ? poller.socketBytes().write(fd, src) : watched.write(src);
    } catch (IOException broken) {
      throw remember(broken);
    }
  }

  @Override
  public long write(ByteBuffer[] srcs) throws IOException {
    ensureWritable();
    try {
      if (state == State.CONNECTING) {
        return 0;
      }
      return watched == null ? poller.socketBytes().write(fd, srcs) : watched.write(srcs);
    } catch (IOException broken) {
      throw remember(broken);
    }
  }

  private IOException remember(IOException broken) {
    failure = broken;
    return broken;
  }

  private void ensureWritable() throws IOException {
    ensureUsable();
    if (outputShutDown) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public void shutdownOutput() throws IOException {
    ensureUsable();
    if (outputShutDown) {
      return;
    }
    int result =
        watched == null ? poller.kernel().sockets.shutdownOutput(fd) : watched.shutdownOutput();
    if (result < 0 && result != -Abi.ENOTCONN) {
      throw Errno.ofSocket(-result);
    }
    outputShutDown = true;
  }

  @Override
  public void close() throws IOException {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    poller.disown(this);
    if (watched == null) {
      poller.close(fd, null);
    } else {
      watched.close();
    }
  }

  @Override
  public @Nullable SocketAddress localAddress() {
    return state == State.CLOSED ? null : poller.kernel().sockets.localAddress(fd);
  }

  @Override
  public @Nullable SocketAddress remoteAddress() {
    if (state == State.CLOSED || state == State.CONNECTING) {
      return null;
    }
    if (remote == null) {
      remote = poller.kernel().sockets.remoteAddress(fd);
    }
    return remote;
  }

  @Override
  public void noDelay(boolean on) {
    if (state != State.CLOSED) {
      // It fails on what is no TCP, where it means nothing, and on a broken connection, of which
      // the next read or write tells.
      poller.kernel().sockets.set(fd, Abi.IPPROTO_TCP, Abi.TCP_NODELAY, on);
    }
  }

  @Override
  public long heldBytes() {
    return watched == null ? 0 : watched.heldBytes();
  }

  @Override
  public String toString() {
    return "SocketTransport[" + state + " fd " + fd + "]";
  }
}
