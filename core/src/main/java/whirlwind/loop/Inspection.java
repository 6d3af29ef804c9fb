// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import whirlwind.coroutine.Coroutine;
import whirlwind.diagnosis.LoopDump;
import whirlwind.diagnosis.LoopStats;
import whirlwind.diagnosis.ResourceDump;
import whirlwind.diagnosis.ScopeDump;
import whirlwind.diagnosis.TaskDump;
import whirlwind.diagnosis.TimerDump;
import whirlwind.diagnosis.WaitDump;
import whirlwind.future.Future;

/**
 * One look at a loop. It walks what the loop keeps for its own work, so that nothing has to be
 * noted for its sake.
 *
 * <p>A loop that runs is asked to look at itself. One that does not answer is stuck, and is looked
 * at from the caller's thread: what changes meanwhile may spoil that look, which is then taken
 * again.
 */
final class Inspection {
  private static final long ANSWER_MILLIS = 1_000;
  private static final int LOOKS_FROM_OUTSIDE = 5;
  private static final int LONGEST_TEXT = 300;

  private final IOLoop loop;
  private final RunQueue queue;
  private final boolean stuck;
  private final Duration queueAge;

  /** The scopes that each coroutine has open, the outermost first. */
  private final Map<Coroutine, List<TaskScope>> scopes = new IdentityHashMap<>();

  private int roomForTasks;

  private Inspection(IOLoop loop, boolean stuck, Duration queueAge) {
    this.loop = loop;
    this.queue = loop.queue();
    this.stuck = stuck;
    this.queueAge = queueAge;
    for (var scope : loop.scopes()) {
      scopes.computeIfAbsent(scope.block(), _ -> new ArrayList<>(1)).add(scope);
    }
  }

  // ---------------------------------------------------------------- who looks

  static LoopDump dump(IOLoop loop, int most) {
    if (most < 0) {
      throw new IllegalArgumentException("most: wanted zero or more, got " + most);
    }
    return look(loop, inspection -> inspection.dump(most));
  }

  static LoopStats stats(IOLoop loop) {
    return look(loop, Inspection::stats);
  }

  private static <R> R look(IOLoop loop, Function<Inspection, R> what) {
    if (loop.isCurrent() || !loop.isRunning()) {
      return what.apply(new Inspection(loop, false, loop.turnAge()));
    }
    var answer = new CompletableFuture<R>();
    long asked = loop.nowNanos();
    loop.executeEvenClosed(
        () -> {
          try {
            var age = Duration.ofNanos(loop.nowNanos() - asked);
            answer.complete(what.apply(new Inspection(loop, false, age)));
          } catch (Throwable failure) {
            answer.completeExceptionally(failure);
          }
        });
    try {
      return answer.get(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      return fromOutside(loop, asked, what);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return fromOutside(loop, asked, what);
    } catch (ExecutionException failure) {
      throw new IllegalStateException(loop + " could not be looked at", failure.getCause());
    }
  }

  /** For the watchdog, which knows that the loop does not answer. */
  static LoopDump dumpOfStuck(IOLoop loop, int most) {
    return fromOutside(loop, loop.nowNanos(), inspection -> inspection.dump(most));
  }

  private static <R> R fromOutside(IOLoop loop, long asked, Function<Inspection, R> what) {
    RuntimeException spoilt = null;
    for (int i = 0; i < LOOKS_FROM_OUTSIDE; i++) {
      try {
        var age = Duration.ofNanos(loop.nowNanos() - asked);
        return what.apply(new Inspection(loop, true, age));
      } catch (RuntimeException again) {
        spoilt = again;
      }
    }
    throw new IllegalStateException(
        loop + " does not answer, and changes too fast to be looked at from outside", spoilt);
  }

  // ---------------------------------------------------------------- figures

  private LoopStats stats() {
    var tasks = allTasks();
    return loop.stats(
        queueAge,
        tasks.size(),
        (int) tasks.stream().filter(task -> task.waitingFor() != null).count());
  }

  private List<Task<?>> allTasks() {
    var all = new ArrayList<>(loop.strayTasks());
    loop.scopes().forEach(scope -> all.addAll(scope.children()));
    return all;
  }

  // ---------------------------------------------------------------- the dump

  private LoopDump dump(int most) {
    roomForTasks = most;
    return new LoopDump(
        loop.toString(),
        loop.carrier(),
        stuck,
        stats(),
        stuck ? StackText.whole(loop.stackTrace()) : List.of(),
        new Cycles().among(allTasks()),
        tasks(loop.strayTasks()),
        queue.suspendedRunners().stream()
            .filter(runner -> runner.waitingFor() != null)
            .limit(most)
            .map(runner -> coroutine("callback", runner, null))
            .toList(),
        loop.timers().next(most).stream()
            .map(timer -> new TimerDump(timer.deadline(), text(timer.callback())))
            .toList(),
        loop.io().open().entrySet().stream()
            .limit(most)
            .map(each -> resource(each.getKey(), each.getValue()))
            .toList(),
        loop.slowest());
  }

  private List<TaskDump> tasks(Collection<Task<?>> tasks) {
    var dumps = new ArrayList<TaskDump>();
    for (var task : tasks) {
      if (roomForTasks-- <= 0) {
        break;
      }
      dumps.add(coroutine(task.name(), task.coroutine(), task.createdAt()));
    }
    return dumps;
  }

  private TaskDump coroutine(String name, Coroutine coroutine, @Nullable Object startedAt) {
    var awaited = coroutine.waitingFor();
    var state = stateOf(coroutine, awaited);
    return new TaskDump(
        name,
        state,
        awaited == null ? null : waitFor(awaited),
        startedAt == null ? null : startedAt.toString(),
        state == TaskDump.State.RUNNING
            ? List.of()
            : StackText.ofUser(coroutine.thread().getStackTrace()),
        scopes.getOrDefault(coroutine, List.of()).stream()
            .map(
                scope ->
                    new ScopeDump(scope.deadline(), scope.isStopping(), tasks(scope.children())))
            .toList());
  }

  private TaskDump.State stateOf(Coroutine coroutine, @Nullable Object awaited) {
    if (coroutine == queue.mounted()) {
      return TaskDump.State.RUNNING;
    }
    if (awaited != null) {
      return TaskDump.State.WAITING;
    }
    return switch (coroutine.thread().getState()) {
      case WAITING, TIMED_WAITING, BLOCKED -> TaskDump.State.BLOCKED;
      case NEW, RUNNABLE, TERMINATED -> TaskDump.State.READY;
    };
  }

  static WaitDump waitFor(Object awaited) {
    if (awaited instanceof Task<?> task) {
      return new WaitDump("the end of task " + task.name(), null, null, null, List.of());
    }
    var wait = awaited instanceof Future<?> future ? future.waitsFor() : null;
    if (wait == null) {
      return new WaitDump(text(awaited), null, null, null, List.of());
    }
    var on = wait.on();
    return new WaitDump(
        wait.operation(),
        on == null ? null : text(on),
        Double.isNaN(wait.since()) ? null : wait.since(),
        Double.isInfinite(wait.deadline()) ? null : wait.deadline(),
        on instanceof Held held ? held.heldBy().stream().map(Task::name).toList() : List.of());
  }

  private static ResourceDump resource(Object resource, @Nullable Throwable opened) {
    var holder = resource instanceof BufferHolder each ? each : null;
    return new ResourceDump(
        text(resource),
        holder == null ? 0 : holder.receivedBytes(),
        holder == null ? 0 : holder.unsentBytes(),
        holder == null ? 0 : holder.bufferedBytes(),
        opened == null
            ? null
            : StackText.ofUser(opened.getStackTrace()).stream().findFirst().orElse(null));
  }

  /** The words of what may be the user's own class. */
  private static String text(@Nullable Object of) {
    String text;
    try {
      text = String.valueOf(of);
    } catch (RuntimeException failure) {
      text =
          Objects.requireNonNull(of).getClass().getName() + ", whose toString failed: " + failure;
    }
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
  }
}
