// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.net.InetSocketAddress;
import whirlwind.io.ListenOptions;
import whirlwind.loop.IOLoop;
import whirlwind.net.TCPServer;

/**
 * Whirlwind's echo server as its users write it: straight-line code, one coroutine a connection.
 */
final class WhirlwindEcho {
  private static final ListenOptions LISTEN = ListenOptions.defaults().withBacklog(Echo.BACKLOG);

  private WhirlwindEcho() {}

  static void main() {
    IOLoop.run(
        () -> {
          var server =
              new TCPServer(
                  (stream, _) -> {
                    stream.setNodelay(true);
                    while (true) {
                      stream.write(stream.readPartial(Echo.READ_SIZE).await()).await();
                    }
                  });
          var address = (InetSocketAddress) server.listen(Echo.anyPort(), LISTEN);
          Echo.ready(address.getPort());
          return server.closed().await();
        });
  }
}
