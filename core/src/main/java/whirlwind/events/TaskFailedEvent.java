// SPDX-License-Identifier: Apache-2.0
package whirlwind.events;

import java.util.function.Supplier;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A task ended with a failure. */
@Name("whirlwind.TaskFailed")
@Label("Task Failed")
@Description("A task ended with a failure.")
@Category("Whirlwind")
@StackTrace(false)
public final class TaskFailedEvent extends Event {
  private static final TaskFailedEvent PROBE = new TaskFailedEvent();

  /** The task. */
  @Label("Task")
  public String task = "";

  /** The failure. */
  @Label("Failure")
  public String failure = "";

  /** {@code task} has ended with {@code failure}. */
  static void of(Supplier<String> task, Throwable failure) {
    if (PROBE.isEnabled()) {
      var event = new TaskFailedEvent();
      event.task = task.get();
      event.failure = failure.toString();
      event.commit();
    }
  }
}
