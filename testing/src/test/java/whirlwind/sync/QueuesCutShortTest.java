// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import whirlwind.future.Futures;
import whirlwind.testing.CancelEverywhere;
import whirlwind.testing.LogRecorderExtension;

/**
 * Queues and broadcasts, with one of their users cut short at every place: every item that was put
 * is got once or still there, and none that was not.
 */
@ExtendWith(LogRecorderExtension.class)
@ResourceLock("whirlwind.log")
class QueuesCutShortTest {
  private static final Duration MILLI = Duration.ofMillis(1);
  private static final Integer[] ITEMS = {0, 1, 2, 3, 4, 5};

  /** Takes one item, or throws {@link QueueClosedException}. */
  private interface Getting {
    Integer get(Queue<Integer> queue, @Nullable Duration timeout);
  }

  private static List<Supplier<Queue<Integer>>> kinds() {
    return List.of(() -> new Queue<>(2), () -> new PriorityQueue<>(2), () -> new LifoQueue<>(2));
  }

  /** Puts all items, sometimes resting, and closes. */
  private static Callable<?> producer(Queue<Integer> queue) {
    return () -> {
      for (int item : ITEMS) {
        queue.put(item).await();
        if (item % 2 == 0) {
          Futures.sleep(MILLI).await();
        }
      }
      queue.close();
      return null;
    };
  }

  /** Takes an item now and then, until the end. */
  private static Callable<?> consumer(Queue<Integer> queue, List<Integer> got) {
    return () -> {
      for (var item : queue) {
        got.add(item);
        Futures.sleep(MILLI.multipliedBy(2)).await();
      }
      return null;
    };
  }

  private static void checkGetters(Supplier<Queue<Integer>> made, Getting getting) {
    CancelEverywhere.check(
        trial -> {
          var queue = made.get();
          var got = new ArrayList<Integer>();
          trial.subject(
              () -> {
                try {
                  while (true) {
                    got.add(getting.get(queue, trial.timeout()));
                    Futures.moment().await();
                  }
                } catch (QueueClosedException _) {
                  return null;
                }
              });
          trial.alongside(producer(queue));
          trial.alongside(consumer(queue, got));
          trial.afterwards(
              () -> {
                assertThat(trial.stuck()).isZero();
                assertThat(got).containsExactlyInAnyOrder(ITEMS);
                assertThat(queue.waiting()).isEmpty();
              });
        });
  }

  @Test
  @Tag("QUE-11")
  @Tag("QUE-14")
  @Tag("QUE-15")
  void getters() {
    for (var made : kinds()) {
      checkGetters(made, (queue, timeout) -> queue.get(timeout).await());
    }
  }

  @Test
  @Tag("SEL-5")
  void gettersThatSelect() {
    for (var made : kinds()) {
      checkGetters(
          made,
          (queue, timeout) ->
              Select.first(
                      Case.get(new Queue<Integer>(), item -> item),
                      Case.get(queue, item -> item),
                      Case.set(new Event(), () -> -1))
                  .await()
                  .run());
    }
  }

  @Test
  @Tag("QUE-21")
  void anIteration() {
    CancelEverywhere.check(
        trial -> {
          var queue = new Queue<Integer>(2);
          var got = new ArrayList<Integer>();
          trial.alongside(producer(queue));
          trial.subject(consumer(queue, got));
          trial.afterwards(
              () -> {
                while (!queue.empty()) {
                  got.add(queue.getNowait());
                }
                assertThat(got).startsWith(0, 1, 2).isSorted();
                assertThat(queue.waiting()).isEmpty();
              });
        });
  }

  /** A put that came back without an exception has put, any other has not. */
  private static void checkPutters(Supplier<Queue<Integer>> made, boolean select) {
    CancelEverywhere.check(
        trial -> {
          var queue = made.get();
          var put = new ArrayList<Integer>();
          var got = new ArrayList<Integer>();
          trial.subject(
              () -> {
                for (int item : ITEMS) {
                  if (select) {
                    Select.first(
                            Case.get(new Queue<Integer>(), _ -> false),
                            Case.put(queue, item, () -> true))
                        .await();
                  } else {
                    queue.put(item, trial.timeout()).await();
                  }
                  put.add(item);
                }
                return null;
              });
          trial.alongside(
              () -> {
                queue.put(7).await();
                put.add(7);
                return null;
              });
          trial.alongside(
              () -> {
                while (true) {
                  Futures.sleep(MILLI).await();
                  got.add(queue.get().await());
                }
              });
          trial.afterwards(
              () -> {
                assertThat(got).containsExactlyInAnyOrderElementsOf(put).contains(7);
                assertThat(queue.toString()).contains("0 getting, 0 putting, " + put.size());
              });
        });
  }

  @Test
  @Tag("QUE-10")
  @Tag("QUE-14")
  void putters() {
    for (var made : kinds()) {
      checkPutters(made, false);
      checkPutters(made, true);
    }
  }

  @Test
  @Tag("QUE-20")
  void joiners() {
    CancelEverywhere.check(
        trial -> {
          var queue = new Queue<Integer>();
          queue.putNowait(1);
          trial.subject(() -> queue.join(trial.timeout()).await());
          trial.alongside(() -> queue.join().await());
          trial.alongside(
              () -> {
                Futures.sleep(MILLI).await();
                queue.taskDone();
                return null;
              });
          trial.afterwards(
              () -> {
                assertThat(trial.stuck()).isZero();
                assertThat(queue.waiting()).isEmpty();
              });
        });
  }

  // ---------------------------------------------------------------- broadcasts

  /** Receives all, slowly, into a list of its own. */
  private static Callable<?> receiver(Subscription<Integer> subscription, List<Integer> received) {
    return () -> {
      for (var item : subscription) {
        received.add(item);
        Futures.sleep(MILLI).await();
      }
      return null;
    };
  }

  /** What was published reaches everybody, what was cut short nobody. */
  @Test
  @Tag("BRC-3")
  void aPublisher() {
    CancelEverywhere.check(
        trial -> {
          var channel = new Broadcast<Integer>(1, SlowSubscriber.WAIT);
          var published = new ArrayList<Integer>();
          var first = new ArrayList<Integer>();
          var second = new ArrayList<Integer>();
          trial.alongside(receiver(channel.subscribe(), first));
          trial.alongside(receiver(channel.subscribe(), second));
          trial.subject(
              () -> {
                for (int item : ITEMS) {
                  channel.publish(item, trial.timeout()).await();
                  published.add(item);
                }
                return null;
              });
          trial.alongside(
              () -> {
                Futures.sleep(MILLI.multipliedBy(9)).await();
                channel.publish(7).await();
                published.add(7);
                channel.close();
                return null;
              });
          trial.afterwards(
              () -> {
                assertThat(trial.stuck()).isZero();
                assertThat(first).isEqualTo(published).contains(7);
                assertThat(second).isEqualTo(published);
              });
        });
  }

  /** One who is cut short has lost nothing either, and holds up nobody once it has closed. */
  @Test
  @Tag("BRC-1")
  void aSubscriber() {
    CancelEverywhere.check(
        trial -> {
          var channel = new Broadcast<Integer>(1, SlowSubscriber.WAIT);
          var subjects = channel.subscribe();
          var got = new ArrayList<Integer>();
          var other = new ArrayList<Integer>();
          trial.subject(
              () -> {
                try {
                  while (got.size() < 3) {
                    got.add(subjects.get(trial.timeout()).await());
                    Futures.sleep(MILLI).await();
                  }
                } finally {
                  while (subjects.size() > 0) {
                    got.add(subjects.getNowait());
                  }
                  subjects.close();
                }
                return null;
              });
          trial.alongside(receiver(channel.subscribe(), other));
          trial.alongside(
              () -> {
                for (int item : ITEMS) {
                  channel.publish(item).await();
                }
                channel.close();
                return null;
              });
          trial.afterwards(
              () -> {
                assertThat(trial.stuck()).isZero();
                assertThat(other).containsExactly(ITEMS).startsWith(got.toArray(new Integer[0]));
                assertThat(channel.subscribers()).isZero();
              });
        });
  }
}
