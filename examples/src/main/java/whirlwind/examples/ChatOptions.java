// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the command line of {@link Chat} can say.
 *
 * @param host the address to listen on
 * @param port 0 lets the kernel choose one
 * @param idle who says nothing for so long is sent away
 * @param historyLines how many lines of a room are shown to whoever enters it
 * @param backlogBytes how much may wait for a member who does not read; at least {@link
 *     #leastBacklog} for the history
 */
record ChatOptions(String host, int port, Duration idle, int historyLines, int backlogBytes) {
  static final String USAGE =
      "usage: ./chat [port] [--host H] [--idle SECONDS] [--history LINES] [--backlog BYTES]";

  static final ChatOptions DEFAULTS =
      new ChatOptions("0.0.0.0", 8888, Duration.ofMinutes(10), 20, 1 << 20);

  private static final int MOST_HISTORY_LINES = 1000;
  private static final int MOST_BACKLOG_BYTES = 1 << 30;

  ChatOptions {
    Objects.requireNonNull(host, "host");
    check("port", port, 0, 65_535);
    check("--idle", idle.toSeconds(), 1, Integer.MAX_VALUE);
    check("--history", historyLines, 0, MOST_HISTORY_LINES);
    check("--backlog", backlogBytes, leastBacklog(historyLines), MOST_BACKLOG_BYTES);
  }

  /** Room for the history and what else is said to a member at once. */
  static int leastBacklog(int historyLines) {
    return (historyLines + 20) * Room.LONGEST_LINE;
  }

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException saying what was wanted and what came
   */
  static ChatOptions parse(String... arguments) {
    @Nullable String port = null;
    var host = DEFAULTS.host;
    var idle = DEFAULTS.idle;
    int historyLines = DEFAULTS.historyLines;
    int backlogBytes = DEFAULTS.backlogBytes;
    for (var words = List.of(arguments).iterator(); words.hasNext(); ) {
      var word = words.next();
      switch (word) {
        case "--host" -> host = next(word, words);
        case "--idle" -> idle = Duration.ofSeconds(number(word, next(word, words)));
        case "--history" -> historyLines = number(word, next(word, words));
        case "--backlog" -> backlogBytes = number(word, next(word, words));
        default -> {
          if (word.startsWith("-") || port != null) {
            throw new IllegalArgumentException("wanted a port or an option, got \"" + word + "\"");
          }
          port = word;
        }
      }
    }
    int portNumber = port == null ? DEFAULTS.port : number("port", port);
    return new ChatOptions(host, portNumber, idle, historyLines, backlogBytes);
  }

  private static String next(String option, Iterator<String> words) {
    if (!words.hasNext()) {
      throw new IllegalArgumentException(option + ": wanted a value, got none");
    }
    return words.next();
  }

  private static int number(String name, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException(name + ": wanted a number, got \"" + text + "\"");
    }
  }

  private static void check(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s: wanted from %d to %d, got %d".formatted(name, least, most, value));
    }
  }
}
