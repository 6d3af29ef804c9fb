// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;

/**
 * Netty's echo server on the JDK's selector: the same kernel boundary as Whirlwind's {@code nio}.
 */
final class NettyNioEcho {
  private NettyNioEcho() {}

  static void main() throws InterruptedException {
    NettyEcho.serve(NioIoHandler.newFactory(), NioServerSocketChannel.class);
  }
}
