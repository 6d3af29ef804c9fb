// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PfxOptions;
import java.util.Set;

/**
 * Vert.x' echo server by TLS, on NIO and with the JDK's engine: what a framework over Netty adds.
 */
final class VertxTlsEcho {
  private VertxTlsEcho() {}

  static void main(String[] arguments) {
    var credentials = Credentials.of(arguments);
    var options =
        new NetServerOptions()
            .setHost(Echo.anyPort().getHostString())
            .setPort(0)
            .setAcceptBacklog(Echo.BACKLOG)
            .setTcpNoDelay(true)
            .setSsl(true)
            .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
            .setKeyCertOptions(
                new PfxOptions()
                    .setPath(credentials.keystore().toString())
                    .setPassword(credentials.password()));
    var server =
        Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1))
            .createNetServer(options)
            .connectHandler(socket -> socket.handler(socket::write))
            .listen()
            .await();
    Echo.ready(server.actualPort());
  }
}
