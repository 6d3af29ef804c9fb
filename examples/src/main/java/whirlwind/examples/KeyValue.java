// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.net.TCPServer;
import whirlwind.stream.IOStream;
import whirlwind.stream.UnsatisfiableReadException;

/**
 * A key-value server, a line a request: {@code ./example keyvalue [port]}.
 *
 * <p>One plain map serves all connections without a lock, as between two awaits nothing else runs:
 * {@code ADD} reads and writes with nothing between.
 */
final class KeyValue {
  private static final int MAX_LINE_BYTES = 4096;
  private static final Duration IDLE = Duration.ofMinutes(5);

  private final Map<String, String> values = new HashMap<>();

  private KeyValue() {}

  static void main(String[] arguments) {
    int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8889;
    IOLoop.run(
        () -> {
          var store = new KeyValue();
          var server = new TCPServer((stream, _) -> store.serve(stream));
          server.listen(port);
          System.out.printf(
              "keyvalue: talk to it with: nc localhost %d, and type: SET name Ann%n",
              server.port());
          return server.closed().await();
        });
  }

  private void serve(IOStream stream) {
    try {
      while (true) {
        var line = stream.readUntil("\n", MAX_LINE_BYTES, IDLE).await();
        stream.write(answer(new String(line, StandardCharsets.UTF_8).strip()) + "\n").await();
      }
    } catch (TimeoutException | UnsatisfiableReadException _) {
      // Silent for too long, or no line: the end of the handler closes the stream.
    }
  }

  private String answer(String request) {
    var words = request.split(" ", 3);
    return switch (words[0] + "/" + (words.length - 1)) { // the command, how many words follow
      case "GET/1" -> values.getOrDefault(words[1], "(none)");
      case "SET/2" -> {
        values.put(words[1], words[2]);
        yield "OK";
      }
      case "ADD/2" -> add(words[1], words[2]);
      case "DELETE/1" -> values.remove(words[1]) == null ? "(none)" : "OK";
      default ->
          "ERROR wanted GET key, SET key value, ADD key number or DELETE key, got: " + request;
    };
  }

  private String add(String key, String number) {
    try {
      var before = Long.parseLong(values.getOrDefault(key, "0"));
      var sum = Long.toString(Math.addExact(before, Long.parseLong(number)));
      values.put(key, sum);
      return sum;
    } catch (NumberFormatException bad) {
      return "ERROR wanted two numbers: " + bad.getMessage();
    } catch (ArithmeticException _) {
      return "ERROR the sum is too large";
    }
  }
}
