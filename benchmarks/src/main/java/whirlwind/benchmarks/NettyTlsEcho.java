// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.OpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLEngine;

/**
 * Netty's echo server by TLS, on its transport and with its engine as two system properties say:
 * the JDK's engine, or BoringSSL through JNI.
 *
 * <p>As in {@link NettyEcho}, but the receive buffer adapts itself, which suits messages of both
 * sizes; handshakes are computed on the event loop, as is Netty's default.
 */
final class NettyTlsEcho {
  static final String TRANSPORT = "benchmark.transport";
  static final String ENGINE = "benchmark.engine";

  private NettyTlsEcho() {}

  static void main(String[] arguments)
      throws InterruptedException, GeneralSecurityException, IOException {
    var tls =
        context(Credentials.of(arguments), SslProvider.valueOf(System.getProperty(ENGINE, "JDK")));
    var buffers = new AdaptiveRecvByteBufAllocator(64, 2048, Echo.TLS_READ_SIZE);
    if (System.getProperty(TRANSPORT, "nio").equals("epoll")) {
      Epoll.ensureAvailability();
      NettyEcho.serve(EpollIoHandler.newFactory(), EpollServerSocketChannel.class, buffers, tls);
    } else {
      NettyEcho.serve(NioIoHandler.newFactory(), NioServerSocketChannel.class, buffers, tls);
    }
  }

  private static SslContext context(Credentials credentials, SslProvider engine)
      throws GeneralSecurityException, IOException {
    var context =
        SslContextBuilder.forServer(credentials.key(), credentials.certificate())
            .sslProvider(engine)
            .protocols("TLSv1.3")
            .build();
    return engine == SslProvider.JDK ? context : new WithoutTickets(context);
  }

  /** The JDK's engine is told by a flag, BoringSSL by an option of each connection. */
  private static final class WithoutTickets extends DelegatingSslContext {
    WithoutTickets(SslContext context) {
      super(context);
    }

    @Override
    protected void initEngine(SSLEngine engine) {
      SSL.setOptions(((OpenSslEngine) engine).sslPointer(), SSL.SSL_OP_NO_TICKET);
    }
  }
}
