// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One kind of load, as the command line writes it:
 *
 * <ul>
 *   <li>{@code 64}: so many connections, each with one message of 64 bytes on the way at any time
 *   <li>{@code 64x16}: each with sixteen messages on the way
 *   <li>{@code 64:16k}: messages of 16 KiB
 *   <li>{@code 64:sessions}: connect, shake hands, one echo, close, and again; 64 at a time
 *   <li>{@code 1000:idle}: connections that have had one echo and stay, for the memory they take
 *   <li>{@code 1000:broadcast}: members of a chat; one says a line, all get it, and again
 *   <li>{@code startup}: the start of a process until its first answer
 * </ul>
 */
sealed interface Scenario {
  /** The bytes of a message where nothing else is said. */
  int MESSAGE_SIZE = 64;

  int MAX_CONNECTIONS = 50_000;
  int MAX_BYTES_ON_THE_WAY = 16_384; // of a connection: what the load generator takes

  /** For the heading of a table. */
  String title();

  /** Load that keeps the server busy, so that its CPU time can be counted. */
  sealed interface Busy extends Scenario {
    /** The load generator's mode and its parameters, without times. */
    List<String> load();

    /** What the CPU time is divided by, in the plural. */
    String unit();
  }

  /** Messages on connections that stay. */
  record Echo(int connections, int depth, int size) implements Busy {
    public Echo {
      check("connections", connections, MAX_CONNECTIONS);
      check("bytes of a message", size, MAX_BYTES_ON_THE_WAY);
      check("messages on the way", depth, MAX_BYTES_ON_THE_WAY / size);
    }

    @Override
    public String unit() {
      return "messages";
    }

    @Override
    public List<String> load() {
      return strings("echo", connections, size, depth);
    }

    @Override
    public String title() {
      return "%d %s, %s, %,d-byte messages"
          .formatted(
              connections,
              connections == 1 ? "connection" : "connections",
              depth == 1 ? "ping-pong" : depth + " messages deep",
              size);
    }

    @Override
    public String toString() {
      return connections
          + (depth == 1 ? "" : "x" + depth)
          + (size == MESSAGE_SIZE ? "" : ":" + size);
    }
  }

  /** Connections that come, have one message echoed, and go. */
  record Sessions(int connections) implements Busy {
    public Sessions {
      check("sessions at a time", connections, MAX_CONNECTIONS);
    }

    @Override
    public String unit() {
      return "sessions";
    }

    @Override
    public List<String> load() {
      return strings("sessions", connections, MESSAGE_SIZE);
    }

    @Override
    public String title() {
      return "sessions of one echo, " + connections + " at a time";
    }

    @Override
    public String toString() {
      return connections + ":sessions";
    }
  }

  /** Members of a chat, of whom one after the other says a line that all get. */
  record Broadcast(int connections) implements Busy {
    public Broadcast {
      check("members", connections, MAX_CONNECTIONS);
    }

    @Override
    public String unit() {
      return "deliveries";
    }

    @Override
    public List<String> load() {
      return strings("broadcast", connections, MESSAGE_SIZE);
    }

    @Override
    public String title() {
      return "a chat of " + connections + ", each line to all of them";
    }

    @Override
    public String toString() {
      return connections + ":broadcast";
    }
  }

  /** The start of a process, until a client has its first answer. */
  record Startup() implements Scenario {
    private static final String NAME = "startup";

    @Override
    public String title() {
      return "from the start of the process to the first answer";
    }

    @Override
    public String toString() {
      return NAME;
    }
  }

  /** Connections that have nothing to do. */
  record Idle(int connections) implements Scenario {
    public Idle {
      check("connections", connections, MAX_CONNECTIONS);
    }

    /** The load generator's mode and its parameters. */
    List<String> load() {
      return strings("idle", connections, MESSAGE_SIZE);
    }

    @Override
    public String title() {
      return connections + " idle connections";
    }

    @Override
    public String toString() {
      return connections + ":idle";
    }
  }

  /** Errors: {@code IllegalArgumentException} that shows what was wanted and what came. */
  static Scenario parse(String text) {
    if (text.equals(Startup.NAME)) {
      return new Startup();
    }
    var parts =
        Pattern.compile(
                "(\\d{1,6})(?:x(\\d{1,6}))?(?::(?:(\\d{1,6})(k)?|(sessions|idle|broadcast)))?")
            .matcher(text);
    if (!parts.matches() || (parts.group(2) != null && parts.group(5) != null)) {
      throw new IllegalArgumentException(
          "wanted a number of connections such as 64, 64x16, 64:16k, 64:sessions, 1000:idle or"
              + " 1000:broadcast, or startup, got \""
              + text
              + '"');
    }
    var connections = Integer.parseInt(parts.group(1));
    return switch (parts.group(5)) {
      case "sessions" -> new Sessions(connections);
      case "idle" -> new Idle(connections);
      case "broadcast" -> new Broadcast(connections);
      case null, default -> {
        var depth = parts.group(2) == null ? 1 : Integer.parseInt(parts.group(2));
        var size = parts.group(3) == null ? MESSAGE_SIZE : Integer.parseInt(parts.group(3));
        yield new Echo(connections, depth, parts.group(4) == null ? size : size * 1024);
      }
    };
  }

  private static List<String> strings(String mode, int... numbers) {
    var strings = new ArrayList<String>();
    strings.add(mode);
    for (int number : numbers) {
      strings.add(Integer.toString(number));
    }
    return strings;
  }

  private static void check(String what, int got, int most) {
    if (got < 1 || got > most) {
      throw new IllegalArgumentException(what + ": wanted 1 to " + most + ", got " + got);
    }
  }
}
