// SPDX-License-Identifier: Apache-2.0
package whirlwind.diagnosis;

import java.util.List;

/**
 * What one loop is at: who waits for what, and what it holds. {@code IOLoop.dump()} takes it;
 * {@link #toString()} is for people, {@link #toJson()} for tools.
 *
 * <p>Of many tasks, timers and resources it shows some, and {@link #stats()} says how many there
 * are.
 *
 * @param loop its name and poller
 * @param carrier how its coroutines are carried
 * @param stuck whether the loop did not answer, so that this was seen from outside while it ran,
 *     and may not fit together
 * @param stats the figures
 * @param running the stack of what the loop runs while it is stuck; else empty
 * @param cycles tasks that wait for each other in a circle, and so for ever; each begins and ends
 *     with the same task
 * @param tasks those that no scope owns, with their scopes and what is in those
 * @param callbacks the callbacks that are in an await
 * @param timers the next ones
 * @param resources the streams, servers and children that are open
 * @param slowest the code that has kept the loop longest, as far as its watchdog has seen it
 */
public record LoopDump(
    String loop,
    String carrier,
    boolean stuck,
    LoopStats stats,
    List<String> running,
    List<List<String>> cycles,
    List<TaskDump> tasks,
    List<TaskDump> callbacks,
    List<TimerDump> timers,
    List<ResourceDump> resources,
    List<SlowSlice> slowest) {

  /** Takes copies. */
  public LoopDump {
    running = List.copyOf(running);
    cycles = List.copyOf(cycles);
    tasks = List.copyOf(tasks);
    callbacks = List.copyOf(callbacks);
    timers = List.copyOf(timers);
    resources = List.copyOf(resources);
    slowest = List.copyOf(slowest);
  }

  /** As JSON: an object with these names, nested in the same way; times are numbers of seconds. */
  public String toJson() {
    return Json.of(this);
  }

  /** As an indented text of several lines. */
  @Override
  public String toString() {
    return DumpText.of(this);
  }
}
