// SPDX-License-Identifier: Apache-2.0
package whirlwind.testing;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What Whirlwind logs during one test, for tests that expect a line, and to fail those that did not
 * expect one. {@link LogRecorderExtension} and {@link LoopTest} hand it to a test method as a
 * parameter.
 *
 * <p>It records all levels of the loggers {@code whirlwind} and below, and keeps them off the
 * console, as long as {@link System.Logger} ends in {@code java.util.logging}, which it does unless
 * another logger finder is on the path.
 *
 * <p><b>Threads:</b> any. One recorder at a time, as loggers belong to the process.
 */
public final class LogRecorder implements AutoCloseable {

  /** One line of the log. */
  public record Line(Level level, String logger, String message, @Nullable Throwable thrown) {
    @Override
    public String toString() {
      return level + " " + logger + ": " + message + (thrown == null ? "" : " [" + thrown + "]");
    }
  }

  private static final Logger WHIRLWIND = Logger.getLogger("whirlwind");

  private final List<Line> lines = new ArrayList<>();
  private final List<Line> unexpected = new ArrayList<>();
  private final Recording recording = new Recording();
  private final java.util.logging.@Nullable Level levelBefore = WHIRLWIND.getLevel();
  private final boolean consoleBefore = WHIRLWIND.getUseParentHandlers();

  /** Starts to record, until {@link #close()}. */
  public LogRecorder() {
    WHIRLWIND.addHandler(recording);
    WHIRLWIND.setUseParentHandlers(false);
    WHIRLWIND.setLevel(java.util.logging.Level.ALL);
  }

  /**
   * Asserts that a line has come that was not expected before, and expects it; the first that
   * matches.
   *
   * @param regex to be found in the message, or in the exception that was logged
   * @throws AssertionError when there is none
   */
  public Line expect(Level level, String regex) {
    return expect(level, regex, Duration.ZERO);
  }

  /**
   * {@link #expect(Level, String)} for a line that another thread logs: blocks the caller until it
   * comes.
   *
   * @param limit how long that may take, in real time
   */
  public Line expect(Level level, String regex, Duration limit) {
    var pattern = Pattern.compile(regex);
    long start = System.nanoTime();
    synchronized (lines) {
      while (true) {
        for (var line : unexpected) {
          if (line.level == level && isIn(line, pattern)) {
            remove(line);
            return line;
          }
        }
        long millis = limit.minusNanos(System.nanoTime() - start).toMillis();
        if (millis <= 0) {
          throw new AssertionError(
              "log: wanted a line of level %s with /%s/, got %s"
                  .formatted(level, regex, list(unexpected)));
        }
        waitForLine(millis);
      }
    }
  }

  private void waitForLine(long millis) {
    try {
      lines.wait(millis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError("log: interrupted while waiting for a line", interrupted);
    }
  }

  private static boolean isIn(Line line, Pattern pattern) {
    return pattern.matcher(line.message).find()
        || line.thrown != null && pattern.matcher(line.thrown.toString()).find();
  }

  /** By identity: two lines may be equal. */
  private void remove(Line expected) {
    boolean[] found = new boolean[1];
    unexpected.removeIf(line -> line == expected && !found[0] && (found[0] = true));
  }

  /** All lines so far, expected or not. */
  public List<Line> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  /** The lines of level WARNING and above that nothing has expected. */
  public List<Line> unexpected() {
    synchronized (lines) {
      return unexpected.stream()
          .filter(line -> line.level.getSeverity() >= Level.WARNING.getSeverity())
          .toList();
    }
  }

  /**
   * Fails if the log has something to say that nobody expected.
   *
   * @throws AssertionError when there are {@link #unexpected()} lines; the exceptions logged with
   *     them are suppressed in it
   */
  public void requireNothingUnexpected() {
    var surprises = unexpected();
    if (surprises.isEmpty()) {
      return;
    }
    var error =
        new AssertionError("log: wanted no line of level WARNING or above, got " + list(surprises));
    surprises.stream().map(Line::thrown).filter(Objects::nonNull).forEach(error::addSuppressed);
    throw error;
  }

  private static String list(List<Line> lines) {
    return lines.isEmpty()
        ? "none"
        : lines.stream().map(line -> "\n  " + line).collect(Collectors.joining());
  }

  /** Ends recording; the log goes where it went before. */
  @Override
  public void close() {
    WHIRLWIND.removeHandler(recording);
    WHIRLWIND.setUseParentHandlers(consoleBefore);
    WHIRLWIND.setLevel(levelBefore);
  }

  private void record(Line line) {
    synchronized (lines) {
      lines.add(line);
      unexpected.add(line);
      lines.notifyAll();
    }
  }

  private static Level levelOf(LogRecord entry) {
    int value = entry.getLevel().intValue();
    if (value >= java.util.logging.Level.SEVERE.intValue()) {
      return Level.ERROR;
    } else if (value >= java.util.logging.Level.WARNING.intValue()) {
      return Level.WARNING;
    } else if (value >= java.util.logging.Level.INFO.intValue()) {
      return Level.INFO;
    } else if (value >= java.util.logging.Level.FINE.intValue()) {
      return Level.DEBUG;
    }
    return Level.TRACE;
  }

  /** Where {@code java.util.logging} delivers; it makes no difference between threads. */
  private final class Recording extends Handler {
    private final SimpleFormatter formatter = new SimpleFormatter();

    @Override
    public void publish(LogRecord entry) {
      var logger = Objects.requireNonNullElse(entry.getLoggerName(), "");
      record(new Line(levelOf(entry), logger, formatter.formatMessage(entry), entry.getThrown()));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
