// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * An echo server on the bare selector: as cheap as NIO allows, and what every layer above it pays
 * on top of.
 */
final class RawNioEcho {
  private final Selector selector = Selector.open();
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(Echo.READ_SIZE);

  private RawNioEcho() throws IOException {}

  static void main() throws IOException {
    new RawNioEcho().serve();
  }

  private void serve() throws IOException {
    var listener = ServerSocketChannel.open();
    listener.bind(Echo.anyPort(), Echo.BACKLOG).configureBlocking(false);
    listener.register(selector, SelectionKey.OP_ACCEPT);
    Echo.ready(((InetSocketAddress) listener.getLocalAddress()).getPort());
    while (true) {
      selector.select(this::ready);
    }
  }

  private void ready(SelectionKey key) {
    if (key.channel() instanceof ServerSocketChannel listener) {
      accept(listener);
      return;
    }
    var channel = (SocketChannel) key.channel();
    try {
      echo(key, channel);
    } catch (IOException _) {
      close(channel);
    }
  }

  private void accept(ServerSocketChannel listener) {
    try {
      for (var channel = listener.accept(); channel != null; channel = listener.accept()) {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.register(selector, SelectionKey.OP_READ);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("accepting on " + listener, e);
    }
  }

  /**
   * Echoes once; what a full socket does not take is attached to the key, and nothing is read until
   * it is gone.
   */
  private void echo(SelectionKey key, SocketChannel channel) throws IOException {
    var pending = (@Nullable ByteBuffer) key.attachment();
    if (pending != null) {
      flush(key, channel, pending);
      return;
    }
    scratch.clear();
    if (channel.read(scratch) < 0) {
      channel.close();
      return;
    }
    channel.write(scratch.flip());
    if (scratch.hasRemaining()) {
      key.attach(ByteBuffer.allocate(scratch.remaining()).put(scratch).flip());
      key.interestOps(SelectionKey.OP_WRITE);
    }
  }

  private static void flush(SelectionKey key, SocketChannel channel, ByteBuffer pending)
      throws IOException {
    channel.write(pending);
    if (!pending.hasRemaining()) {
      key.attach(null);
      key.interestOps(SelectionKey.OP_READ);
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException _) {
      // The peer is gone already; there is nobody left to tell.
    }
  }
}
