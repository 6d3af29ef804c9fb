// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.ChannelMatchers;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.LineBasedFrameDecoder;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * Netty's chat, as its users write it: one event loop, a group of channels, each line encoded once
 * and its bytes shared by all, no promise for each member.
 */
final class NettyChat {
  private static final String TRANSPORT = "benchmark.transport";

  /** The flag for the native transport instead of NIO. */
  static final String EPOLL = "-D" + TRANSPORT + "=epoll";

  private NettyChat() {}

  static void main() throws InterruptedException {
    if (System.getProperty(TRANSPORT, "nio").equals("epoll")) {
      serve(EpollIoHandler.newFactory(), EpollServerSocketChannel.class);
    } else {
      serve(NioIoHandler.newFactory(), NioServerSocketChannel.class);
    }
  }

  private static void serve(IoHandlerFactory transport, Class<? extends ServerChannel> listener)
      throws InterruptedException {
    var loop = new MultiThreadIoEventLoopGroup(1, transport);
    var room = new Room(new DefaultChannelGroup(loop.next()));
    var channel =
        new ServerBootstrap()
            .group(loop, loop)
            .channel(listener)
            .option(ChannelOption.SO_BACKLOG, Echo.BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(ChatWords.BACKLOG_BYTES, ChatWords.BACKLOG_BYTES))
            .childHandler(room)
            .bind(Echo.anyPort())
            .sync()
            .channel();
    Echo.ready(((InetSocketAddress) channel.localAddress()).getPort());
    channel.closeFuture().sync();
  }

  private static final class Room extends ChannelInitializer<SocketChannel> {
    private final ChannelGroup members;
    private int guests;

    Room(ChannelGroup members) {
      this.members = members;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
      channel
          .pipeline()
          .addLast(
              new LineBasedFrameDecoder(ChatWords.LONGEST_LINE),
              new Member(this, "guest" + ++guests));
    }

    void tellAll(ByteBuf line) {
      members.writeAndFlush(line, ChannelMatchers.all(), true);
    }
  }

  private static final class Member extends SimpleChannelInboundHandler<ByteBuf> {
    private final Room room;
    private final String name;

    Member(Room room, String name) {
      this.room = room;
      this.name = name;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      context.write(encoded(context, ChatWords.welcome(name)), context.voidPromise());
      room.members.add(context.channel());
      room.tellAll(encoded(context, ChatWords.joined(name)));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf line) {
      var text = line.toString(StandardCharsets.UTF_8);
      room.tellAll(encoded(context, ChatWords.said(name, text)));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      room.tellAll(encoded(context, ChatWords.left(name)));
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      if (!context.channel().isWritable()) {
        context.close();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }

    private static ByteBuf encoded(ChannelHandlerContext context, String text) {
      return ByteBufUtil.writeUtf8(context.alloc(), text);
    }
  }
}
