// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The provider over {@code java.nio.channels}; works everywhere and is the embedded default. */
public final class NioProvider implements IoProvider {

  /** For {@link java.util.ServiceLoader}, and for loops that ask for this one. */
  public NioProvider() {}

  @Override
  public String name() {
    return "nio";
  }

  @Override
  public @Nullable String unavailableBecause() {
    return null;
  }

  @Override
  public Poller openPoller() throws IOException {
    return new NioPoller();
  }

  @Override
  public Transport connect(Poller poller, SocketAddress address, @Nullable SocketAddress local)
      throws IOException {
    NioPoller owner = own(poller);
    var channel =
        switch (family(address)) {
          case null -> SocketChannel.open();
          case ProtocolFamily family -> SocketChannel.open(family);
        };
    try {
      channel.configureBlocking(false);
      if (local != null) {
        bind(channel, local);
      }
      channel.connect(address);
      return new NioTransport(owner, channel, address);
    } catch (IOException failure) {
      channel.close();
      throw NioTransport.connectFailure(failure, address);
    } catch (RuntimeException failure) {
      channel.close();
      throw failure;
    }
  }

  private static void bind(SocketChannel channel, SocketAddress local) throws IOException {
    family(local); // refuses what cannot be bound in words of ours
    if (channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEADDR)) {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    }
    try {
      channel.bind(local);
    } catch (IOException cause) {
      var failure = new BindException(cause.getMessage() + ": " + local);
      failure.initCause(cause);
      throw failure;
    }
  }

  @Override
  public Transport adopt(Poller poller, SocketChannel channel) throws IOException {
    NioPoller owner = own(poller);
    Objects.requireNonNull(channel, "channel");
    channel.configureBlocking(false);
    return new NioTransport(owner, channel, channel.getRemoteAddress());
  }

  @Override
  public Transport adopt(Poller poller, Pipe.SourceChannel source) throws IOException {
    return adopt(poller, new NioPipeTransport.Source(source));
  }

  @Override
  public Transport adopt(Poller poller, Pipe.SinkChannel sink) throws IOException {
    return adopt(poller, new NioPipeTransport.Sink(sink));
  }

  Transport adopt(Poller poller, NioPipeTransport.End end) throws IOException {
    return new NioPipeTransport(own(poller), end);
  }

  @Override
  public @Nullable ChildPipe openChildPipe(ChildPipe.Direction direction) throws IOException {
    return OpenDescriptors.areShown() ? NioChildPipe.open(this, direction) : null;
  }

  @Override
  public Listener listen(Poller poller, SocketAddress address, ListenOptions options)
      throws IOException {
    NioPoller owner = own(poller);
    var channel =
        switch (family(address)) {
          case null -> ServerSocketChannel.open();
          case ProtocolFamily family -> ServerSocketChannel.open(family);
        };
    try {
      channel.configureBlocking(false);
      configure(channel, options);
      channel.bind(address, options.backlog());
      return new NioListener(owner, channel);
    } catch (IOException | RuntimeException failure) {
      channel.close();
      throw failure;
    }
  }

  private static void configure(ServerSocketChannel channel, ListenOptions options)
      throws IOException {
    var supported = channel.supportedOptions();
    if (supported.contains(StandardSocketOptions.SO_REUSEADDR)) {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, options.reuseAddress());
    }
    if (!options.reusePort()) {
      return;
    }
    if (!supported.contains(StandardSocketOptions.SO_REUSEPORT)) {
      throw new UnsupportedOperationException(
          "reusePort: wanted a socket with SO_REUSEPORT, got one without on "
              + System.getProperty("os.name"));
    }
    channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
  }

  @Override
  public Listener adopt(Poller poller, ServerSocketChannel channel) throws IOException {
    NioPoller owner = own(poller);
    Objects.requireNonNull(channel, "channel");
    if (channel.getLocalAddress() == null) {
      throw new IllegalArgumentException("channel: wanted one that is bound, got " + channel);
    }
    channel.configureBlocking(false);
    return new NioListener(owner, channel);
  }

  static NioPoller own(Poller poller) {
    if (poller instanceof NioPoller nio) {
      return nio;
    }
    throw new IllegalArgumentException(
        "poller: wanted one of the nio provider, got " + poller.getClass().getName());
  }

  /** Null for IP: only a channel that is opened without a family does both versions. */
  private static @Nullable ProtocolFamily family(SocketAddress address)
      throws UnknownHostException {
    return switch (address) {
      case InetSocketAddress inet when inet.isUnresolved() ->
          throw new UnknownHostException(inet.getHostString());
      case InetSocketAddress _ -> null;
      case UnixDomainSocketAddress _ -> StandardProtocolFamily.UNIX;
      case AbstractUnixAddress name ->
          throw new UnsupportedOperationException(
              "address "
                  + name
                  + ": the nio poller takes sockets of the JDK only, which have no abstract names;"
                  + " they need the epoll or io_uring poller");
      default ->
          throw new IllegalArgumentException(
              "address: wanted an InetSocketAddress, a UnixDomainSocketAddress or an"
                  + " AbstractUnixAddress, got "
                  + address.getClass().getName());
    };
  }
}
