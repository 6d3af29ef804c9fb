// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.loop.Shutdown;

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

  private Chat() {}

  static void main(String[] arguments) {
    if (List.of(arguments).contains("--help")) {
      System.out.println(ChatOptions.USAGE);
      return;
    }
    var options = optionsOrNull(arguments);
    int status = options == null ? 2 : IOLoop.run(LOOP, () -> serve(options));
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
  private static int serve(ChatOptions options) {
    var loop = IOLoop.current();
    var server = new ChatServer(options);
    try {
      int port = server.listen();
      Shutdown.within(ChatServer.GRACE)
          .add("chat", (_, _) -> loop.spawn("drain", server::drain))
          .exitingWith(0) // the JVM itself would exit as if it had been killed
          .install();
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
}
