// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;

/** A stream over a socket of the kernel, and the JDK's channel at the far end. */
record ConnectedSockets(IOStream stream, SocketChannel peer) implements AutoCloseable {

  static ServerSocketChannel tcpServer() throws IOException {
    return ServerSocketChannel.open()
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  static ServerSocketChannel unixServer(Path directory) throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(directory.resolve(UUID.randomUUID().toString())));
  }

  static ConnectedSockets tcp() throws IOException {
    try (var server = tcpServer()) {
      return to(server);
    }
  }

  static ConnectedSockets unix(Path directory) throws IOException {
    try (var server = unixServer(directory)) {
      return to(server);
    }
  }

  private static ConnectedSockets to(ServerSocketChannel server) throws IOException {
    var stream = new IOStream();
    stream.connect(server.getLocalAddress()).await();
    return new ConnectedSockets(stream, server.accept()); // is there already
  }

  /** Reads {@code count} bytes, which the kernel must have: blocks the caller. */
  static String receive(SocketChannel from, int count) throws IOException {
    var bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining()) {
      assertThat(from.read(bytes)).as("bytes read").isPositive();
    }
    return new String(bytes.array(), StandardCharsets.UTF_8);
  }

  void send(String text) throws IOException {
    peer.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Ends the connection such that this end sees a reset: for TCP by not lingering. */
  void reset() throws IOException {
    if (peer.supportedOptions().contains(StandardSocketOptions.SO_LINGER)
        && peer.getLocalAddress() instanceof InetSocketAddress) {
      peer.setOption(StandardSocketOptions.SO_LINGER, 0);
    }
    peer.close();
  }

  @Override
  public void close() throws IOException {
    stream.close();
    peer.close();
  }
}
