// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Tag;
import whirlwind.future.CancelledException;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

/** Queues that end, and going through them item by item. */
class QueueCloseTest {

  private static void assertClosed(Future<?> waits, String operation) {
    assertThatThrownBy(waits::await)
        .isInstanceOf(QueueClosedException.class)
        .hasMessageStartingWith(operation + ": wanted a queue that is open, got Queue[closed");
  }

  @LoopTest
  @Tag("QUE-21")
  @Tag("QUE-27")
  void whatIsInAClosedQueueIsStillGotAndThenComesTheEnd() {
    var queue = new Queue<Integer>();
    queue.putNowait(1);
    queue.putNowait(2);
    queue.close();
    assertThat(queue.isClosed()).isTrue();
    assertThat(queue.get().result()).isEqualTo(1);
    assertThat(queue.getNowait()).isEqualTo(2);

    assertThatThrownBy(queue::get).isInstanceOf(QueueClosedException.class);
    assertThatThrownBy(queue::getNowait)
        .isInstanceOf(QueueClosedException.class)
        .hasMessage(
            "getNowait(): wanted a queue that is open, got Queue[closed, maxsize 0, items [],"
                + " 0 getting, 0 putting, 2 unfinished]");
  }

  @LoopTest
  @Tag("QUE-27")
  void nothingEntersAClosedQueue() {
    var queue = new Queue<Integer>(1);
    queue.close();
    queue.close(); // harmless
    assertThatThrownBy(() -> queue.put(1)).isInstanceOf(QueueClosedException.class);
    assertThatThrownBy(() -> queue.putNowait(1)).isInstanceOf(QueueClosedException.class);
    assertThat(queue.qsize()).isZero();

    assertThat(queue.join().isDone()).isTrue();
  }

  @LoopTest
  @Tag("QUE-28")
  void whoWaitsIsToldInOrderAndItsItemStaysOut() {
    var queue = new Queue<Integer>(1);
    var getters = List.of(queue.get(), queue.get());
    queue.close();
    getters.forEach(each -> assertClosed(each, "get()"));
    var full = new Queue<Integer>(1);
    full.putNowait(1);
    var putters = List.of(full.put(2), full.put(3));
    full.close();
    putters.forEach(each -> assertClosed(each, "put()"));

    assertThat(full.getNowait()).isEqualTo(1);
    assertThat(full.empty()).isTrue();
  }

  @LoopTest
  @Tag("QUE-17")
  void aJoinOfAClosedQueueWaitsForTheWorkAllTheSame() {
    var queue = new Queue<Integer>();
    queue.putNowait(1);
    var joined = queue.join();
    queue.close();
    queue.getNowait();
    assertThat(joined.isDone()).isFalse();
    queue.taskDone();

    assertThat(joined.isDone()).isTrue();
  }

  @LoopTest
  @Tag("QUE-21")
  @Tag("QUE-22")
  void aForStatementTakesItemsAsTheyComeAndEndsByItself(IOLoop loop) {
    var queue = new Queue<Integer>(2);
    var taken = new ArrayList<Integer>();
    var worker =
        loop.spawn(
            () -> {
              for (var item : queue) {
                taken.add(item);
                queue.taskDone();
              }
              return "ended";
            });
    for (int i = 0; i < 10; i++) {
      queue.put(i).await();
    }
    queue.join().await();
    assertThat(worker.isDone()).isFalse();
    queue.close();

    assertThat(worker.await()).isEqualTo("ended");
    assertThat(taken).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @LoopTest
  @Tag("QUE-21")
  @Tag("QUE-22")
  void severalForStatementsShareTheItems(IOLoop loop) {
    var queue = new Queue<Integer>();
    var taken = new ArrayList<Integer>();
    var workers = new ArrayList<Future<Object>>();
    for (int i = 0; i < 3; i++) {
      workers.add(
          loop.spawn(
              () -> {
                for (var item : queue) {
                  taken.add(item);
                  Futures.moment().await();
                }
                return null;
              }));
    }
    for (int i = 0; i < 100; i++) {
      queue.put(i).await();
    }
    queue.close();
    Futures.all(workers).await();

    assertThat(taken).hasSize(100).doesNotHaveDuplicates();
  }

  @LoopTest
  @Tag("QUE-21")
  void whatAForStatementHasNotReachedIsStillThere() {
    var queue = new Queue<Integer>();
    List.of(1, 2, 3).forEach(queue::putNowait);
    for (var item : queue) {
      if (item == 2) {
        break;
      }
    }
    assertThat(queue.getNowait()).isEqualTo(3);
    queue.close();
    var end = queue.iterator();
    assertThat(end.hasNext()).isFalse();
    assertThat(end.hasNext()).isFalse();

    assertThatThrownBy(end::next).isInstanceOf(NoSuchElementException.class);
  }

  @LoopTest
  @Tag("QUE-15")
  void aCancelledForStatementTakesNothing(IOLoop loop) {
    var queue = new Queue<Integer>();
    var worker =
        loop.spawn(
            () -> {
              for (var item : queue) {
                throw new AssertionError("got " + item);
              }
              return null;
            });
    Turns.pass();
    worker.cancel();
    assertThatThrownBy(worker::await).isInstanceOf(CancelledException.class);
    queue.putNowait(1);

    assertThat(queue.getNowait()).isEqualTo(1);
  }
}
