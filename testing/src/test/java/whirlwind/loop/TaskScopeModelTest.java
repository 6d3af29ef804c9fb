// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import whirlwind.future.CancelledException;
import whirlwind.future.Futures;
import whirlwind.testing.LoopTest;

/**
 * Random scopes in random scopes, whose children succeed, fail, sleep, wait for each other, spawn
 * more, ignore cancellations and clean up slowly. Whatever happens, no child outlives its block and
 * no failure gets lost.
 */
class TaskScopeModelTest {
  private static final int RUNS = 300;
  private static final int MOST_CHILDREN = 40;

  /** Everything that happens in one run. */
  private static final class Run {
    final Random random;
    final AtomicInteger alive = new AtomicInteger();
    final Set<Throwable> thrown = new HashSet<>();
    int spawned;

    Run(long seed) {
      random = new Random(seed);
    }

    Duration someTime() {
      return Duration.ofMillis(random.nextInt(5));
    }

    boolean oneIn(int chances) {
      return random.nextInt(chances) == 0;
    }

    RuntimeException failure() {
      var failure = new IllegalStateException("failure " + thrown.size());
      thrown.add(failure);
      return failure;
    }

    /** A scope with a random block; afterwards none of its children may be alive. */
    String scope(int depth) {
      var here = new AtomicInteger();
      try {
        return TaskScope.run(
            oneIn(4) ? someTime() : null,
            scope -> {
              for (int i = random.nextInt(4); i >= 0; i--) {
                spawn(scope, here, depth);
              }
              return act(scope, here, depth);
            });
      } finally {
        assertThat(here.get()).as("children alive after their scope").isZero();
      }
    }

    void spawn(TaskScope scope, AtomicInteger siblings, int depth) {
      if (spawned < MOST_CHILDREN) {
        spawned++;
        scope.spawn(() -> child(scope, siblings, depth));
      }
    }

    String child(TaskScope scope, AtomicInteger siblings, int depth) {
      siblings.incrementAndGet();
      alive.incrementAndGet();
      // The resource closes even if the body fails, and a failure of both keeps both.
      try (AutoCloseable _ = () -> cleanUp(siblings)) {
        return act(scope, siblings, depth);
      } catch (RuntimeException failure) {
        throw failure;
      } catch (Exception impossible) {
        throw new AssertionError(impossible);
      }
    }

    private void cleanUp(AtomicInteger siblings) {
      try {
        if (oneIn(3)) {
          Futures.sleep(someTime()).await(); // a slow one, which may be cancelled in turn
        }
        if (oneIn(12)) {
          raise(failure());
        }
      } finally {
        siblings.decrementAndGet();
        alive.decrementAndGet();
      }
    }

    String act(TaskScope scope, AtomicInteger siblings, int depth) {
      for (int steps = random.nextInt(4); steps >= 0; steps--) {
        switch (random.nextInt(12)) {
          case 0, 1, 2 -> Futures.sleep(someTime()).await();
          case 3 -> Futures.moment().await();
          case 4 -> spawn(scope, siblings, depth);
          case 5 -> raise(failure());
          case 6 -> ignoreCancellation();
          case 7 -> scope.stop(someTime());
          case 8 -> cancelSomebody(scope);
          case 9 -> awaitSomebody(scope);
          case 10 -> {
            if (oneIn(3)) {
              scope.cancel();
            }
          }
          default -> {
            if (depth < 3) {
              scope(depth + 1);
            }
          }
        }
      }
      return "value";
    }

    private void ignoreCancellation() {
      try {
        Futures.sleep(someTime()).await();
      } catch (CancelledException cancelled) {
        thrown.removeAll(cancelled.failures()); // swallowed here, on purpose
      }
    }

    private void cancelSomebody(TaskScope scope) {
      var tasks = scope.tasks();
      if (!tasks.isEmpty()) {
        tasks.get(random.nextInt(tasks.size())).cancel();
      }
    }

    /** Only older ones, as two that wait for each other wait for ever. */
    private void awaitSomebody(TaskScope scope) {
      var tasks = scope.tasks();
      if (!tasks.isEmpty() && tasks.getFirst().waitingFor() == null) {
        Futures.withTimeout(someTime(), tasks.getFirst(), List.of(Throwable.class)).await();
      }
    }
  }

  private static void raise(RuntimeException failure) {
    throw failure;
  }

  @LoopTest(limitSeconds = 60)
  void noChildOutlivesItsBlockAndNoFailureIsLost(IOLoop loop) {
    for (int seed = 0; seed < RUNS; seed++) {
      var run = new Run(seed);
      var task = loop.spawn(() -> run.scope(0));
      if (run.oneIn(4)) {
        loop.callLater(run.someTime(), task::cancel);
      }
      var seen = new ArrayList<Throwable>();
      try {
        task.await();
      } catch (RuntimeException failure) {
        seen.addAll(TaskScopeTest.failuresIn(failure));
      }

      assertThat(run.alive.get()).as("alive after seed " + seed).isZero();
      assertThat(seen).as("failures of seed " + seed).containsAll(run.thrown);
      assertThat(loop.tasks()).as("tasks left by seed " + seed).hasSize(1);
      // Nothing may be left over for whoever runs in this coroutine next.
      Futures.moment().await();
    }
  }
}
