// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import whirlwind.io.ListenOptions;
import whirlwind.io.Listener;
import whirlwind.loop.LoopIo;

/**
 * Opens the listeners of a server. All methods throw {@link UncheckedIOException} when they cannot,
 * saying why and where.
 */
final class Listeners {
  private final LoopIo io;
  private final Set<PosixFilePermission> socketFileMode;

  Listeners(LoopIo io, Set<PosixFilePermission> socketFileMode) {
    this.io = io;
    this.socketFileMode = socketFileMode;
  }

  /** One at {@code address}, of whichever kind. */
  Listener at(SocketAddress address, ListenOptions how) {
    try {
      return open(address, how);
    } catch (IOException failure) {
      throw cannotListen(inWords(address), failure);
    }
  }

  private Listener open(SocketAddress address, ListenOptions how) throws IOException {
    return address instanceof UnixDomainSocketAddress unix
        ? SocketFile.listen(unix, socketFileMode, at -> bind(at, how))
        : bind(address, how);
  }

  private Listener bind(SocketAddress address, ListenOptions how) throws IOException {
    return io.provider().listen(io.poller(), address, how);
  }

  /** One at each of the addresses of {@code host}, with one port. */
  List<Listener> at(String host, List<InetAddress> addresses, int port, ListenOptions how) {
    try {
      return new SamePort(addresses, address -> bind(address, how)).listen(port);
    } catch (IOException failure) {
      throw cannotListen(host + ":" + port, failure);
    }
  }

  /** One over a channel that is bound already. */
  Listener over(ServerSocketChannel channel) {
    try {
      return io.provider().adopt(io.poller(), channel);
    } catch (IOException failure) {
      throw cannotListen(channel.toString(), failure);
    }
  }

  static UncheckedIOException cannotListen(String where, IOException failure) {
    return new UncheckedIOException("cannot listen on " + where + ": " + reason(failure), failure);
  }

  private static String inWords(SocketAddress address) {
    return address instanceof InetSocketAddress inet
        ? inet.getHostString() + ":" + inet.getPort()
        : address.toString();
  }

  /** What the JDK leaves to the exception's type must be in the message. */
  private static @Nullable String reason(IOException failure) {
    return switch (failure) {
      case UnknownHostException _ -> "unknown host";
      case ClosedChannelException _ -> "it is closed";
      default -> failure.getMessage();
    };
  }
}
