// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import org.jspecify.annotations.Nullable;
import whirlwind.future.Wait;
import whirlwind.loop.Task;

/**
 * One wait that is not over, for whoever wants to know why nothing happens.
 *
 * <p><b>Units:</b> seconds of the loop's {@link whirlwind.loop.IOLoop#time() time}.
 *
 * @param operation what was called, such as {@code Queue.get()}
 * @param on the lock, queue or the like that it was called of
 * @param task who called it; null when a callback did
 * @param since when
 * @param deadline when it gives up by itself; infinity when never
 */
public record Waiting(
    String operation, Object on, @Nullable Task<?> task, double since, double deadline)
    implements Wait {

  /** Without the texts of what it is on, and of the task: those may show this one. */
  @Override
  public String briefly() {
    return operation + ", " + whoAndWhen();
  }

  private String whoAndWhen() {
    return "by " + (task == null ? "a callback" : "task " + task.name()) + " since " + since + " s";
  }

  @Override
  public String toString() {
    return operation + " of " + on + ", " + whoAndWhen();
  }
}
