// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import whirlwind.loop.IOLoop;
import whirlwind.net.TCPServer;

/**
 * One server on all cores, a loop on each: {@code ./example allcores [port [loops]]}. It says which
 * loop serves you, and how many lines that one has served: a plain counter, as it is the loop's
 * own.
 */
final class AllCores {
  private AllCores() {}

  static void main(String[] arguments) {
    int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8891;
    int loops =
        arguments.length > 1
            ? Integer.parseInt(arguments[1])
            : Runtime.getRuntime().availableProcessors();
    IOLoop.run(
        () -> {
          var server =
              TCPServer.overLoops(
                  loops,
                  () -> { // asked once on each loop: what it makes belongs to that loop alone
                    var lines = new int[1];
                    return (stream, _) -> {
                      while (true) {
                        stream.readUntil("\n").await();
                        var loop = stream.loop().name();
                        stream.write("%s: line %d%n".formatted(loop, ++lines[0])).await();
                      }
                    };
                  });
          server.listen(port);
          System.out.printf(
              "allcores: %d loops; talk to them with several: nc localhost %d%n",
              loops, server.port());
          return server.closed().await();
        });
  }
}
