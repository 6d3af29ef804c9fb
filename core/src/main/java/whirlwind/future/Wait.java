// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import org.jspecify.annotations.Nullable;

/**
 * A wait that is not over: which operation, of what, since when and until when at most. For whoever
 * wants to know why nothing happens.
 *
 * <p><b>Units:</b> seconds of the loop's monotonic time. <b>Threads:</b> what it says is true on
 * its loop; elsewhere it may be old.
 */
public interface Wait {

  /** What was called, such as {@code Queue.get()}. */
  String operation();

  /** The lock, queue, stream or future that it was called of; null when it is of nothing. */
  @Nullable Object on();

  /** Since when; NaN when nobody has noted it. */
  default double since() {
    return Double.NaN;
  }

  /** When it gives up by itself; infinity when never. */
  default double deadline() {
    return Double.POSITIVE_INFINITY;
  }

  /** In one line, without the text of what it is on: that may show this one. */
  default String briefly() {
    return operation() + (Double.isNaN(since()) ? "" : ", since " + since() + " s");
  }
}
