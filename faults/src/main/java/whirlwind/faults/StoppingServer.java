// SPDX-License-Identifier: Apache-2.0
package whirlwind.faults;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import whirlwind.future.CancelledException;
import whirlwind.future.Promise;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Shutdown;
import whirlwind.net.TCPServer;
import whirlwind.stream.IOStream;

/**
 * Two servers, each on a loop of its own, that echo lines to the end and stop at a signal, unless a
 * line makes that hard: {@code stubborn} and {@code spin}.
 */
final class StoppingServer {
  private StoppingServer() {}

  /** Grace and time for clean-up in milliseconds; the ports are printed. */
  static void main(String[] arguments) throws InterruptedException {
    var shutdown = Shutdown.within(millis(arguments[0]), millis(arguments[1]));
    var listening = new CountDownLatch(1);
    var second = Thread.ofPlatform().start(() -> serve("second", shutdown, listening::countDown));
    listening.await();
    serve("first", shutdown, shutdown::install);
    second.join();
  }

  private static Duration millis(String text) {
    return Duration.ofMillis(Long.parseLong(text));
  }

  private static void serve(String name, Shutdown shutdown, Runnable whenListening) {
    IOLoop.run(
        () -> {
          var server = new TCPServer((stream, _) -> echo(stream));
          System.out.println("localhost:" + ((InetSocketAddress) server.listen(0)).getPort());
          shutdown.add(name, server);
          whenListening.run();
          return server.closed().await();
        });
  }

  private static void echo(IOStream stream) {
    while (true) {
      var bytes = stream.readUntil("\n").await();
      stream.write(bytes).await();
      switch (new String(bytes).strip()) {
        case "stubborn" -> refuseToStop();
        case "spin" -> spin();
        default -> {}
      }
    }
  }

  private static void refuseToStop() {
    while (true) {
      try {
        new Promise<Void>().await();
      } catch (CancelledException _) {
        // It begins anew whatever happens.
      }
    }
  }

  private static void spin() {
    while (true) {
      Thread.onSpinWait();
    }
  }
}
