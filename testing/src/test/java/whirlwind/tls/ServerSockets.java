// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A listening socket of the JDK; who accepts knows that a connection waits. */
record ServerSockets(ServerSocketChannel channel) implements AutoCloseable {

  static ServerSockets tcp() {
    try {
      return new ServerSockets(
          ServerSocketChannel.open()
              .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  InetSocketAddress address() {
    try {
      return (InetSocketAddress) channel.getLocalAddress();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The connection that is there already. */
  SocketChannel accept() {
    try {
      return channel.accept();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
