// SPDX-License-Identifier: Apache-2.0
package whirlwind.diagnosis;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One coroutine: a task, or a callback that awaits.
 *
 * @param name of the task
 * @param state what it is at
 * @param waitsFor what it waits for in its await; null when it is in none
 * @param startedAt where it was started; null unless the loop tracks resources
 * @param stack where it is, from the call that waits outwards, without the library's own frames;
 *     empty when it runs, or has not begun
 * @param scopes the scopes that it has open, the outermost first
 */
public record TaskDump(
    String name,
    State state,
    @Nullable WaitDump waitsFor,
    @Nullable String startedAt,
    List<String> stack,
    List<ScopeDump> scopes) {

  /** What a coroutine is at. */
  public enum State {
    /** The loop is running it. */
    RUNNING,
    /** It can go on when its turn comes. */
    READY,
    /** It waits in an await. */
    WAITING,
    /** It waits, but in no await: in a blocking call of the JDK. */
    BLOCKED
  }

  /** Takes copies. */
  public TaskDump {
    stack = List.copyOf(stack);
    scopes = List.copyOf(scopes);
  }
}
