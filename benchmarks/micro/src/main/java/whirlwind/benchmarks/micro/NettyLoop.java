// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks.micro;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Netty's event loop on NIO, with its own exact queue of timers. */
final class NettyLoop implements LoopOperations {
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventLoop loop = group.next();

  @Override
  public void submit(Runnable callback) {
    loop.execute(callback);
  }

  @Override
  public Object schedule(long delayNanos, Runnable callback) {
    return loop.schedule(callback, delayNanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void cancel(Object timer) {
    ((ScheduledFuture<?>) timer).cancel(false);
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
