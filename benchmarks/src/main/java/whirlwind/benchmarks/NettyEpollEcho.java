// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;

/** Netty's echo server on its native epoll transport (JNI). */
final class NettyEpollEcho {
  private NettyEpollEcho() {}

  static void main() throws InterruptedException {
    Epoll.ensureAvailability();
    NettyEcho.serve(EpollIoHandler.newFactory(), EpollServerSocketChannel.class);
  }
}
