// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What became of all that was to come to an end: the children of a scope, the connections of a
 * server, or everything that a {@link Shutdown} has drained. Any thread.
 *
 * @param finished how many came to their end by themselves
 * @param cancelled those that had not in time, and ended when they were cancelled
 * @param aborted those that had not ended even then; they may be running still
 */
public record DrainReport(int finished, List<Straggler> cancelled, List<Straggler> aborted) {

  /** Of nothing. */
  public static final DrainReport NOTHING = new DrainReport(0, List.of(), List.of());

  /**
   * Who did not end in time, as it was at that moment.
   *
   * @param name such as that of a task
   * @param waitingFor what it awaited; null if it ran, or blocked in the JDK
   * @param stack where it was; only of those that were aborted
   */
  public record Straggler(String name, @Nullable String waitingFor, List<StackTraceElement> stack) {
    /** Takes a copy. */
    public Straggler {
      stack = List.copyOf(stack);
    }

    /** Name, wait and stack; several lines if there is a stack. */
    @Override
    public String toString() {
      return name
          + (waitingFor == null ? "" : ", awaiting " + waitingFor)
          + stack.stream().map(frame -> "\n      at " + frame).collect(Collectors.joining());
    }
  }

  /** Takes copies. */
  public DrainReport {
    cancelled = List.copyOf(cancelled);
    aborted = List.copyOf(aborted);
  }

  /** Whether all finished by themselves. */
  public boolean isClean() {
    return cancelled.isEmpty() && aborted.isEmpty();
  }

  /** This one and another one in one. */
  public DrainReport and(DrainReport other) {
    return new DrainReport(
        finished + other.finished,
        Stream.concat(cancelled.stream(), other.cancelled.stream()).toList(),
        Stream.concat(aborted.stream(), other.aborted.stream()).toList());
  }

  /** One line, and one or more for each that did not finish. */
  @Override
  public String toString() {
    return "%d finished, %d cancelled, %d aborted"
            .formatted(finished, cancelled.size(), aborted.size())
        + lines("cancelled", cancelled)
        + lines("aborted", aborted);
  }

  private static String lines(String what, List<Straggler> stragglers) {
    return stragglers.stream()
        .map(straggler -> "\n  " + what + ": " + straggler)
        .collect(Collectors.joining());
  }
}
