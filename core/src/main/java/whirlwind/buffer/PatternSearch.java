// SPDX-License-Identifier: Apache-2.0
package whirlwind.buffer;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One search for a regular expression in a {@link ReadBuffer} that is still filling. An expression
 * cannot go on where it stopped, so the content is searched from its start again, but only when it
 * has doubled or when nothing more is at hand: linear in total while data keeps coming.
 *
 * <p>A search belongs to one read: nothing may be taken from the buffer while it goes on.
 *
 * <p><b>Threads:</b> the loop's.
 */
public final class PatternSearch {
  private final Pattern pattern;
  private int nextAttempt = 1;

  /** A search for {@code pattern}, which sees each byte as one character of ISO-8859-1. */
  public PatternSearch(Pattern pattern) {
    this.pattern = Objects.requireNonNull(pattern, "pattern");
  }

  /** What is searched for. */
  public Pattern pattern() {
    return pattern;
  }

  /**
   * Where the first match in {@code in} ends, or -1: not there, or not looked yet. No content, no
   * match, not even of an expression that matches nothing at all.
   *
   * @param now look now, also when the content has not doubled since the last time
   */
  public int findEnd(ReadBuffer in, boolean now) {
    int size = in.size();
    if (size == 0 || (size < nextAttempt && !now)) {
      return -1;
    }
    nextAttempt = (int) Math.min(ReadBuffer.MAX_SIZE, 2L * size);
    var matcher = pattern.matcher(in.characters());
    return matcher.find() ? matcher.end() : -1;
  }

  /** The expression between slashes. */
  @Override
  public String toString() {
    return "/" + pattern + "/";
  }
}
