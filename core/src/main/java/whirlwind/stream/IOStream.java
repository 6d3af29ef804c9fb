// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.future.TimeoutException;
import whirlwind.io.Transport;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Timeout;

/**
 * A stream over a socket, TCP or Unix-domain, or over any other {@link Transport}. For clients,
 * which {@link #connect} it, and for handlers of servers, which get it connected.
 *
 * <p>Source: Tornado's {@code tornado.iostream.IOStream}.
 */
public final class IOStream extends BaseIOStream {
  /** A channel that was given unconnected and waits for {@link #connect}. */
  private @Nullable SocketChannel unconnectedChannel;

  /** An unconnected stream of the current loop with the default limits. */
  public IOStream() {
    this(StreamLimits.defaults());
  }

  /** An unconnected stream of the current loop. */
  public IOStream(StreamLimits limits) {
    this(IOLoop.current(), limits);
  }

  /** An unconnected stream of {@code loop}. */
  public IOStream(IOLoop loop, StreamLimits limits) {
    super(loop, limits);
  }

  /** A stream of the current loop over {@code channel}, with the default limits. */
  public IOStream(SocketChannel channel) {
    this(channel, StreamLimits.defaults());
  }

  /**
   * A stream of the current loop over {@code channel}, which is its own from now on and becomes
   * non-blocking. One that is not connected waits for {@link #connect}.
   *
   * @throws UncheckedIOException when the channel cannot be used, for example because it is closed
   * @throws UnsupportedOperationException when the loop's poller takes no channels of the JDK; one
   *     that is not connected is refused by {@link #connect} then
   */
  public IOStream(SocketChannel channel, StreamLimits limits) {
    Objects.requireNonNull(channel, "channel");
    super(IOLoop.current(), limits);
    try {
      if (!channel.isConnected() && !channel.isConnectionPending()) {
        channel.configureBlocking(false);
        unconnectedChannel = channel;
        closesWith(channel);
        return;
      }
      open(adopt(channel));
    } catch (IOException failure) {
      close(failure);
      throw new UncheckedIOException("no stream can be made of " + channel, failure);
    }
  }

  /** A stream of {@code loop} over a connected transport, which is its own from now on. */
  public IOStream(IOLoop loop, Transport transport, StreamLimits limits) {
    Objects.requireNonNull(transport, "transport");
    super(loop, limits);
    try {
      open(transport);
    } catch (IOException failure) {
      close(failure);
      throw new UncheckedIOException("no stream can be made of " + transport, failure);
    }
  }

  /**
   * Connects to {@code address}; the future is this stream. Writes may begin at once and follow the
   * connection. Cancelling the future closes the stream.
   *
   * @throws IllegalStateException when it is connected, or about to be
   * @throws StreamClosedException when it is closed
   */
  public Future<IOStream> connect(SocketAddress address) {
    return connect(address, null);
  }

  /**
   * {@link #connect(SocketAddress)} that closes the stream after {@code timeout}; null means never.
   */
  public Future<IOStream> connect(SocketAddress address, @Nullable Duration timeout) {
    return connect(address, null, timeout);
  }

  /**
   * {@link #connect(SocketAddress, Duration)} from the address {@code local}; null leaves that to
   * the kernel, as port 0 and the wildcard address do with the port and the address.
   */
  public Future<IOStream> connect(
      SocketAddress address, @Nullable SocketAddress local, @Nullable Duration timeout) {
    Objects.requireNonNull(address, "address");
    loop().requireCurrent();
    if (closed()) {
      throw new StreamClosedException(error());
    }
    if (!unconnected()) {
      throw new IllegalStateException("wanted an unconnected stream, got " + this);
    }
    var promise = new Promise<IOStream>(loop());
    promise.onCancel(
        cause -> {
          boolean cancelled = promise.tryCancel(cause);
          close(cause);
          return cancelled;
        });
    try {
      connect(
          transportTo(address, local),
          new Attempt(
              promise, () -> promise.trySetResult(this), closeAfter(timeout, address, promise)));
    } catch (IOException failure) {
      close(failure);
      promise.trySetException(new StreamClosedException(failure));
    }
    return promise;
  }

  private Transport transportTo(SocketAddress address, @Nullable SocketAddress local)
      throws IOException {
    var channel = unconnectedChannel;
    if (channel == null) {
      var io = loop().io();
      return io.provider().connect(io.poller(), address, local);
    }
    if (address instanceof InetSocketAddress inet && inet.isUnresolved()) {
      throw new UnknownHostException(inet.getHostString()); // as the provider does it
    }
    if (local != null) {
      channel.bind(local);
    }
    channel.connect(address);
    return adopt(channel);
  }

  private Transport adopt(SocketChannel channel) throws IOException {
    var io = loop().io();
    try {
      return io.provider().adopt(io.poller(), channel);
    } catch (UnsupportedOperationException refused) {
      close(refused);
      throw refused;
    }
  }

  private @Nullable Timeout closeAfter(
      @Nullable Duration timeout, SocketAddress address, Promise<IOStream> promise) {
    return timeout == null
        ? null
        : loop()
            .addTimeout(
                timeout,
                () -> {
                  var expired =
                      new TimeoutException(
                          "connect to %s was not done within %s"
                              .formatted(address, Futures.inWords(timeout)));
                  promise.trySetException(expired);
                  close(expired);
                });
  }
}
