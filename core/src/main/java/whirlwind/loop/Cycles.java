// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;

/**
 * Finds tasks that wait for each other in a circle, and so for ever: by a lock that one task holds,
 * by awaiting a task, by the end of a scope's children. A wait that one of several could end, such
 * as a {@code Select}, is no part of a circle.
 */
final class Cycles {
  /** No chain of waits is followed further, which would take as deep a stack. */
  private static final int LONGEST_CHAIN = 1_000;

  private final Map<Task<?>, Boolean> visited = new IdentityHashMap<>();
  private final List<Task<?>> path = new ArrayList<>();
  private final List<List<String>> found = new ArrayList<>();

  /** The circles, each as the texts of its tasks; the last is the first again. */
  List<List<String>> among(Collection<Task<?>> tasks) {
    tasks.forEach(this::visit);
    return found;
  }

  private void visit(Task<?> task) {
    boolean onPath = Boolean.TRUE.equals(visited.get(task));
    if (onPath) {
      note(path.subList(path.indexOf(task), path.size()));
    }
    if (visited.containsKey(task) || path.size() == LONGEST_CHAIN) {
      return;
    }
    visited.put(task, true);
    path.add(task);
    waitedFor(task.waitingFor()).forEach(this::visit);
    path.removeLast();
    visited.put(task, false);
  }

  private void note(List<Task<?>> circle) {
    var texts = new ArrayList<String>();
    for (var task : circle) {
      var awaited = task.waitingFor();
      texts.add(task.name() + (awaited == null ? "" : " waits for " + Inspection.waitFor(awaited)));
    }
    texts.add(circle.getFirst().name());
    found.add(texts);
  }

  /** The tasks that all have to move before {@code awaited} can be there. */
  private List<Task<?>> waitedFor(@Nullable Object awaited) {
    return switch (awaited) {
      case Task<?> task -> List.of(task);
      case Future<?> future -> {
        var wait = future.waitsFor();
        yield wait == null ? List.of() : waitedFor(wait.on());
      }
      case Held held when held.heldBy().size() == 1 -> held.heldBy();
      case Collection<?> several -> {
        var all = new ArrayList<Task<?>>();
        several.forEach(each -> all.addAll(waitedFor(each)));
        yield all;
      }
      case null, default -> List.of();
    };
  }
}
