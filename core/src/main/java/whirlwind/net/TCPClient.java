// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Objects;
import whirlwind.future.Future;
import whirlwind.loop.IOLoop;
import whirlwind.stream.IOStream;

/**
 * Connects to servers by name, for whoever is a client:
 *
 * <pre>{@code
 * var client = new TCPClient();
 * var stream = client.connect("example.org", 80).await();
 * }</pre>
 *
 * <p>The addresses of a host are tried in turn, IPv6 and IPv4 alternating, each a little later than
 * the one before unless that has failed; the first connection that is made is the result. So an
 * address or a family that does not work costs a moment and no more.
 *
 * <p>With {@link ConnectOptions#tls} the result is an {@link whirlwind.stream.SSLIOStream} whose
 * handshake is done; the host's name is verified.
 *
 * <p>A client keeps no connections and need not be closed. It remembers addresses, as far as its
 * resolver does, so make one and use it for all.
 *
 * <p><b>Cancelling</b> the future, or its time-out, ends the look-up and all attempts and closes
 * their sockets at once.
 *
 * <p><b>Errors:</b> what cannot be a host, a port or an address throws at the call. What fails
 * later fails the future: with {@link java.io.UncheckedIOException} when the host has no address or
 * none takes the connection (the message names each that was tried with the reason; the first one's
 * failure is the cause, the others' are suppressed) or when there is no TLS with it, with {@link
 * whirlwind.future.TimeoutException} when the time is over.
 *
 * <p><b>Threads:</b> on its loop only, which is the one that is current where it is made.
 *
 * <p>Source: Tornado's {@code tornado.tcpclient.TCPClient}; RFC 8305 (Happy Eyeballs version 2).
 */
public final class TCPClient {
  private final IOLoop loop;
  private final Resolver resolver;

  /** A client of the current loop with a {@link ThreadedResolver} of its own. */
  public TCPClient() {
    this(new ThreadedResolver());
  }

  /** A client of the current loop that asks {@code resolver} for addresses. */
  public TCPClient(Resolver resolver) {
    this.resolver = Objects.requireNonNull(resolver, "resolver");
    this.loop = IOLoop.current();
  }

  /**
   * Connects to {@code port} of {@code host}, which is a name or an IP address; an IPv6 address may
   * be in brackets and may have a zone.
   */
  public Future<IOStream> connect(String host, int port) {
    return connect(host, port, ConnectOptions.defaults());
  }

  /** {@link #connect(String, int)} with options. */
  public Future<IOStream> connect(String host, int port, ConnectOptions options) {
    Objects.requireNonNull(options, "options");
    loop.requireCurrent();
    var target = Endpoint.of(host, port);
    requirePort(target.port());
    var resolving = resolver.resolve(host, port);
    return new Connecting(loop, target.toString(), target.host().toString(), options).to(resolving);
  }

  /**
   * Connects to a TCP or Unix-domain address. An unresolved one is looked up, as {@link
   * #connect(String, int)} does.
   */
  public Future<IOStream> connect(SocketAddress address) {
    return connect(address, ConnectOptions.defaults());
  }

  /** {@link #connect(SocketAddress)} with options. */
  public Future<IOStream> connect(SocketAddress address, ConnectOptions options) {
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(options, "options");
    loop.requireCurrent();
    String host = null;
    switch (address) {
      case InetSocketAddress inet when inet.isUnresolved() -> {
        return connect(inet.getHostString(), inet.getPort(), options);
      }
      case InetSocketAddress inet -> {
        requirePort(inet.getPort());
        host = inet.getHostString();
      }
      case UnixDomainSocketAddress _ -> requireNoLocalAddress(options);
      default ->
          throw new IllegalArgumentException(
              "address: wanted an InetSocketAddress or a UnixDomainSocketAddress, got "
                  + address.getClass().getName());
    }
    return new Connecting(loop, address.toString(), host, options).to(address);
  }

  private static void requirePort(int port) {
    if (port == 0) {
      throw new IllegalArgumentException("port: wanted 1 to 65535, got 0");
    }
  }

  private static void requireNoLocalAddress(ConnectOptions options) {
    if (options.localAddress() != null) {
      throw new IllegalArgumentException(
          "localAddress: wanted none for a Unix-domain socket, got " + options.localAddress());
    }
  }
}
