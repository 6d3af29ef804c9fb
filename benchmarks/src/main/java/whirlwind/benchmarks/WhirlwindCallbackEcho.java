// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Outcome;
import whirlwind.io.ListenOptions;
import whirlwind.loop.IOLoop;
import whirlwind.net.TCPServer;
import whirlwind.stream.IOStream;

/**
 * Whirlwind's echo server without a coroutine on the way of a message: read, then write, then read,
 * by callbacks.
 */
final class WhirlwindCallbackEcho {
  private static final ListenOptions LISTEN = ListenOptions.defaults().withBacklog(Echo.BACKLOG);

  private WhirlwindCallbackEcho() {}

  static void main() {
    IOLoop.run(
        () -> {
          var server =
              new TCPServer(
                  (stream, _) -> {
                    stream.setNodelay(true);
                    read(stream);
                    stream.whenClosed().await();
                  });
          var address = (InetSocketAddress) server.listen(Echo.anyPort(), LISTEN);
          Echo.ready(address.getPort());
          return server.closed().await();
        });
  }

  private static void read(IOStream stream) {
    stream.readPartial(Echo.READ_SIZE).onComplete(outcome -> write(stream, outcome));
  }

  private static void write(IOStream stream, Outcome<byte[]> read) {
    if (read instanceof Outcome.Success(var bytes)) {
      stream.write(bytes).onComplete(written -> next(stream, written));
    }
  }

  private static void next(IOStream stream, Outcome<@Nullable Void> written) {
    if (written instanceof Outcome.Success<@Nullable Void>) {
      read(stream);
    }
  }
}
