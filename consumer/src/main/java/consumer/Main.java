// SPDX-License-Identifier: Apache-2.0
package consumer;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import whirlwind.loop.IOLoop;
import whirlwind.net.TCPClient;
import whirlwind.net.TCPServer;

/** Serves itself one echo, and says how. */
final class Main {
  private Main() {}

  static void main(String[] arguments) {
    System.out.println(IOLoop.run(Main::echo));
  }

  private static String echo() {
    var server = new TCPServer((stream, _) -> stream.write(stream.readUntil("\n").await()).await());
    var address = (InetSocketAddress) server.listen(new InetSocketAddress("localhost", 0));
    var stream = new TCPClient().connect("localhost", address.getPort()).await();
    stream.write("echo\n").await();
    var answer = new String(stream.readUntil("\n").await(), StandardCharsets.UTF_8).strip();
    stream.close();
    server.close();
    var loop = IOLoop.current();
    return "%s carrier=%s poller=%s".formatted(answer, loop.carrier(), loop.poller());
  }
}
