// SPDX-License-Identifier: Apache-2.0
package whirlwind.diagnosis;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One open scope of tasks.
 *
 * @param deadline when it is cut short, in seconds of the loop's time; null when never
 * @param stopping whether its children were asked to finish
 * @param tasks its children that have not ended
 */
public record ScopeDump(@Nullable Double deadline, boolean stopping, List<TaskDump> tasks) {

  /** Takes a copy. */
  public ScopeDump {
    tasks = List.copyOf(tasks);
  }
}
