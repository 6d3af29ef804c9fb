// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;

/** Netty's echo server on its native io_uring transport (JNI). */
final class NettyUringEcho {
  private NettyUringEcho() {}

  static void main() throws InterruptedException {
    IoUring.ensureAvailability();
    NettyEcho.serve(IoUringIoHandler.newFactory(), IoUringServerSocketChannel.class);
  }
}
