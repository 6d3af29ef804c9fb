// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Futures;
import whirlwind.future.Scheduler;
import whirlwind.future.TimeoutException;
import whirlwind.loop.Task;

/**
 * One who stands in a line, and what it means to it that its turn comes.
 *
 * @param <T> what it waits for
 */
abstract class Waiter<T extends @Nullable Object> {

  // The line's own: null while it is in none.
  @Nullable Waiter<T> before;
  @Nullable Waiter<T> after;
  @Nullable Waiters<T> line;
  Scheduler.@Nullable Timer timer;

  // For diagnosis.
  @Nullable Task<?> task;
  double since;

  /** It has left the line, as its turn has come, and gets {@code value}. */
  abstract void woken(T value);

  /** It has left the line, as what it waits for cannot come any more. */
  void failed(RuntimeException cause) {
    throw new AssertionError("nothing refuses this wait", cause);
  }

  /** It has left the line, as {@code timeout} has passed. */
  void expired(String operation, Duration timeout) {
    failed(new TimeoutException(operation + " was not done within " + Futures.inWords(timeout)));
  }

  /** It stands in the line from now on. */
  void joined() {}

  /** It has left the line, whyever; told before what that means to it. */
  void left() {}

  /** Leaves the line, if it is in one. */
  final void leave() {
    if (line != null) {
      line.remove(this);
    }
  }

  /** How it waits; null when it does not any more. */
  final @Nullable Waiting waiting() {
    return line == null ? null : line.describe(this);
  }
}
