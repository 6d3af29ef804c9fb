// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.future.Promise;
import whirlwind.io.ListenOptions;
import whirlwind.io.Listener;
import whirlwind.loop.DrainReport;
import whirlwind.loop.Drainable;
import whirlwind.loop.IOLoop;
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
 * #closed} completes with the last connection. {@link #drain} adds deadlines, {@link #close} ends
 * everything now.
 *
 * <p><b>TLS:</b> with {@link ServerOptions#tls} each connection begins with a handshake, for which
 * it has its time, and handlers get an {@link whirlwind.stream.SSLIOStream} whose handshake is
 * done.
 *
 * <p><b>Several loops:</b> a server made by {@link #overLoops} has its connections served by loops
 * of its own, each in a thread of its own; its handlers must not share what only one thread may
 * touch.
 *
 * <p><b>Threads:</b> on its loop only, which is the one that is current where it is made.
 *
 * <p>Source: Tornado's {@code tornado.tcpserver.TCPServer}.
 */
public final class TCPServer implements Drainable, AutoCloseable {
  /** The time for clean-up when a drain does not name one. */
  private static final Duration CLEAN_UP = Duration.ofSeconds(5);

  private static final int MAX_PORT = 65535;

  /** Of an address that has none. */
  private static final int NO_PORT = -1;

  private final IOLoop loop;
  private final ServerOptions options;
  private final Service service;
  private final Listeners listeners;
  private final Entrance entrance;
  private final Promise<@Nullable Void> stopping;

  // ---------------------------------------------------------------- making one

  /** A server of the current loop with the default options. */
  public TCPServer(ConnectionHandler handler) {
    this(handler, ServerOptions.defaults());
  }

  /** A server of the current loop whose streams have {@code limits}. */
  public TCPServer(ConnectionHandler handler, StreamLimits limits) {
    this(handler, ServerOptions.defaults().withLimits(limits));
  }

  /** A server of the current loop. */
  public TCPServer(ConnectionHandler handler, ServerOptions options) {
    this(handler, options, Opening.as(options));
  }

  TCPServer(ConnectionHandler handler, ServerOptions options, Opening opening) {
    Objects.requireNonNull(handler, "handler");
    this(
        options,
        self ->
            new Connections(self.loop, handler, options.limits(), opening, self::connectionEnded));
  }

  private TCPServer(ServerOptions options, Function<TCPServer, Service> service) {
    this.options = Objects.requireNonNull(options, "options");
    this.loop = IOLoop.current();
    this.stopping = new Promise<@Nullable Void>(loop).named("TCPServer.stopping()", this);
    this.listeners = new Listeners(loop.io(), options.socketFileMode());
    this.service = service.apply(this);
    this.entrance = new Entrance(loop, options, this.service);
  }

  /** {@link #overLoops(Supplier, ServerOptions)} with the default options. */
  public static TCPServer overLoops(Supplier<? extends ConnectionHandler> handlers) {
    return overLoops(handlers, ServerOptions.defaults());
  }

  /** {@link #overLoops(int, Supplier, ServerOptions)} with a loop for each processor. */
  public static TCPServer overLoops(
      Supplier<? extends ConnectionHandler> handlers, ServerOptions options) {
    return overLoops(Runtime.getRuntime().availableProcessors(), handlers, options);
  }

  /** {@link #overLoops(int, Supplier, ServerOptions)} with the default options. */
  public static TCPServer overLoops(int loops, Supplier<? extends ConnectionHandler> handlers) {
    return overLoops(loops, handlers, ServerOptions.defaults());
  }

  /**
   * A server whose connections are spread evenly over {@code loops} new loops, for more work than
   * one thread can do. The current loop accepts, and starts, stops and drains them; they are built
   * like it, but share its limit of memory, and close with the server.
   *
   * @param handlers asked once on each of the loops, so that what it makes may belong to that loop.
   *     When it throws, or when a loop stops working, the server closes, and {@link #closed} fails
   *     with that.
   */
  public static TCPServer overLoops(
      int loops, Supplier<? extends ConnectionHandler> handlers, ServerOptions options) {
    return overLoops(loops, handlers, options, Opening.as(options));
  }

  static TCPServer overLoops(
      int loops,
      Supplier<? extends ConnectionHandler> handlers,
      ServerOptions options,
      Opening opening) {
    Objects.requireNonNull(handlers, "handlers");
    if (loops < 1) {
      throw new IllegalArgumentException("loops: wanted at least 1, got " + loops);
    }
    Crew.Equipment equipment =
        (loop, whenOneEnds) ->
            new Connections(
                loop,
                Objects.requireNonNull(handlers.get(), "handler"),
                options.limits(),
                opening,
                whenOneEnds);
    var server =
        new TCPServer(
            options,
            self ->
                new Crew(
                    self.loop,
                    loops,
                    equipment,
                    self::connectionEnded,
                    self::close,
                    self::memoryChanged));
    server.loop.io().opened(server); // its threads are there before it listens
    return server;
  }

  /** Any thread. */
  private void connectionEnded() {
    entrance.roomMade();
  }

  /** Any thread. */
  private void memoryChanged() {
    entrance.memoryChanged();
  }

  // ---------------------------------------------------------------- listening

  /**
   * Listens on {@code port} of all addresses, of both versions of IP where the system has both; 0
   * lets the kernel choose one.
   *
   * @return the address with the port
   * @throws UncheckedIOException when it cannot, saying why and where
   * @throws IllegalStateException after {@link #stop}
   */
  public SocketAddress listen(int port) {
    return listen(new InetSocketAddress(checkPort(port)));
  }

  /**
   * {@link #listen(int)} on an address, of TCP or a Unix-domain socket. A wildcard address of
   * either version of IP means both.
   *
   * <p>A Unix-domain socket has a file, with the mode that the options say. The file of a server
   * that is gone is replaced, everything else that is there already is left as it is and an error.
   * {@link #stop} removes the file.
   */
  public SocketAddress listen(SocketAddress address) {
    return listen(address, options.listening());
  }

  /** {@link #listen(SocketAddress)} in another way than the options of this server say. */
  public SocketAddress listen(SocketAddress address, ListenOptions how) {
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(how, "how");
    checkNotStopped();
    return accept(List.of(listeners.at(address, how))).getFirst();
  }

  /**
   * Listens on {@code port} of all addresses of a host name, such as {@code localhost}; on all of
   * them or none. If {@code port} is 0, the kernel chooses one, the same for all.
   *
   * @return the addresses with the port; it fails as {@link #listen(int)} does
   */
  public Future<List<SocketAddress>> listen(String host, int port) {
    checkPort(port);
    if (host.isBlank()) {
      throw new IllegalArgumentException(
          "host: wanted a name, got \"" + host + "\"; listen(port) is for all addresses");
    }
    checkNotStopped();
    return loop.spawn("listen on " + host, () -> listen(host, addressesOf(host, port), port));
  }

  private List<InetAddress> addressesOf(String host, int port) {
    try {
      var found = new ThreadedResolver().resolve(host, port).await();
      return found.stream().map(InetSocketAddress::getAddress).toList();
    } catch (UncheckedIOException failure) {
      var cause = Objects.requireNonNull(failure.getCause(), "cause"); // it always has one
      throw Listeners.cannotListen(host + ":" + port, cause);
    }
  }

  List<SocketAddress> listen(String host, List<InetAddress> addresses, int port) {
    checkNotStopped();
    var distinct = addresses.stream().distinct().toList();
    return accept(listeners.at(host, distinct, port, options.listening()));
  }

  /**
   * Accepts from a channel that is bound already, which is the server's from now on; for example
   * from {@link System#inheritedChannel()}, where a service manager has opened the port. The file
   * of a Unix-domain socket stays with whoever made it.
   *
   * @return the address
   * @throws UnsupportedOperationException when the loop's poller cannot watch channels of the JDK
   */
  public SocketAddress adopt(ServerSocketChannel channel) {
    Objects.requireNonNull(channel, "channel");
    checkNotStopped();
    return accept(List.of(listeners.over(channel))).getFirst();
  }

  private List<SocketAddress> accept(List<Listener> opened) {
    entrance.add(opened);
    loop.io().opened(this);
    return opened.stream().map(Listener::localAddress).toList();
  }

  private void checkNotStopped() {
    loop.requireCurrent();
    if (stopping.isDone()) {
      throw new IllegalStateException("wanted a server that was not stopped, got " + this);
    }
  }

  private static int checkPort(int port) {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port: wanted 0 to " + MAX_PORT + ", got " + port);
    }
    return port;
  }

  /** Where it listens, or listened until it was stopped. */
  public List<SocketAddress> addresses() {
    loop.requireCurrent();
    return entrance.addresses();
  }

  /**
   * The port of all {@link #addresses}, for whoever let the kernel choose it.
   *
   * @throws IllegalStateException when there are none, when their ports differ, or when one is of a
   *     Unix-domain socket
   */
  public int port() {
    var addresses = addresses();
    var ports = addresses.stream().map(TCPServer::portOf).distinct().toList();
    if (ports.size() != 1 || ports.contains(NO_PORT)) {
      throw new IllegalStateException("wanted a server with one port, got addresses " + addresses);
    }
    return ports.getFirst();
  }

  private static int portOf(SocketAddress address) {
    return address instanceof InetSocketAddress inet ? inet.getPort() : NO_PORT;
  }

  // ---------------------------------------------------------------- ending

  /** Stops listening; the connections go on, and their handlers see {@link #stopping}. */
  public void stop() {
    loop.requireCurrent();
    if (!stopping.isDone()) {
      entrance.stop();
      loop.io().closed(this);
      service.finish(); // before handlers on other loops hear of it, and end
      stopping.setResult(null);
    }
  }

  /** {@link #drain(Duration, Duration)} with five seconds for clean-up. */
  public Future<DrainReport> drain(Duration grace) {
    return drain(grace, CLEAN_UP);
  }

  /**
   * Ends in three steps: {@link #stop}, so that handlers come to their end by themselves; after
   * {@code grace} the handlers of those that have not are cancelled, and may still await in their
   * clean-up; after {@code cleanUp} more the streams of the rest are closed. Of several calls the
   * one that comes due first counts.
   *
   * @return who had to be cancelled; it completes when all connections have ended, or with the
   *     third step. A handler that does not end even then keeps {@link #closed} waiting.
   */
  @Override
  public Future<DrainReport> drain(Duration grace, Duration cleanUp) {
    Objects.requireNonNull(grace, "grace");
    Objects.requireNonNull(cleanUp, "cleanUp");
    stop();
    return service.drain(grace, cleanUp);
  }

  /** Stops listening and cancels the handlers of all connections. */
  @Override
  public void close() {
    stop();
    service.cancel();
  }

  /**
   * Completes when the server is asked to end: for handlers that shall come to a good end
   * themselves. They may await it on whichever loop they run.
   */
  public Future<@Nullable Void> stopping() {
    return stopping.view();
  }

  /** Completes when the server has stopped and the handlers of all connections have ended. */
  public Future<@Nullable Void> closed() {
    return service.ended();
  }

  // ---------------------------------------------------------------- what it is

  /** How many connections are being served. */
  public int connections() {
    return service.connections();
  }

  /** What it is at. */
  public ServerStatus status() {
    loop.requireCurrent();
    return new ServerStatus(
        service.connectionsByLoop(), entrance.accepted(), service.unserved(), entrance.state());
  }

  /** How it serves. */
  public ServerOptions options() {
    return options;
  }

  @Override
  public String toString() {
    return "TCPServer"
        + entrance.addresses()
        + (stopping.isDone() ? ", stopped" : "")
        + ", "
        + connections()
        + " connections";
  }
}
