// SPDX-License-Identifier: Apache-2.0
package whirlwind.events;

import java.util.function.Supplier;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** A task was cancelled. */
@Name("whirlwind.TaskCancelled")
@Label("Task Cancelled")
@Description("A task was cancelled.")
@Category("Whirlwind")
public final class TaskCancelledEvent extends Event {
  private static final TaskCancelledEvent PROBE = new TaskCancelledEvent();

  /** The task. */
  @Label("Task")
  public String task = "";

  /** Who did it: a task, or a callback. */
  @Label("By")
  public String by = "";

  /** What for. */
  @Label("Reason")
  public String reason = "";

  /** {@code task} is cancelled by {@code by}. */
  static void of(Supplier<String> task, Supplier<String> by, Throwable reason) {
    if (PROBE.isEnabled()) {
      var event = new TaskCancelledEvent();
      event.task = task.get();
      event.by = by.get();
      event.reason = String.valueOf(reason.getMessage());
      event.commit();
    }
  }
}
