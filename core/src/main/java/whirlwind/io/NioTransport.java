// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A transport over a {@link SocketChannel}, TCP or Unix-domain.
 *
 * <pre>
 *   CONNECTING --finishConnect--> OPEN --close--> CLOSED
 *        |                                          ^
 *        +--failure--> FAILED ----------close-------+
 * </pre>
 *
 * An adopted channel that nobody connects is OPEN too; the channel itself then refuses to read and
 * write.
 */
final class NioTransport implements Transport, ReadyHandler, Closeable {

  private enum State {
    CONNECTING,
    OPEN,
    FAILED,
    CLOSED
  }

  private final NioPoller poller;
  private final SocketChannel channel;
  private State state;
  private int wanted;
  private @Nullable PollKey key;
  private @Nullable ReadyHandler handler;

  /** Where to, for the message of a failure; null once connected. */
  private @Nullable SocketAddress connectingTo;

  private @Nullable IOException failure;

  /** The channel is in non-blocking mode. */
  NioTransport(NioPoller poller, SocketChannel channel, @Nullable SocketAddress address) {
    this.poller = poller;
    this.channel = channel;
    if (channel.isConnectionPending()) {
      state = State.CONNECTING;
      connectingTo = address;
    } else {
      state = State.OPEN;
    }
    poller.own(this);
  }

  /** The JDK's message does not say where to. */
  static IOException connectFailure(IOException cause, @Nullable SocketAddress address) {
    var failure = new ConnectException(cause.getMessage() + ": " + address);
    failure.initCause(cause);
    return failure;
  }

  @Override
  public void attach(ReadyHandler handler) throws IOException {
    ensureUsable();
    wanted = Interest.NONE;
    // while connecting, its end is watched whatever the user wants: failures are always reported
    int events = state == State.CONNECTING ? Interest.WRITE : Interest.NONE;
    if (key == null) {
      key = poller.register(new PollSource.Channel(channel), events, this);
    } else {
      key.interest(events);
    }
    this.handler = handler;
  }

  @Override
  public void interest(int mask) {
    int inAndOut = Interest.check(mask) & ~Interest.ERROR;
    if (state == State.CLOSED) {
      return;
    }
    if (key == null) {
      throw new IllegalStateException("interest: wanted an attached transport, got " + this);
    }
    wanted = inAndOut;
    if (state == State.OPEN) {
      key.interest(inAndOut);
    }
  }

  @Override
  public void ready(int events) {
    if (handler == null || key == null) {
      return;
    }
    switch (state) {
      case CONNECTING -> finishConnecting(handler, key);
      case OPEN -> handler.ready(events);
      case FAILED, CLOSED -> {}
    }
  }

  private void finishConnecting(ReadyHandler handler, PollKey key) {
    try {
      if (!channel.finishConnect()) {
        return;
      }
    } catch (IOException cause) {
      state = State.FAILED;
      failure = connectFailure(cause, connectingTo);
      handler.ready(wanted | Interest.ERROR);
      return;
    }
    state = State.OPEN;
    connectingTo = null;
    key.interest(wanted);
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
    return ChannelBytes.read(channel, dst);
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    ensureUsable();
    return state == State.CONNECTING ? 0 : ChannelBytes.write(channel, src);
  }

  @Override
  public long write(ByteBuffer[] srcs) throws IOException {
    ensureUsable();
    return state == State.CONNECTING ? 0 : ChannelBytes.write(channel, srcs);
  }

  @Override
  public void shutdownOutput() throws IOException {
    ensureUsable();
    channel.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    poller.disown(this);
    if (key != null) {
      key.cancel();
    }
    channel.close();
  }

  @Override
  public @Nullable SocketAddress localAddress() {
    try {
      return channel.getLocalAddress();
    } catch (IOException _) {
      return null;
    }
  }

  @Override
  public @Nullable SocketAddress remoteAddress() {
    try {
      return channel.getRemoteAddress();
    } catch (IOException _) {
      return null;
    }
  }

  @Override
  public void noDelay(boolean on) {
    if (!channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
      return;
    }
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, on);
    } catch (IOException _) {
      // closed or reset: the next read or write says so
    }
  }

  @Override
  public String toString() {
    return "NioTransport[" + state + " " + channel + "]";
  }
}
