// SPDX-License-Identifier: Apache-2.0
package whirlwind.faults;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import whirlwind.future.CancelledException;
import whirlwind.future.Promise;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.loop.Task;
import whirlwind.net.ServerOptions;
import whirlwind.net.TCPServer;
import whirlwind.process.Subprocess;
import whirlwind.stream.IOStream;
import whirlwind.testing.TestCertificates;
import whirlwind.tls.ServerTls;

/**
 * Echoes lines, and does what it must not when a line asks for it. Its standard input answers
 * {@code census} with what the loop has, and {@code go} ends what stands still.
 */
final class FaultyServer {
  private static final LoopOptions LOOP =
      LoopOptions.defaults().withSlowCallbackThreshold(Duration.ofSeconds(2));
  private static final Duration HANDSHAKE = Duration.ofMillis(300);
  private static final CountDownLatch GO = new CountDownLatch(1);

  private FaultyServer() {}

  static void main(String[] arguments) {
    IOLoop.run(
        LOOP,
        () -> {
          var loop = IOLoop.current();
          var plain = new TCPServer((stream, _) -> serve(stream));
          var tls =
              ServerTls.of(TestCertificates.context("server")).withHandshakeTimeout(HANDSHAKE);
          var secure =
              new TCPServer((stream, _) -> serve(stream), ServerOptions.defaults().withTls(tls));
          for (var server : new TCPServer[] {plain, secure}) {
            System.out.println("localhost:" + ((InetSocketAddress) server.listen(0)).getPort());
          }
          if (arguments.length > 0) {
            Logger.getLogger("whirlwind.net").addHandler(new StandsStill());
          }
          Thread.ofPlatform().daemon().name("control").start(() -> obey(loop, plain, secure));
          return plain.closed().await();
        });
  }

  private static void obey(IOLoop loop, TCPServer plain, TCPServer secure) {
    try (var lines = new java.util.Scanner(System.in)) {
      while (lines.hasNextLine()) {
        if (lines.nextLine().equals("go")) {
          GO.countDown();
        } else {
          loop.addCallback(
              () ->
                  System.out.printf(
                      "connections %d tasks %d%n",
                      plain.connections() + secure.connections(), loop.tasks().size()));
        }
      }
    }
  }

  private static void serve(IOStream stream) throws Exception {
    @Nullable Duration hurry = null;
    while (true) {
      byte[] bytes;
      try {
        bytes = stream.readUntil("\n", hurry).await();
      } catch (TimeoutException _) {
        return; // it was told so
      }
      switch (new String(bytes).strip()) {
        case "hurry" -> hurry = Duration.ofMillis(500);
        case "block" -> GO.await();
        case "throw" -> throw new IllegalStateException("planted");
        case "spin" -> spin();
        case "hoard" -> hoard();
        case "storm" -> storm();
        case "child" -> child(stream);
        default -> {}
      }
      stream.write(bytes).await();
    }
  }

  private static void spin() {
    while (GO.getCount() > 0) {
      Thread.onSpinWait();
    }
  }

  private static void hoard() {
    var all = new ArrayList<byte[]>();
    while (true) {
      all.add(new byte[1 << 20]);
    }
  }

  /** Ten times a thousand tasks that wait for what never comes, all cancelled at once. */
  private static void storm() {
    var loop = IOLoop.current();
    for (int round = 0; round < 10; round++) {
      var tasks = new ArrayList<Task<Object>>();
      for (int i = 0; i < 1000; i++) {
        tasks.add(loop.spawn(() -> new Promise<Object>(loop).await()));
      }
      whirlwind.future.Futures.moment().await();
      tasks.forEach(Task::cancel);
      for (var task : tasks) {
        try {
          task.await();
          throw new AssertionError("wanted a cancelled task, got one with a result");
        } catch (CancelledException _) {
          // As it was asked to be.
        }
      }
    }
  }

  private static void child(IOStream stream) {
    try (var child = Subprocess.start("sleep", "1000").await()) {
      stream.write(child.pid() + "\n").await();
      stream.write("ended with " + child.exitStatus().await() + "\n").await();
    }
  }

  /** An appender of the log that waits, as one does whose disk or network does not answer. */
  private static final class StandsStill extends Handler {
    @Override
    public void publish(LogRecord entry) {
      System.out.println("the log stands still");
      try {
        GO.await();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
