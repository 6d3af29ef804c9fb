// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import whirlwind.future.CancelledException;
import whirlwind.future.Futures;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Task;
import whirlwind.testing.LoopTest;
import whirlwind.testing.ManualClock;

/**
 * Random operations, cancellations and time-outs. First, step by step, against a sequential model
 * that says how every wait stands; then by many tasks at once, of which nothing may get lost.
 *
 * <p>{@code -Dwhirlwind.model.operations=1000000} puts each model to so many operations.
 */
@Timeout(SyncModelTest.LIMIT)
class SyncModelTest {
  /** Seconds, for a million operations. */
  static final int LIMIT = 600;

  private static final int RUNS = 60;
  private static final int TASKS = 40;

  private static void check(ManualClock clock, Supplier<? extends Model> made) {
    clock.autoAdvance(false);
    History.check(made);
  }

  @LoopTest(limitSeconds = LIMIT)
  @Tag("LCK-2")
  @Tag("LCK-4")
  @Tag("LCK-8")
  void aLockDoesAsItsModel(ManualClock clock) {
    check(clock, () -> new LockModel(clock, false));
  }

  @LoopTest(limitSeconds = LIMIT)
  @Tag("CND-2")
  @Tag("CND-5")
  @Tag("CND-11")
  @Tag("CND-12")
  void aConditionDoesAsItsModel(ManualClock clock) {
    check(clock, () -> new LockModel(clock, true));
  }

  @LoopTest(limitSeconds = LIMIT)
  @Tag("EVT-3")
  @Tag("EVT-6")
  void anEventDoesAsItsModel(ManualClock clock) {
    check(clock, () -> new EventModel(clock));
  }

  @LoopTest(limitSeconds = LIMIT)
  @Tag("SEM-2")
  @Tag("SEM-3")
  @Tag("SEM-8")
  void aSemaphoreDoesAsItsModel(ManualClock clock) {
    check(clock, () -> SemaphoreModel.plain(clock, 2));
  }

  @LoopTest(limitSeconds = LIMIT)
  @Tag("SEM-4")
  @Tag("SEM-8")
  void aBoundedSemaphoreDoesAsItsModel(ManualClock clock) {
    check(clock, () -> SemaphoreModel.bounded(clock, 2));
  }

  @LoopTest(limitSeconds = LIMIT)
  @Tag("LIM-1")
  @Tag("LIM-3")
  @Tag("LIM-4")
  void aCapacityLimiterDoesAsItsModel(ManualClock clock) {
    check(clock, () -> new LimiterModel(clock));
  }

  @LoopTest(limitSeconds = LIMIT)
  @Tag("QUE-3")
  @Tag("QUE-7")
  @Tag("QUE-8")
  @Tag("QUE-14")
  void aQueueDoesAsItsModel(ManualClock clock) {
    check(clock, () -> new QueueModel(clock, QueueModel.Kind.FIFO, 2));
    check(clock, () -> new QueueModel(clock, QueueModel.Kind.FIFO, 0));
  }

  @LoopTest(limitSeconds = LIMIT)
  @Tag("QUE-23")
  @Tag("QUE-14")
  void aPriorityQueueDoesAsItsModel(ManualClock clock) {
    check(clock, () -> new QueueModel(clock, QueueModel.Kind.PRIORITY, 3));
  }

  @LoopTest(limitSeconds = LIMIT)
  @Tag("QUE-25")
  @Tag("QUE-14")
  void aLifoQueueDoesAsItsModel(ManualClock clock) {
    check(clock, () -> new QueueModel(clock, QueueModel.Kind.LIFO, 3));
  }

  @LoopTest(limitSeconds = LIMIT)
  @Tag("BRC-1")
  @Tag("BRC-2")
  void aBroadcastDoesAsItsModel(ManualClock clock) {
    for (var policy : SlowSubscriber.values()) {
      check(clock, () -> new BroadcastModel(clock, policy, 2));
    }
  }

  @LoopTest(limitSeconds = LIMIT)
  @Tag("SEL-1")
  @Tag("SEL-2")
  @Tag("SEL-5")
  void aSelectDoesAsItsModel(ManualClock clock) {
    check(clock, () -> new SelectModel(clock));
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
