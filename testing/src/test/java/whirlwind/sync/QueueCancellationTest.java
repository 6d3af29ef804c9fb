// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import whirlwind.future.CancelledException;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

/** Putters, getters and joiners that are cancelled or time out: nothing is lost by that. */
class QueueCancellationTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static void assertTimesOut(Future<?> waits, String message) {
    assertThatThrownBy(waits::await).isInstanceOf(TimeoutException.class).hasMessage(message);
  }

  @LoopTest
  @Tag("QUE-10")
  @Tag("EXC-7")
  void aPutThatTimesOutAddsNothing(IOLoop loop) {
    var queue = new Queue<Integer>(1);
    queue.putNowait(1);
    assertTimesOut(queue.put(2, SECOND), "Queue.put() was not done within 1 s");

    assertThat(loop.time()).isEqualTo(1.0);
    assertThat(queue.getNowait()).isEqualTo(1);
    assertThat(queue.empty()).isTrue();
    assertThat(queue.toString()).contains("1 unfinished");
  }

  @LoopTest
  @Tag("QUE-10")
  void aGetBeforeTheDeadlineLetsThePutIn() {
    var queue = new Queue<Integer>(1);
    queue.putNowait(1);
    var waits = queue.put(2, SECOND);
    queue.getNowait();
    Futures.sleep(SECOND.multipliedBy(2)).await();

    assertThat(waits.exception()).isNull();
    assertThat(queue.getNowait()).isEqualTo(2);
  }

  @LoopTest
  @Tag("QUE-11")
  @Tag("EXC-7")
  void aGetThatTimesOutTakesNothing(IOLoop loop) {
    var queue = new Queue<Integer>();
    var late = queue.get(SECOND);
    var patient = queue.get();
    assertTimesOut(late, "Queue.get() was not done within 1 s");
    assertThat(loop.time()).isEqualTo(1.0);
    queue.putNowait(1);

    assertThat(patient.result()).isEqualTo(1);
  }

  @LoopTest
  @Tag("QUE-11")
  void aPutBeforeTheDeadlineIsGot() {
    var queue = new Queue<Integer>();
    var waits = queue.get(SECOND);
    queue.putNowait(1);
    Futures.sleep(SECOND.multipliedBy(2)).await();

    assertThat(waits.result()).isEqualTo(1);
  }

  @LoopTest
  @Tag("QUE-12")
  void theExpiredAreGoneWhereverTheyStood() {
    var queue = new Queue<Integer>(1);
    var getters = List.of(queue.get(SECOND), queue.get(), queue.get(SECOND));
    Futures.sleep(SECOND.multipliedBy(2)).await();
    assertThat(queue.toString()).contains("1 getting");
    queue.putNowait(1);
    assertThat(getters.get(1).result()).isEqualTo(1);
    queue.putNowait(2);
    var putters = List.of(queue.put(3, SECOND), queue.put(4), queue.put(5, SECOND));
    Futures.sleep(SECOND.multipliedBy(2)).await();
    assertThat(queue.toString()).contains("1 putting");

    assertThat(queue.getNowait()).isEqualTo(2);
    assertThat(queue.getNowait()).isEqualTo(4);
    assertThat(queue.empty()).isTrue();
    for (int i : new int[] {0, 2}) {
      assertThat(getters.get(i).exception()).isInstanceOf(TimeoutException.class);
      assertThat(putters.get(i).exception()).isInstanceOf(TimeoutException.class);
    }
  }

  @LoopTest
  @Tag("QUE-13")
  void noTimeAtAllIsOverAtOnceUnlessNothingIsWaitedFor(IOLoop loop) {
    for (var timeout : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
      var queue = new Queue<Integer>(1);
      assertThat(queue.join(timeout).isDone()).isTrue();
      assertTimesOut(
          queue.get(timeout), "Queue.get() was not done within " + Futures.inWords(timeout));
      assertThat(queue.put(1, timeout).isDone()).isTrue();
      assertThatThrownBy(() -> queue.put(2, timeout).await()).isInstanceOf(TimeoutException.class);
      assertThatThrownBy(() -> queue.join(timeout).await()).isInstanceOf(TimeoutException.class);
      assertThat(queue.get(timeout).result()).isEqualTo(1);
    }
    assertThat(loop.time()).isZero();
  }

  @LoopTest
  @Tag("QUE-14")
  void theCancelledNeitherGiveNorTake() {
    var queue = new Queue<Integer>(1);
    var getter = queue.get();
    assertThat(getter.cancel()).isTrue();
    queue.putNowait(1);
    assertThat(queue.qsize()).isEqualTo(1);
    var putter = queue.put(2);
    assertThat(putter.cancel()).isTrue();

    assertThat(queue.getNowait()).isEqualTo(1);
    assertThat(queue.empty()).isTrue();
    assertThat(queue.toString()).contains("0 getting, 0 putting, 1 unfinished");
  }

  @LoopTest
  @Tag("QUE-14")
  void aCancelledTaskGivesItsPlaceUp(IOLoop loop) {
    var queue = new Queue<Integer>();
    var task = loop.spawn(() -> queue.get().await());
    Turns.pass();
    var next = queue.get();
    task.cancel();
    assertThatThrownBy(task::await).isInstanceOf(CancelledException.class);
    queue.putNowait(1);

    assertThat(next.result()).isEqualTo(1);
  }

  @LoopTest
  @Tag("QUE-15")
  void aTaskCancelledAfterTheHandOffStillGetsItsItem(IOLoop loop) {
    var queue = new Queue<Integer>();
    var task =
        loop.spawn(
            () -> {
              int item = queue.get().await();
              try {
                Futures.sleep(SECOND).await(); // here the cancellation comes
              } catch (CancelledException cancelled) {
                queue.putNowait(item);
                throw cancelled;
              }
              return null;
            });
    Turns.pass();
    queue.putNowait(1);
    task.cancel();
    assertThatThrownBy(task::await).isInstanceOf(CancelledException.class);

    assertThat(queue.getNowait()).isEqualTo(1);
  }

  @LoopTest
  @Tag("QUE-15")
  void anItemHandedOverCannotBeCancelledAway() {
    var queue = new Queue<Integer>();
    var waits = queue.get();
    queue.putNowait(1);

    assertThat(waits.cancel()).isFalse();
    assertThat(waits.result()).isEqualTo(1);
  }

  @LoopTest
  @Tag("QUE-20")
  @Tag("EXC-7")
  void aJoinTimesOutAndAnotherGoesOn(IOLoop loop) {
    var queue = new Queue<Integer>();
    queue.putNowait(1);
    var patient = queue.join();
    assertTimesOut(queue.join(SECOND), "Queue.join() was not done within 1 s");
    assertThat(loop.time()).isEqualTo(1.0);
    assertThat(patient.isDone()).isFalse();
    queue.taskDone();

    assertThat(patient.isDone()).isTrue();
  }

  @LoopTest
  void otherThreadsAreRefusedBeforeAnythingChanges(IOLoop loop) {
    var queue = new Queue<Integer>(1);
    for (Runnable call :
        List.<Runnable>of(
            () -> queue.put(1),
            () -> queue.putNowait(1),
            queue::get,
            queue::getNowait,
            queue::taskDone,
            queue::join)) {
      assertThatIllegalStateException()
          .isThrownBy(
              () ->
                  loop.runInExecutor(
                          () -> {
                            call.run();
                            return null;
                          })
                      .await())
          .withMessageContaining("wanted a caller on IOLoop");
    }
    assertThat(queue.toString()).contains("items [], 0 getting, 0 putting, 0 unfinished");
  }
}
