// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PfxOptions;
import java.util.Set;

/**
 * Vert.x' echo server on NIO, in the clear or, with a key, by TLS and the JDK's engine: what a
 * framework over Netty adds.
 */
final class VertxEcho {
  private VertxEcho() {}

  static void main(String[] arguments) {
    var options =
        new NetServerOptions()
            .setHost(Echo.anyPort().getHostString())
            .setPort(0)
            .setAcceptBacklog(Echo.BACKLOG)
            .setTcpNoDelay(true);
    if (arguments.length > 0) {
      useTls(options, Credentials.of(arguments));
    }
    var server =
        Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1))
            .createNetServer(options)
            .connectHandler(socket -> socket.handler(socket::write))
            .listen()
            .await();
    Echo.ready(server.actualPort());
  }

  private static void useTls(NetServerOptions options, Credentials credentials) {
    options
        .setSsl(true)
        .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
        .setKeyCertOptions(
            new PfxOptions()
                .setPath(credentials.keystore().toString())
                .setPassword(credentials.password()));
  }
}
