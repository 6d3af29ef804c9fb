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
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.future.TimeoutException;
import whirlwind.io.Transport;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Timeout;
import whirlwind.tls.ClientTls;
import whirlwind.tls.ServerTls;
import whirlwind.tls.TlsOptions;
import whirlwind.tls.TlsTransport;

/**
 * A stream over a socket, TCP or Unix-domain, or over any other {@link Transport}. For clients,
 * which {@link #connect} it, and for handlers of servers, which get it connected.
 *
 * <p>Source: Tornado's {@code tornado.iostream.IOStream}.
 */
public sealed class IOStream extends BaseIOStream permits SSLIOStream {

  /** What is put between a socket and a stream that connects it. */
  interface Layer {
    /** Nothing: the stream is over the socket itself. */
    Layer NONE = _ -> socket -> socket;

    /**
     * What makes the transport over a socket that is about to be connected to {@code address}. What
     * may be wrong with the options is found here, when there is no socket yet.
     */
    UnaryOperator<Transport> towards(@Nullable SocketAddress address);

    /** How long connecting may take if the caller does not say; null for ever. */
    default @Nullable Duration timeout() {
      return null;
    }

    /** How the caller is told of a failure. */
    default PendingConnect.Failure failure() {
      return PendingConnect.Failure.AS_CLOSED;
    }
  }

  private final Layer layer;

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
    this(loop, limits, Layer.NONE);
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
    this(IOLoop.current(), limits, Layer.NONE);
    startOver(channel, this::open);
  }

  /** A stream of {@code loop} over a connected transport, which is its own from now on. */
  public IOStream(IOLoop loop, Transport transport, StreamLimits limits) {
    Objects.requireNonNull(transport, "transport");
    this(loop, limits, Layer.NONE);
    startOver(transport, this::open);
  }

  /** An unconnected stream that puts {@code layer} over the socket that it connects. */
  IOStream(IOLoop loop, StreamLimits limits, Layer layer) {
    super(loop, limits);
    this.layer = layer;
  }

  /** How a stream begins to work over a transport. */
  @FunctionalInterface
  interface Start {
    void over(Transport transport) throws IOException;
  }

  final void startOver(Transport transport, Start start) {
    try {
      start.over(transport);
    } catch (IOException failure) {
      close(failure);
      throw new UncheckedIOException("no stream can be made of " + transport, failure);
    }
  }

  final void startOver(SocketChannel channel, Start start) {
    try {
      if (isUnconnected(channel)) {
        channel.configureBlocking(false);
        unconnectedChannel = channel;
        closesWith(channel);
        return;
      }
      start.over(adopt(channel));
    } catch (IOException failure) {
      close(failure);
      throw new UncheckedIOException("no stream can be made of " + channel, failure);
    }
  }

  /** Whether {@code channel} is neither connected nor about to be. */
  static boolean isUnconnected(SocketChannel channel) {
    return !channel.isConnected() && !channel.isConnectionPending();
  }

  // ---------------------------------------------------------------- connecting

  /**
   * Connects to {@code address}; the future is this stream. Writes may begin at once and follow the
   * connection. Cancelling the future closes the stream.
   *
   * @throws IllegalStateException when it is connected, or about to be
   * @throws IllegalArgumentException when the options of TLS cannot be met, as when nothing names
   *     the server to verify. The stream can be connected to somewhere else then
   * @throws StreamClosedException when it is closed
   */
  public final Future<IOStream> connect(SocketAddress address) {
    return connect(address, null);
  }

  /**
   * {@link #connect(SocketAddress)} that closes the stream after {@code timeout}; null means never
   * for TCP, and the options' own time-out for TLS.
   */
  public final Future<IOStream> connect(SocketAddress address, @Nullable Duration timeout) {
    return connect(address, null, timeout);
  }

  /**
   * {@link #connect(SocketAddress, Duration)} from the address {@code local}; null leaves that to
   * the kernel, as port 0 and the wildcard address do with the port and the address.
   */
  public final Future<IOStream> connect(
      SocketAddress address, @Nullable SocketAddress local, @Nullable Duration timeout) {
    Objects.requireNonNull(address, "address");
    loop().requireCurrent();
    if (closed()) {
      throw new StreamClosedException(error());
    }
    if (!unconnected()) {
      throw new IllegalStateException("wanted an unconnected stream, got " + this);
    }
    var over = layer.towards(address);
    var promise = closingOnCancel(new Promise<IOStream>(loop()).named("connect()", this));
    try {
      var transport = over.apply(transportTo(address, local));
      var most = timeout == null ? layer.timeout() : timeout;
      var deadline = closeAfter(most, "connect to " + address, promise);
      connect(transport, new PendingConnect<>(this, promise, layer.failure(), deadline));
    } catch (IOException failure) {
      close(failure);
      promise.trySetException(
          layer.failure() == PendingConnect.Failure.AS_IT_IS
              ? failure
              : new StreamClosedException(failure));
    }
    return promise;
  }

  /** Cancelling what {@code promise} stands for closes this stream, and nothing is left of it. */
  final <T> Promise<T> closingOnCancel(Promise<T> promise) {
    return promise.onCancel(
        cause -> {
          boolean cancelled = promise.tryCancel(cause);
          close(cause);
          return cancelled;
        });
  }

  private Transport transportTo(SocketAddress address, @Nullable SocketAddress local)
      throws IOException {
    var io = loop().io();
    var channel = unconnectedChannel;
    if (channel == null) {
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

  final @Nullable Timeout closeAfter(@Nullable Duration timeout, String what, Promise<?> promise) {
    return timeout == null
        ? null
        : loop()
            .addTimeout(
                timeout,
                () -> {
                  var expired =
                      new TimeoutException(
                          "%s was not done within %s".formatted(what, Futures.inWords(timeout)));
                  promise.trySetException(expired);
                  close(expired);
                });
  }

  // ---------------------------------------------------------------- TLS

  /**
   * Goes on with this connection as the client of TLS: the future is the stream to use from now on,
   * after the handshake. This one cannot be used any more, except that closing it closes that one;
   * its limits, its close callback and who waits for its end go over. Cancelling the future closes
   * the connection.
   *
   * <p><b>Errors:</b> the future fails with what the handshake has failed with, and the connection
   * is closed.
   *
   * @throws IllegalStateException when a read or write is pending, or bytes were received that
   *     nobody has read: they would not be protected. This stream goes on then
   * @throws IllegalArgumentException when the options name no server and the stream's address gives
   *     none to verify. This stream goes on then
   */
  public final Future<SSLIOStream> startTls(ClientTls options) {
    Objects.requireNonNull(options, "options");
    requireIdle("startTls");
    var tls = SSLIOStream.clientOver(loop(), transport(), remoteAddress(), options);
    return goOnOver(tls, options);
  }

  /** {@link #startTls(ClientTls)} as the server. */
  public final Future<SSLIOStream> startTls(ServerTls options) {
    Objects.requireNonNull(options, "options");
    requireIdle("startTls");
    return goOnOver(new TlsTransport(loop(), transport(), options), options);
  }

  private Future<SSLIOStream> goOnOver(TlsTransport tls, TlsOptions options) {
    var heir = new SSLIOStream(loop(), limits());
    handOverTo(heir);
    try {
      return heir.begin(tls, options);
    } catch (IOException failure) {
      heir.close(failure);
      return Futures.failed(failure);
    }
  }
}
