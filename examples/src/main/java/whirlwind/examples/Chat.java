// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;

/**
 * Runs the chat server, for everybody with {@code nc} or {@code telnet}: {@code ./chat}, and in
 * another terminal {@code nc localhost 8888}.
 *
 * <p>Exit codes: 0 after SIGTERM or Ctrl-C and a good end, 1 when it cannot listen or does not come
 * to an end in time, 2 for arguments that make no sense.
 */
final class Chat {
  private static final LoopOptions LOOP =
      LoopOptions.defaults()
          .withName("chat")
          .withSlowCallbackThreshold(
              Duration.ofMillis(500)); // whoever holds up all others is named

  /** When the JVM ends, even if the server has not. */
  private static final Duration PATIENCE = ChatServer.GRACE.plusSeconds(5);

  private Chat() {}

  static void main(String[] arguments) {
    if (List.of(arguments).contains("--help")) {
      System.out.println(ChatOptions.USAGE);
      return;
    }
    var options = optionsOrNull(arguments);
    var main = Thread.currentThread();
    int status = options == null ? 2 : IOLoop.run(LOOP, () -> serve(options, main));
    if (status != 0) {
      System.exit(status);
    }
  }

  private static @Nullable ChatOptions optionsOrNull(String[] arguments) {
    try {
      return ChatOptions.parse(arguments);
    } catch (IllegalArgumentException bad) {
      System.err.println("chat: " + bad.getMessage() + "\n" + ChatOptions.USAGE);
      return null;
    }
  }

  /** Serves until it is told to end; returns the exit code. */
  private static int serve(ChatOptions options, Thread main) {
    var loop = IOLoop.current();
    var server = new ChatServer(options);
    try {
      int port = server.listen();
      drainAtExit(loop, server, main);
      System.out.printf(
          "chat listens on %s:%d (poller %s, carrier %s)%n",
          options.host(), port, loop.poller(), loop.carrier());
      System.out.flush();
    } catch (UncheckedIOException failure) {
      System.err.println("chat: " + failure.getMessage());
      return 1;
    }
    server.closed().await();
    return 0;
  }

  /** SIGTERM and Ctrl-C make the JVM run this while everything else still goes on. */
  private static void drainAtExit(IOLoop loop, ChatServer server, Thread main) {
    Runnable hook =
        () -> {
          if (main.isAlive()) { // else the loop has failed, and the exit code says so
            loop.addCallback(server::drain);
            boolean ended = hasEndedWithin(PATIENCE, main);
            // The JVM itself would exit with 128 + the signal's number, as if it had been killed.
            Runtime.getRuntime().halt(ended ? 0 : 1);
          }
        };
    Runtime.getRuntime().addShutdownHook(new Thread(hook, "drain"));
  }

  private static boolean hasEndedWithin(Duration patience, Thread thread) {
    try {
      return thread.join(patience);
    } catch (InterruptedException _) {
      return false;
    }
  }
}
