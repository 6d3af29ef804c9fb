// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import whirlwind.future.CancelledException;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Task;
import whirlwind.testing.LoopTest;
import whirlwind.testing.ManualClock;

/**
 * Random operations, cancellations and time-outs. First, step by step, against a sequential model
 * that says how every wait stands; then by many tasks at once, of which nothing may get lost.
 */
class SyncModelTest {
  private static final int RUNS = 60;
  private static final int STEPS = 250;
  private static final int TASKS = 40;

  private enum Stand {
    PENDING,
    GRANTED,
    TIMED_OUT,
    CANCELLED
  }

  /** One wait, and how it should stand. */
  private static final class Wait {
    final Future<?> future;
    final long deadline;
    final int item;
    Stand stand = Stand.PENDING;

    Wait(Future<?> future, long deadline, int item) {
      this.future = future;
      this.deadline = deadline;
      this.item = item;
    }
  }

  /** What all models have in common: time, and lines in which waits come to an end. */
  private abstract static class Model {
    final Random random;
    final List<Wait> all = new ArrayList<>();
    long now;

    Model(long seed) {
      random = new Random(seed);
    }

    abstract void operate();

    abstract Stream<Deque<Wait>> lines();

    @Nullable Duration randomTimeout() {
      return random.nextBoolean() ? null : Duration.ofMillis(random.nextInt(-1, 6));
    }

    Wait started(Future<?> future, @Nullable Duration timeout, int item) {
      long deadline = timeout == null ? Long.MAX_VALUE : now + timeout.toMillis();
      var wait = new Wait(future, deadline, item);
      all.add(wait);
      return wait;
    }

    void cancelSomebody() {
      var pending = all.stream().filter(wait -> wait.stand == Stand.PENDING).toList();
      if (!pending.isEmpty()) {
        var wait = pending.get(random.nextInt(pending.size()));
        assertThat(wait.future.cancel()).isTrue();
        leave(wait, Stand.CANCELLED);
      }
    }

    void letTimePass(ManualClock clock) {
      int millis = random.nextInt(3);
      clock.advance(Duration.ofMillis(millis));
      now += millis;
      Turns.pass();
      for (var wait : all) {
        if (wait.stand == Stand.PENDING && wait.deadline <= now) {
          leave(wait, Stand.TIMED_OUT);
        }
      }
    }

    private void leave(Wait wait, Stand stand) {
      wait.stand = stand;
      lines().forEach(line -> line.remove(wait));
    }

    void verify() {
      for (var wait : all) {
        assertThat(standOf(wait.future)).isEqualTo(wait.stand);
      }
    }

    private static Stand standOf(Future<?> future) {
      if (!future.isDone()) {
        return Stand.PENDING;
      }
      return switch (future.exception()) {
        case null -> Stand.GRANTED;
        case TimeoutException _ -> Stand.TIMED_OUT;
        case CancelledException _ -> Stand.CANCELLED;
        case Throwable other -> throw new AssertionError(other);
      };
    }

    void run(ManualClock clock) {
      for (int step = 0; step < STEPS; step++) {
        switch (random.nextInt(8)) {
          case 0 -> cancelSomebody();
          case 1, 2 -> letTimePass(clock);
          default -> operate();
        }
        verify();
      }
      while (all.stream().anyMatch(wait -> wait.stand == Stand.PENDING)) {
        cancelSomebody();
      }
      verify();
    }
  }

  private static final class SemaphoreModel extends Model {
    final Semaphore semaphore;
    final Deque<Wait> line = new ArrayDeque<>();
    int free;

    SemaphoreModel(long seed) {
      super(seed);
      free = random.nextInt(4);
      semaphore = new Semaphore(free);
    }

    @Override
    void operate() {
      if (random.nextBoolean()) {
        var timeout = randomTimeout();
        var wait = started(semaphore.acquire(timeout), timeout, 0);
        if (free > 0) {
          free--;
          wait.stand = Stand.GRANTED;
        } else {
          line.add(wait);
        }
      } else {
        semaphore.release();
        if (line.isEmpty()) {
          free++;
        } else {
          line.remove().stand = Stand.GRANTED;
        }
      }
    }

    @Override
    void verify() {
      super.verify();
      assertThat(semaphore)
          .hasToString("Semaphore[" + free + " free, " + line.size() + " waiting]");
    }

    @Override
    Stream<Deque<Wait>> lines() {
      return Stream.of(line);
    }
  }

  private static final class QueueModel extends Model {
    final int maxsize;
    final Queue<Integer> queue;
    final Deque<Integer> items = new ArrayDeque<>();
    final Deque<Wait> getters = new ArrayDeque<>();
    final Deque<Wait> putters = new ArrayDeque<>();
    int made;

    QueueModel(long seed) {
      super(seed);
      maxsize = random.nextInt(1, 4);
      queue = new Queue<>(maxsize);
    }

    @Override
    void operate() {
      var timeout = randomTimeout();
      if (random.nextBoolean()) {
        int item = made++;
        put(item, started(queue.put(item, timeout), timeout, item));
      } else {
        get(started(queue.get(timeout), timeout, 0));
      }
    }

    private void put(int item, Wait wait) {
      if (items.size() == maxsize) {
        putters.add(wait);
        return;
      }
      wait.stand = Stand.GRANTED;
      if (getters.isEmpty()) {
        items.add(item);
      } else {
        granted(getters.remove(), item);
      }
    }

    private void get(Wait wait) {
      if (items.isEmpty()) {
        getters.add(wait);
        return;
      }
      granted(wait, items.remove());
      if (!putters.isEmpty()) {
        var putter = putters.remove();
        putter.stand = Stand.GRANTED;
        items.add(putter.item);
      }
    }

    private static void granted(Wait getter, int item) {
      getter.stand = Stand.GRANTED;
      assertThat(getter.future.result()).isEqualTo(item);
    }

    @Override
    void verify() {
      super.verify();
      assertThat(queue.toString())
          .startsWith(
              "Queue[maxsize %d, items %s, %d getting, %d putting, "
                  .formatted(maxsize, items, getters.size(), putters.size()));
    }

    @Override
    Stream<Deque<Wait>> lines() {
      return Stream.of(getters, putters);
    }
  }

  @LoopTest(limitSeconds = 60)
  @Tag("SEM-2")
  @Tag("SEM-8")
  void aSemaphoreDoesAsItsModel(ManualClock clock) {
    clock.autoAdvance(false);
    for (int seed = 0; seed < RUNS; seed++) {
      new SemaphoreModel(seed).run(clock);
    }
  }

  @LoopTest(limitSeconds = 60)
  @Tag("QUE-8")
  @Tag("QUE-14")
  void aQueueDoesAsItsModel(ManualClock clock) {
    clock.autoAdvance(false);
    for (int seed = 0; seed < RUNS; seed++) {
      new QueueModel(seed).run(clock);
    }
  }

  // ---------------------------------------------------------------- tasks

  /** Something that a task does over and over until it is cancelled. */
  @FunctionalInterface
  private interface Deed {
    void run();
  }

  /**
   * Runs {@code deed} in many tasks, cancels each at a time of its own, and waits for their end.
   */
  private static void inManyTasks(IOLoop loop, Random random, Deed deed) {
    var tasks = new ArrayList<Task<?>>();
    for (int i = 0; i < TASKS; i++) {
      var task =
          loop.spawn(
              () -> {
                while (true) {
                  deed.run();
                }
              });
      tasks.add(task);
      loop.callLater(Duration.ofMillis(random.nextInt(1, 30)), task::cancel);
    }
    for (var task : tasks) {
      Throwable end = null;
      try {
        task.await();
      } catch (CancelledException cancelled) {
        end = cancelled;
      }
      assertThat(end).isNotNull();
    }
  }

  private static void rest(Random random) {
    if (random.nextBoolean()) {
      Futures.moment().await();
    } else {
      Futures.sleep(Duration.ofMillis(random.nextInt(3))).await();
    }
  }

  @LoopTest(limitSeconds = 60)
  @Tag("LCK-9")
  @Tag("SEM-8")
  void allPermitsComeBackFromCancelledTasks(IOLoop loop) {
    for (int seed = 0; seed < RUNS; seed++) {
      var random = new Random(seed);
      var semaphore = new Semaphore(3);
      var inside = new AtomicInteger();
      inManyTasks(
          loop,
          random,
          () -> {
            var timeout = random.nextBoolean() ? null : Duration.ofMillis(random.nextInt(4));
            try (var _ = semaphore.acquire(timeout).await()) {
              assertThat(inside.incrementAndGet()).isLessThanOrEqualTo(3);
              try {
                rest(random);
              } finally {
                inside.decrementAndGet();
              }
            } catch (TimeoutException _) {
              Futures.moment().await();
            }
          });
      assertThat(semaphore).hasToString("Semaphore[3 free, 0 waiting]");
    }
  }

  @LoopTest(limitSeconds = 60)
  @Tag("QUE-15")
  @Tag("QUE-14")
  void everyItemIsGotOnceOrStillThere(IOLoop loop) {
    for (int seed = 0; seed < RUNS; seed++) {
      var random = new Random(seed);
      var queue = new Queue<Integer>(2);
      var made = new AtomicInteger();
      var put = new TreeSet<Integer>();
      var got = new ArrayList<Integer>();
      inManyTasks(
          loop,
          random,
          () -> {
            var timeout = random.nextBoolean() ? null : Duration.ofMillis(random.nextInt(4));
            try {
              if (random.nextBoolean()) {
                int item = made.getAndIncrement();
                queue.put(item, timeout).await();
                put.add(item);
              } else {
                got.add(queue.get(timeout).await());
              }
              rest(random);
            } catch (TimeoutException _) {
              Futures.moment().await();
            }
          });
      while (!queue.empty()) {
        got.add(queue.getNowait());
      }
      assertThat(got).as("seed " + seed).containsExactlyInAnyOrderElementsOf(put);
      assertThat(queue.toString()).contains("0 getting, 0 putting");
    }
  }

  @LoopTest(limitSeconds = 60)
  @Tag("CND-11")
  @Tag("CND-12")
  void whoeverWaitsForAConditionHoldsTheLockBeforeAndAfter(IOLoop loop) {
    for (int seed = 0; seed < RUNS; seed++) {
      var random = new Random(seed);
      var condition = new Condition();
      var inside = new AtomicInteger();
      inManyTasks(
          loop,
          random,
          () -> {
            try (var _ = condition.acquire().await()) {
              assertThat(inside.incrementAndGet()).isEqualTo(1);
              try {
                if (random.nextBoolean()) {
                  condition.notify(random.nextInt(3));
                  rest(random);
                } else {
                  inside.decrementAndGet();
                  try {
                    condition.whenNotified(Duration.ofMillis(random.nextInt(8))).await();
                  } finally {
                    assertThat(inside.incrementAndGet()).isEqualTo(1);
                  }
                }
              } finally {
                inside.decrementAndGet();
              }
            }
          });
      assertThat(condition).hasToString("Condition[Lock[unlocked, 0 waiting], 0 waiting]");
    }
  }
}
