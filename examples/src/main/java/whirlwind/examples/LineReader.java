// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.stream.IOStream;

/** What a member says, line by line and never more than a line's worth at a time. */
final class LineReader {
  /** The most bytes that a line may have, with its end. */
  static final int MOST_BYTES = 1024;

  /** A line, or as much of one as there may be: this matches as soon as so many bytes are there. */
  private static final Pattern LINE =
      Pattern.compile("\\A(?:[^\n]{0,%d}+\n|[^\n]{%d})".formatted(MOST_BYTES - 1, MOST_BYTES));

  private final IOStream stream;
  private final Duration idle;
  private @Nullable Future<byte[]> reading;
  private boolean inLongLine;

  LineReader(IOStream stream, Duration idle) {
    this.stream = stream;
    this.idle = idle;
  }

  /**
   * Waits for the next line.
   *
   * @throws whirlwind.future.TimeoutException when none has come within the idle time
   * @throws whirlwind.stream.StreamClosedException when no more will come
   * @throws whirlwind.future.CancelledException after {@link #stop}
   */
  Request next() {
    var piece = read();
    while (inLongLine) { // its rest is skipped: the member was told
      inLongLine = !endsLine(piece);
      piece = read();
    }
    inLongLine = !endsLine(piece);
    return inLongLine
        ? new Request.Bad("That line is too long: wanted at most " + MOST_BYTES + " bytes.")
        : Request.parse(piece);
  }

  private byte[] read() {
    reading = stream.readUntilRegex(LINE, idle);
    return reading.await();
  }

  private static boolean endsLine(byte[] piece) {
    return piece[piece.length - 1] == '\n';
  }

  /** Ends the {@link #next} that waits, if any. */
  void stop() {
    if (reading != null) {
      reading.cancel();
    }
  }
}
