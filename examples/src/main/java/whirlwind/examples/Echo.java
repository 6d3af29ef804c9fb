// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import whirlwind.loop.IOLoop;
import whirlwind.net.TCPServer;

/**
 * Says back each line, one coroutine a connection: {@code ./example echo [port]}; or without any
 * build tool, {@code java -cp whirlwind-core.jar Echo.java [port]}.
 */
final class Echo {
  private Echo() {}

  static void main(String[] arguments) {
    int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8888;
    IOLoop.run(
        () -> {
          var server =
              new TCPServer(
                  (stream, _) -> {
                    while (true) {
                      stream.write(stream.readUntil("\n").await()).await();
                    }
                  });
          server.listen(port);
          System.out.printf("echo: talk to it with: nc localhost %d%n", server.port());
          return server.closed().await();
        });
  }
}
