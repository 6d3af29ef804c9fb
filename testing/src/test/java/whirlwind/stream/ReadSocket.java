// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import whirlwind.future.Future;
import whirlwind.loop.IOLoop;

/** A stream over loopback TCP, and its peer, a plain blocking socket. */
record ReadSocket(IOStream stream, SocketChannel peer) implements AutoCloseable {

  static ReadSocket open() throws IOException {
    return open(StreamLimits.defaults());
  }

  static ReadSocket open(StreamLimits limits) throws IOException {
    try (var listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      var stream = new IOStream(limits);
      stream.connect(listener.getLocalAddress()).await();
      return new ReadSocket(stream, listener.accept()); // is there already
    }
  }

  /** Sends a little, which the kernel takes at once. */
  ReadSocket send(String text) throws IOException {
    peer.write(ByteBuffer.wrap(ReadPeer.utf8(text)));
    return this;
  }

  /** Sends much, from a thread that may block. */
  Future<Integer> sendAll(byte[] bytes) {
    return IOLoop.current().runInExecutor(() -> peer.write(ByteBuffer.wrap(bytes)));
  }

  /** Breaks the connection: the stream sees a reset. */
  void reset() throws IOException {
    peer.setOption(StandardSocketOptions.SO_LINGER, 0);
    peer.close();
  }

  @Override
  public void close() {
    stream.close();
    try {
      peer.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
