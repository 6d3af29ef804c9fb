// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import whirlwind.future.CancelledException;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Task;
import whirlwind.testing.LoopTest;

class QueueTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final List<Object> events = new ArrayList<>();

  @LoopTest
  @Tag("QUE-1")
  void aSizeOfZeroIsNoLimitAndLessIsRefused() {
    assertThat(new Queue<>().maxsize()).isZero();
    assertThat(new Queue<>(3).maxsize()).isEqualTo(3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Queue<>(-1))
        .withMessage("maxsize: wanted zero or more, got -1");
    var queue = new Queue<Integer>(0);
    for (int i = 0; i < 1000; i++) {
      queue.putNowait(i);
    }
    assertThat(queue.qsize()).isEqualTo(1000);
  }

  @LoopTest
  @Tag("QUE-2")
  void saysHowFullItIsWithoutThoseWhoWait() {
    var queue = new Queue<Integer>(1);
    assertThat(queue.empty()).isTrue();
    assertThat(queue.full()).isFalse();
    queue.putNowait(1);
    queue.put(2);
    assertThat(queue.qsize()).isEqualTo(1);
    assertThat(queue.empty()).isFalse();
    assertThat(queue.full()).isTrue();
    var endless = new Queue<Integer>();
    assertThat(endless.full()).isFalse();
    endless.putNowait(1);
    assertThat(endless.full()).isFalse();
  }

  @LoopTest
  @Tag("QUE-3")
  void firstInFirstOut() {
    var queue = new Queue<Integer>();
    for (int i : new int[] {1, 3, 2}) {
      queue.putNowait(i);
    }
    assertThat(List.of(queue.getNowait(), queue.getNowait(), queue.getNowait()))
        .containsExactly(1, 3, 2);
  }

  @LoopTest
  @Tag("QUE-4")
  @Tag("EXC-6")
  void immediateTwinsThrowTheLibrarysOwnExceptions() {
    var queue = new Queue<Integer>(1);
    assertThatThrownBy(queue::getNowait)
        .isExactlyInstanceOf(QueueEmptyException.class)
        .isNotInstanceOf(IllegalStateException.class)
        .hasMessageContaining("wanted a queue with an item, got Queue[maxsize 1, items []");
    queue.putNowait(1);
    assertThatThrownBy(() -> queue.putNowait(2))
        .isExactlyInstanceOf(QueueFullException.class)
        .isNotInstanceOf(IllegalStateException.class)
        .hasMessageContaining("wanted a queue with room, got Queue[maxsize 1, items [1]");

    assertThat(queue.getNowait()).isEqualTo(1);
    assertThatThrownBy(queue::getNowait).isInstanceOf(QueueEmptyException.class);
  }

  @LoopTest
  @Tag("QUE-5")
  void putWaitsWhileFullAndElseIsDoneAtOnce() {
    var queue = new Queue<Integer>(1);
    assertThat(queue.put(1).isDone()).isTrue();
    var waits = queue.put(2);
    Turns.pass();
    assertThat(waits.isDone()).isFalse();
    assertThat(queue.getNowait()).isEqualTo(1);

    assertThat(waits.isDone()).isTrue();
    assertThat(queue.getNowait()).isEqualTo(2);
  }

  @LoopTest
  @Tag("QUE-6")
  void anItemGoesToTheOldestGetterThatIsAlive() {
    var queue = new Queue<Integer>(1);
    var dead = queue.get();
    var first = queue.get();
    var second = queue.get();
    dead.cancel();

    assertThat(queue.put(1).isDone()).isTrue();
    assertThat(queue.qsize()).isZero();
    assertThat(first.result()).isEqualTo(1);
    assertThat(second.isDone()).isFalse();
    queue.putNowait(2);
    assertThat(second.result()).isEqualTo(2);
  }

  @LoopTest
  @Tag("QUE-7")
  void theOldestPuttersItemEntersBeforeOneIsTaken() {
    var queue = new Queue<Integer>(1);
    queue.putNowait(1);
    var dead = queue.put(0);
    var second = queue.put(2);
    var third = queue.put(3);
    dead.cancel();

    assertThat(queue.getNowait()).isEqualTo(1);
    assertThat(second.isDone()).isTrue();
    assertThat(third.isDone()).isFalse();
    assertThat(queue.qsize()).isEqualTo(1);
    assertThat(queue.get().result()).isEqualTo(2);
    assertThat(third.isDone()).isTrue();
    assertThat(queue.getNowait()).isEqualTo(3);
  }

  @LoopTest
  @Tag("QUE-8")
  void gettersAndPuttersAreEachServedInOrder() {
    var queue = new Queue<Integer>(1);
    for (int i = 0; i < 3; i++) {
      int number = i;
      queue.get().onComplete(_ -> events.add("get " + number));
    }
    for (int i = 0; i < 7; i++) {
      int number = i;
      queue.put(i).onComplete(_ -> events.add(number));
    }
    for (int i = 3; i < 7; i++) {
      assertThat(queue.getNowait()).isEqualTo(i);
    }
    Turns.pass();

    assertThat(events).containsExactly("get 0", 0, "get 1", 1, "get 2", 2, 3, 4, 5, 6);
  }

  @LoopTest
  @Tag("QUE-9")
  void theGetterResumesLaterAndNotInsideThePut(IOLoop loop) {
    var queue = new Queue<Integer>();
    loop.spawn(() -> events.add(queue.get().await()));
    Turns.pass();
    queue.putNowait(1);
    assertThat(events).isEmpty();
    Turns.pass();

    assertThat(events).containsExactly(1);
  }

  @LoopTest
  @Tag("QUE-16")
  void taskDoneIsRefusedOnceTooMany() {
    var queue = new Queue<Integer>();
    assertThatIllegalStateException().isThrownBy(queue::taskDone);
    queue.putNowait(1);
    queue.taskDone();

    assertThatIllegalStateException()
        .isThrownBy(queue::taskDone)
        .withMessageContaining("0 unfinished");
    queue.putNowait(2);
    assertThat(queue.join().isDone()).isFalse();
    queue.taskDone();
    assertThat(queue.join().isDone()).isTrue();
  }

  @LoopTest
  @Tag("QUE-17")
  void joinWaitsForTheWorkAndNotForTheItems() {
    var queue = new Queue<Integer>();
    assertThat(queue.join().isDone()).isTrue();
    assertThat(queue.join().isDone()).isTrue();
    queue.putNowait(1);
    queue.putNowait(2);
    var joins = queue.join();
    queue.getNowait();
    queue.getNowait();
    queue.taskDone();
    Turns.pass();
    assertThat(joins.isDone()).isFalse();
    queue.taskDone();

    assertThat(joins.isDone()).isTrue();
    assertThat(queue.join().isDone()).isTrue();
  }

  @LoopTest
  @Tag("QUE-17")
  void anItemHandedToAWaitingGetterIsWorkToo() {
    var queue = new Queue<Integer>();
    queue.get();
    queue.putNowait(1);
    assertThat(queue.join().isDone()).isFalse();
    queue.taskDone();

    assertThat(queue.join().isDone()).isTrue();
  }

  @LoopTest
  @Tag("QUE-18")
  void theItemsOfWaitingPuttersAreNoWorkYet() {
    var queue = new Queue<Integer>(1);
    queue.putNowait(1);
    queue.put(2);
    assertThat(queue.toString()).contains("1 unfinished");
    queue.getNowait();
    assertThat(queue.toString()).contains("2 unfinished");
    queue.taskDone();
    assertThat(queue.join().isDone()).isFalse();
  }

  @LoopTest
  @Tag("QUE-19")
  void aJoinThatWasReleasedStaysSo(IOLoop loop) {
    var queue = new Queue<Integer>();
    queue.putNowait(1);
    var task =
        loop.spawn(
            () -> {
              queue.join().await();
              return queue.qsize();
            });
    Turns.pass();
    queue.taskDone();
    queue.putNowait(2);

    assertThat(task.await()).isEqualTo(2);
    assertThat(queue.join().isDone()).isFalse();
  }

  @LoopTest
  @Tag("QUE-21")
  void gettingInAnEndlessLoopIsTheIteration(IOLoop loop) {
    var queue = new Queue<Integer>();
    var reader =
        loop.spawn(
            () -> {
              while (true) {
                events.add(queue.get().await());
              }
            });
    for (int i = 0; i < 5; i++) {
      queue.put(i).await();
      Futures.sleep(SECOND).await();
    }
    assertThat(events).containsExactly(0, 1, 2, 3, 4);
    assertThat(reader.isDone()).as("ended by itself").isFalse();
    reader.cancel();
    assertThatThrownBy(reader::await).isInstanceOf(CancelledException.class);
  }

  @LoopTest
  @Tag("QUE-22")
  void twoWorkersShareAllItems(IOLoop loop) {
    var queue = new Queue<Integer>();
    var workers = new ArrayList<Task<?>>();
    for (int i = 0; i < 2; i++) {
      workers.add(
          loop.spawn(
              () -> {
                while (true) {
                  events.add(queue.get().await());
                  Futures.moment().await();
                  queue.taskDone();
                }
              }));
    }
    for (int i = 0; i < 100; i++) {
      queue.put(i).await();
    }
    queue.join().await();
    workers.forEach(Task::cancel);

    assertThat(events).hasSize(100).doesNotHaveDuplicates();
    for (var worker : workers) {
      assertThatThrownBy(worker::await).isInstanceOf(CancelledException.class);
    }
  }

  @LoopTest
  @Tag("QUE-22")
  void aBoundedQueueKeepsOrderBetweenMakerAndUser(IOLoop loop) {
    var queue = new Queue<Integer>(3);
    var maker =
        loop.spawn(
            () -> {
              for (int i = 0; i < 20; i++) {
                queue.put(i).await();
                assertThat(queue.qsize()).isLessThanOrEqualTo(3);
              }
              return null;
            });
    for (int i = 0; i < 20; i++) {
      events.add(queue.get().await());
      Futures.moment().await();
    }
    maker.await();

    assertThat(events).isEqualTo(List.copyOf(IntStream.range(0, 20).boxed().toList()));
  }

  @LoopTest
  @Tag("QUE-26")
  void saysItsItemsWaitersAndWork() {
    var queue = new Queue<String>(1);
    queue.get();
    assertThat(queue).hasToString("Queue[maxsize 1, items [], 1 getting, 0 putting, 0 unfinished]");
    queue.putNowait("a");
    queue.putNowait("b");
    queue.put("c");
    assertThat(queue)
        .hasToString("Queue[maxsize 1, items [b], 0 getting, 1 putting, 2 unfinished]");
  }

  @LoopTest
  @SuppressWarnings("NullAway") // on purpose
  void nullIsNoItem() {
    var queue = new Queue<String>(1);
    assertThatNullPointerException().isThrownBy(() -> queue.put(null)).withMessage("item");
    assertThatNullPointerException().isThrownBy(() -> queue.putNowait(null)).withMessage("item");

    assertThat(queue.join().isDone()).isTrue();
  }
}
