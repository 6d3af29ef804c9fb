// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import whirlwind.future.CancelledException;
import whirlwind.future.Future;
import whirlwind.future.Promise;
import whirlwind.io.ListenOptions;
import whirlwind.io.Transport;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Task;
import whirlwind.stream.IOStream;
import whirlwind.stream.StreamClosedException;
import whirlwind.stream.StreamLimits;

/**
 * Serves connections, one coroutine each, for whoever writes a protocol as straight-line code:
 *
 * <pre>{@code
 * var server = new TCPServer((stream, address) -> {
 *   while (true) stream.write(stream.readUntil("\n").await()).await();
 * });
 * server.listen(8888);
 * server.closed().await();
 * }</pre>
 *
 * <p>Its life: {@link #listen} (once or more), {@link #stop} (no new connections), and then {@link
 * #closed} completes with the last connection. {@link #drain} adds a deadline, {@link #close} ends
 * everything now.
 *
 * <p><b>Threads:</b> on its loop only, which is the one that is current where it is made.
 *
 * <p>Source: Tornado's {@code tornado.tcpserver.TCPServer}.
 */
public final class TCPServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("whirlwind.net");

  private final IOLoop loop;
  private final ConnectionHandler handler;
  private final StreamLimits limits;
  private final List<Acceptor> acceptors = new ArrayList<>();
  private final Map<IOStream, Task<?>> connections = new LinkedHashMap<>();
  private final Promise<@Nullable Void> stopping;
  private final Promise<@Nullable Void> closed;

  /** A server of the current loop whose streams have the default limits. */
  public TCPServer(ConnectionHandler handler) {
    this(handler, StreamLimits.defaults());
  }

  /** A server of the current loop whose streams have {@code limits}. */
  public TCPServer(ConnectionHandler handler, StreamLimits limits) {
    this.loop = IOLoop.current();
    this.handler = Objects.requireNonNull(handler, "handler");
    this.limits = Objects.requireNonNull(limits, "limits");
    this.stopping = new Promise<>(loop);
    this.closed = new Promise<>(loop);
  }

  /**
   * Listens on {@code port} of all addresses; 0 lets the kernel choose one.
   *
   * @return the address with the port
   * @throws UncheckedIOException when it cannot, saying why and where
   * @throws IllegalStateException after {@link #stop}
   */
  public SocketAddress listen(int port) {
    return listen(new InetSocketAddress(port));
  }

  /** {@link #listen(int)} on a TCP or Unix-domain address. */
  public SocketAddress listen(SocketAddress address) {
    return listen(address, ListenOptions.defaults());
  }

  /** {@link #listen(SocketAddress)} with options. */
  public SocketAddress listen(SocketAddress address, ListenOptions options) {
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(options, "options");
    loop.requireCurrent();
    if (stopping.isDone()) {
      throw new IllegalStateException("wanted a server that was not stopped, got " + this);
    }
    try {
      var io = loop.io();
      var listener = io.provider().listen(io.poller(), address, options);
      acceptors.add(new Acceptor(loop, listener, this::accepted));
      io.opened(this);
      return listener.localAddress();
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "cannot listen on " + inWords(address) + ": " + reason(failure), failure);
    }
  }

  private static String inWords(SocketAddress address) {
    return address instanceof InetSocketAddress inet
        ? inet.getHostString() + ":" + inet.getPort()
        : address.toString();
  }

  /** What the JDK leaves to the exception's type must be in the message. */
  private static @Nullable String reason(IOException failure) {
    return failure instanceof UnknownHostException ? "unknown host" : failure.getMessage();
  }

  /** On the loop's bare thread: nothing of the user's runs here. */
  private void accepted(Transport transport) {
    var address = transport.remoteAddress();
    if (address == null) {
      closeQuietly(transport); // it has gone already
      return;
    }
    var stream = new IOStream(loop, transport, limits);
    var task = loop.spawn("connection of " + address, () -> serve(stream, address));
    connections.put(stream, task);
  }

  private static void closeQuietly(Transport transport) {
    try {
      transport.close();
    } catch (IOException _) {
      // Nobody has heard of it yet.
    }
  }

  private @Nullable Void serve(IOStream stream, SocketAddress address) {
    try {
      handler.handle(stream, address);
    } catch (Throwable failure) {
      if (!isUsualEnd(failure, stream)) {
        LOG.log(Level.ERROR, "the handler of the connection of " + address + " failed", failure);
      }
    } finally {
      ended(stream);
    }
    return null;
  }

  /**
   * The server wants to end, or the peer went away; that of some other stream is no usual end here.
   */
  private static boolean isUsualEnd(Throwable failure, IOStream stream) {
    return failure instanceof CancelledException
        || failure instanceof StreamClosedException && (stream.closed() || stream.inputEnded());
  }

  private void ended(IOStream stream) {
    stream.close();
    connections.remove(stream);
    acceptors.forEach(Acceptor::resume);
    completeIfClosed();
  }

  private void completeIfClosed() {
    if (stopping.isDone() && connections.isEmpty()) {
      closed.trySetResult(null);
    }
  }

  /** Stops listening; the connections go on, and their handlers see {@link #stopping}. */
  public void stop() {
    loop.requireCurrent();
    if (stopping.trySetResult(null)) {
      acceptors.forEach(Acceptor::close);
      loop.io().closed(this);
      completeIfClosed();
    }
  }

  /**
   * {@link #stop()}, and {@link #close()} for those that have not ended after {@code grace}. Of
   * several calls the one that comes due first counts.
   *
   * @return {@link #closed()}
   */
  public Future<@Nullable Void> drain(Duration grace) {
    Objects.requireNonNull(grace, "grace");
    stop();
    if (!closed.isDone()) {
      var graceEnds = loop.addTimeout(grace, this::close);
      closed.onComplete(_ -> graceEnds.cancel());
    }
    return closed();
  }

  /** Stops listening and cancels the handlers of all connections. */
  @Override
  public void close() {
    stop();
    Map.copyOf(connections)
        .forEach(
            (stream, handling) -> {
              handling.cancel();
              handling.onComplete(_ -> ended(stream)); // for one that had not begun
            });
  }

  /**
   * Completes when the server is asked to end: for handlers that shall come to a good end
   * themselves.
   */
  public Future<@Nullable Void> stopping() {
    return stopping.view();
  }

  /** Completes when the server has stopped and the handlers of all connections have ended. */
  public Future<@Nullable Void> closed() {
    return closed.view();
  }

  /** How many connections are being served. */
  public int connections() {
    return connections.size();
  }

  @Override
  public String toString() {
    return "TCPServer"
        + acceptors.stream().map(Acceptor::address).toList()
        + (stopping.isDone() ? ", stopped" : "")
        + ", "
        + connections.size()
        + " connections";
  }
}
