// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.Closeable;
import java.io.IOException;
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
final class EpollTransport implements Transport, ReadyHandler, Closeable {
  private enum State {
    CONNECTING,
    OPEN,
    FAILED,
    CLOSED
  }

  private final EpollPoller poller;
  private final Sockets sockets;
  private final int fd;
  private State state;
  private int wanted;
  private boolean outputShutDown;
  private @Nullable Registration registration;
  private @Nullable ReadyHandler handler;

  /** The peer, once somebody has asked; while connecting where to, for the message of a failure. */
  private @Nullable SocketAddress remote;

  /**
   * What every read and write throws from now on: the kernel tells of a failure once, and then
   * pretends an orderly end.
   */
  private @Nullable IOException failure;

  private EpollTransport(
      EpollPoller poller, int fd, State state, @Nullable SocketAddress remote) {
    this.poller = poller;
    this.sockets = poller.sockets();
    this.fd = fd;
    this.state = state;
    this.remote = remote;
    poller.own(this);
  }

  /** Over a socket that was accepted, from whom. */
  static EpollTransport accepted(EpollPoller poller, int fd, @Nullable SocketAddress remote) {
    return new EpollTransport(poller, fd, State.OPEN, remote);
  }

  /** Starts connecting; a failure that is known at once is thrown. */
  static EpollTransport connect(EpollPoller poller, SocketAddress address) throws IOException {
    var sockets = poller.sockets();
    int fd = sockets.open(SocketAddresses.family(address));
    if (fd < 0) {
      throw Errno.ofConnect(-fd, address);
    }
    try {
      int result = sockets.connect(fd, address);
      return switch (-result) {
        case 0 -> new EpollTransport(poller, fd, State.OPEN, null);
        case Abi.EINPROGRESS, Abi.EINTR ->
            new EpollTransport(poller, fd, State.CONNECTING, address);
        default -> throw Errno.ofConnect(-result, address);
      };
    } catch (IOException | RuntimeException failure) {
      poller.close(fd, null);
      throw failure;
    }
  }

  @Override
  public void attach(ReadyHandler handler) throws IOException {
    if (this.handler != null) {
      throw new IllegalStateException("attach: wanted a transport without a handler, got " + this);
    }
    ensureUsable();
    // While connecting, its end is watched whatever the user wants: failures are always reported.
    // Of a connection the kernel is told that reading is wanted, as that comes next.
    registration =
        state == State.CONNECTING
            ? poller.register(fd, Interest.WRITE, Abi.EPOLLOUT, this)
            : poller.register(fd, Interest.NONE, Abi.EPOLLIN, this);
    this.handler = handler;
  }

  @Override
  public void interest(int mask) {
    int inAndOut = Interest.check(mask) & ~Interest.ERROR;
    if (state == State.CLOSED) {
      return;
    }
    if (registration == null) {
      throw new IllegalStateException("interest: wanted an attached transport, got " + this);
    }
    wanted = inAndOut;
    if (state == State.OPEN) {
      registration.interest(inAndOut);
    }
  }

  @Override
  public void ready(int events) {
    if (handler == null || registration == null) {
      return;
    }
    switch (state) {
      case CONNECTING -> finishConnecting(handler, registration);
      case OPEN -> handler.ready(events);
      case FAILED, CLOSED -> {}
    }
  }

  private void finishConnecting(ReadyHandler handler, Registration registration) {
    int errno = sockets.pendingError(fd);
    if (errno != 0) {
      state = State.FAILED;
      failure = Errno.ofConnect(errno, Objects.requireNonNull(remote, "connecting to"));
      registration.interest(Interest.NONE);
      handler.ready(wanted | Interest.ERROR);
      return;
    }
    state = State.OPEN;
    remote = null;
    registration.interest(wanted);
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
    if (state == State.CONNECTING || !dst.hasRemaining()) {
      return 0;
    }
    int count = sockets.receive(fd, dst);
    while (count == -Abi.EINTR) {
      count = sockets.receive(fd, dst);
    }
    if (count > 0) {
      return count;
    }
    return switch (-count) {
      case 0 -> -1;
      case Abi.EAGAIN -> 0;
      default -> throw fail(Errno.ofRead(-count));
    };
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    ensureWritable();
    int start = src.position();
    while (state != State.CONNECTING && src.hasRemaining()) {
      int before = src.remaining();
      int count = sockets.send(fd, src);
      if (isFull(count) || count > 0 && count < Math.min(before, NativeMemory.COPY_BYTES)) {
        break;
      }
    }
    return src.position() - start;
  }

  @Override
  public long write(ByteBuffer[] srcs) throws IOException {
    ensureWritable();
    long total = 0;
    int next = 0;
    var gathering = poller.gathering();
    while (state != State.CONNECTING) {
      gathering.take(srcs, next);
      if (gathering.pieces() == 0) {
        break;
      }
      int count = sockets.sendGathered(fd, gathering.pieces());
      if (isFull(count)) {
        break;
      }
      next = Gathering.advance(srcs, next, Math.max(0, count));
      total += Math.max(0, count);
      if (count >= 0 && count < gathering.bytes()) {
        break;
      }
    }
    return total;
  }

  private void ensureWritable() throws IOException {
    ensureUsable();
    if (outputShutDown) {
      throw new ClosedChannelException();
    }
  }

  /** Whether a write has moved nothing since the other side is full; a failure is thrown. */
  private boolean isFull(int count) throws IOException {
    return switch (-count) {
      case Abi.EAGAIN -> true;
      case Abi.EINTR -> false;
      default -> {
        if (count < 0) {
          throw fail(Errno.ofWrite(-count));
        }
        yield false;
      }
    };
  }

  private IOException fail(IOException cause) {
    failure = cause;
    return cause;
  }

  @Override
  public void shutdownOutput() throws IOException {
    ensureUsable();
    if (outputShutDown) {
      return;
    }
    int result = sockets.shutdownOutput(fd);
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
    poller.close(fd, registration);
  }

  @Override
  public @Nullable SocketAddress localAddress() {
    return state == State.CLOSED ? null : sockets.localAddress(fd);
  }

  @Override
  public @Nullable SocketAddress remoteAddress() {
    if (state == State.CLOSED || state == State.CONNECTING) {
      return null;
    }
    if (remote == null) {
      remote = sockets.remoteAddress(fd);
    }
    return remote;
  }

  @Override
  public void noDelay(boolean on) {
    if (state != State.CLOSED) {
      // It fails on what is no TCP, where it means nothing, and on a broken connection, of which
      // the next read or write tells.
      sockets.set(fd, Abi.IPPROTO_TCP, Abi.TCP_NODELAY, on);
    }
  }

  @Override
  public String toString() {
    return "EpollTransport[" + state + " fd " + fd + "]";
  }
}
