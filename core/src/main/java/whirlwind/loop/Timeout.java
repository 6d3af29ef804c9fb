// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Scheduler;

/** The handle of a scheduled callback, good for {@link IOLoop#removeTimeout}. */
public final class Timeout implements Scheduler.Timer {
  /**
   * {@link #index} of one that is not in the heap: it is due and queued, or has run, or was
   * removed.
   */
  static final int NOT_IN_HEAP = -1;

  /** By deadline and then by creation. */
  static final Comparator<Timeout> ORDER =
      Comparator.<Timeout>comparingLong(each -> each.deadlineNanos)
          .thenComparingLong(each -> each.sequence);

  private final IOLoop loop;
  final long deadlineNanos;
  final long sequence;
  int index = NOT_IN_HEAP;
  private @Nullable Runnable callback;

  Timeout(IOLoop loop, long deadlineNanos, long sequence, Runnable callback) {
    this.loop = loop;
    this.deadlineNanos = deadlineNanos;
    this.sequence = sequence;
    this.callback = callback;
  }

  boolean isBefore(Timeout other) {
    return deadlineNanos < other.deadlineNanos
        || deadlineNanos == other.deadlineNanos && sequence < other.sequence;
  }

  /** The callback, as long as it is pending. */
  @Nullable Runnable callback() {
    return callback;
  }

  /** The callback, once: null when it was taken or the timeout removed. */
  @Nullable Runnable takeCallback() {
    var taken = callback;
    callback = null;
    return taken;
  }

  @Override
  public void cancel() {
    loop.removeTimeout(this);
  }

  @Override
  public double deadline() {
    return deadlineNanos == Long.MAX_VALUE ? Double.POSITIVE_INFINITY : deadlineNanos / 1e9;
  }

  @Override
  public String toString() {
    return "Timeout[at "
        + deadlineNanos / 1e9
        + " s, "
        + (callback == null ? "over" : "pending")
        + "]";
  }
}
