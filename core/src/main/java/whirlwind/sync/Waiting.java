// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import org.jspecify.annotations.Nullable;
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
 */
public record Waiting(String operation, Object on, @Nullable Task<?> task, double since) {

  /** Without the task's own text, which may show this one. */
  @Override
  public String toString() {
    return "%s of %s, by %s, since %s s"
        .formatted(operation, on, task == null ? "a callback" : "task " + task.name(), since);
  }
}
