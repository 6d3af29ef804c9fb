// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * An echo server as the JDK suggests it: blocking calls, one virtual thread a connection, the JDK's
 * own scheduler.
 *
 * <p>A blocking {@code SocketChannel} with a direct buffer was no slower than the streams of a
 * {@code Socket} when both were measured in turn, and with many connections it was faster.
 */
final class VirtualThreadEcho {
  private VirtualThreadEcho() {}

  static void main() throws IOException {
    var listener = ServerSocketChannel.open();
    listener.bind(Echo.anyPort(), Echo.BACKLOG);
    Echo.ready(((InetSocketAddress) listener.getLocalAddress()).getPort());
    while (true) {
      var channel = listener.accept();
      Thread.startVirtualThread(() -> serve(channel));
    }
  }

  private static void serve(SocketChannel channel) {
    try (channel) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      var bytes = ByteBuffer.allocateDirect(Echo.READ_SIZE);
      while (channel.read(bytes.clear()) >= 0) {
        channel.write(bytes.flip()); // a blocking channel takes all of it
      }
    } catch (IOException _) {
      // The peer reset the connection: it is over, as at the end of its input.
    }
  }
}
