// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Netty's echo server, set up as its users do when they care for speed: one event loop for the
 * listener and the connections, pooled direct buffers, a buffer that is never filled up (so that no
 * second read asks whether there is more), one flush after each read event, no promise per write.
 */
final class NettyEcho {
  private NettyEcho() {}

  /** Serves until the process ends. */
  static void serve(IoHandlerFactory transport, Class<? extends ServerChannel> listener)
      throws InterruptedException {
    serve(transport, listener, new FixedRecvByteBufAllocator(Echo.READ_SIZE), null);
  }

  /** The same with other receive buffers, and by TLS if there is a context for it. */
  static void serve(
      IoHandlerFactory transport,
      Class<? extends ServerChannel> listener,
      RecvByteBufAllocator receiveBuffers,
      @Nullable SslContext tls)
      throws InterruptedException {
    var loop = new MultiThreadIoEventLoopGroup(1, transport);
    var channel =
        new ServerBootstrap()
            .group(loop, loop)
            .channel(listener)
            .option(ChannelOption.SO_BACKLOG, Echo.BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, receiveBuffers)
            .childHandler(new Connection(tls))
            .bind(Echo.anyPort())
            .sync()
            .channel();
    Echo.ready(((InetSocketAddress) channel.localAddress()).getPort());
    channel.closeFuture().sync();
  }

  private static final class Connection extends ChannelInitializer<SocketChannel> {
    private final Writer writer = new Writer();
    private final @Nullable SslContext tls;

    Connection(@Nullable SslContext tls) {
      this.tls = tls;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
      if (tls != null) {
        channel.pipeline().addLast(tls.newHandler(channel.alloc()));
      }
      channel.pipeline().addLast(writer);
    }
  }

  /** Writes what was read, and flushes once the transport has read all that it wants to. */
  @Sharable
  private static final class Writer extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      context.write(message, context.voidPromise());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }
}
