// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import whirlwind.future.CancelledException;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.loop.Task;
import whirlwind.testing.LoopTest;

class LockTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final List<Object> events = new ArrayList<>();

  @LoopTest
  @Tag("LCK-1")
  void startsUnlockedAndIsThenAcquiredAtOnce() {
    var lock = new Lock();
    assertThat(lock.toString()).contains("unlocked");

    assertThat(lock.acquire().isDone()).isTrue();
    assertThat(lock.acquire().isDone()).isFalse();
  }

  @LoopTest
  @Tag("LCK-2")
  void coroutinesAndCallbacksAreServedInOrder(IOLoop loop) {
    var lock = new Lock();
    lock.acquire();
    var tasks = new ArrayList<Task<?>>();
    for (int i = 0; i < 6; i += 2) {
      int number = i;
      tasks.add(
          loop.spawn(
              () -> {
                try (var _ = lock.acquire().await()) {
                  events.add(number);
                  Futures.sleep(SECOND).await();
                }
                return null;
              }));
      Turns.pass();
      lock.acquire()
          .onComplete(
              _ -> {
                events.add(number + 1);
                lock.release();
              });
    }
    lock.release();
    Futures.all(tasks).await();
    Turns.pass();

    assertThat(events).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(lock.toString()).isEqualTo("Lock[unlocked, 0 waiting]");
  }

  @LoopTest
  @Tag("LCK-3")
  void releasingWhatNobodyHoldsFails() {
    var lock = new Lock();
    assertThatIllegalStateException().isThrownBy(lock::release).withMessageContaining("unlocked");
    lock.acquire();
    lock.release();
    assertThatIllegalStateException().isThrownBy(lock::release);

    assertThat(lock.acquire().isDone()).isTrue();
  }

  @LoopTest
  @Tag("LCK-4")
  void releaseHandsOverBeforeItReturns() {
    var lock = new Lock();
    lock.acquire();
    var second = lock.acquire();
    lock.release();
    var third = lock.acquire();

    assertThat(second.isDone()).isTrue();
    assertThat(third.isDone()).isFalse();
    lock.release();
    assertThat(third.isDone()).isTrue();
  }

  @LoopTest
  @Tag("LCK-5")
  void itsHolderWaitsTooAndAnybodyReleases(IOLoop loop) {
    var lock = new Lock();
    lock.acquire().await();
    var again = lock.acquire();
    Turns.pass();
    assertThat(again.isDone()).isFalse();
    loop.spawn(
            () -> {
              lock.release();
              return null;
            })
        .await();

    assertThat(again.isDone()).isTrue();
  }

  @LoopTest
  @Tag("LCK-6")
  @Tag("EXC-7")
  void timesOutAtTheDeadlineAndLeavesTheLockAsItWas(IOLoop loop) {
    var lock = new Lock();
    var held = lock.acquire().await();

    assertThatThrownBy(() -> lock.acquire(SECOND).await())
        .isInstanceOf(TimeoutException.class)
        .hasMessage("Lock.acquire() was not done within 1 s");
    assertThat(loop.time()).isEqualTo(1.0);
    assertThat(lock.toString()).isEqualTo("Lock[locked, 0 waiting]");
    held.close();
    assertThat(lock.acquire().isDone()).isTrue();
  }

  @LoopTest
  @Tag("LCK-6")
  void noTimeAtAllTakesAFreeLockAndElseIsOverNextTurn(IOLoop loop) {
    for (var timeout : List.of(Duration.ZERO, Duration.ofSeconds(-5))) {
      var lock = new Lock();
      assertThat(lock.acquire(timeout).isDone()).isTrue();
      assertThatThrownBy(() -> lock.acquire(timeout).await()).isInstanceOf(TimeoutException.class);
    }
    assertThat(loop.time()).isZero();
  }

  @LoopTest
  @Tag("LCK-6")
  void aReleaseBeforeTheDeadlineWins(IOLoop loop) {
    var lock = new Lock();
    lock.acquire();
    var second = lock.acquire(SECOND);
    loop.callLater(SECOND.dividedBy(2), lock::release);
    Futures.sleep(SECOND.multipliedBy(2)).await();

    assertThat(second.result()).isNotNull();
    assertThat(lock.toString()).isEqualTo("Lock[locked, 0 waiting]");
  }

  @LoopTest
  @Tag("LCK-7")
  void aBlockReleasesHoweverItEndsAndOnlyOnce() {
    var lock = new Lock();
    try (var _ = lock.acquire().await()) {
      assertThat(lock.toString()).startsWith("Lock[locked");
    }
    assertThat(lock.toString()).startsWith("Lock[unlocked");
    var failure = new IllegalArgumentException("planted");
    assertThatThrownBy(
            () -> {
              try (var _ = lock.acquire().await()) {
                throw failure;
              }
            })
        .isSameAs(failure);
    assertThat(lock.toString()).startsWith("Lock[unlocked");
    var held = lock.acquire().await();
    held.close();
    var others = lock.acquire().await();
    held.close();

    assertThat(lock.toString()).startsWith("Lock[locked");
    others.close();
  }

  @LoopTest
  @Tag("LCK-7")
  void aPermitWhoseLockWasReleasedByHandTakesItFromNobody() {
    var lock = new Lock();
    var stale = lock.acquire().await();
    lock.release();
    var others = lock.acquire().await();
    stale.close();

    assertThat(lock.toString()).startsWith("Lock[locked");
    others.close();
    assertThat(lock.toString()).startsWith("Lock[unlocked");
  }

  @Test
  @Tag("LCK-7")
  void theLockItselfIsNothingToCloseOrAwait() {
    for (var type : List.of(Lock.class, Semaphore.class, Condition.class)) {
      assertThat(AutoCloseable.class.isAssignableFrom(type)).isFalse();
      assertThat(CompletionStage.class.isAssignableFrom(type)).isFalse();
    }
  }

  @LoopTest
  @Tag("LCK-8")
  void whoeverIsCancelledInTheLineIsSkipped() {
    var lock = new Lock();
    lock.acquire();
    var line = new ArrayList<Future<Permit>>();
    for (int i = 0; i < 5; i++) {
      line.add(lock.acquire());
    }
    for (int i : new int[] {0, 2, 4}) { // the first, one between, the last
      assertThat(line.get(i).cancel()).isTrue();
    }
    assertThat(lock.toString()).isEqualTo("Lock[locked, 2 waiting]");
    lock.release();
    assertThat(line.get(1).isDone()).isTrue();
    assertThat(line.get(3).isDone()).isFalse();
    lock.release();

    assertThat(line.get(3).isDone()).isTrue();
    lock.release();
    assertThat(lock.toString()).isEqualTo("Lock[unlocked, 0 waiting]");
  }

  @LoopTest
  @Tag("LCK-9")
  void aTaskCancelledAfterTheHandOffStillGivesItOn(IOLoop loop) {
    var lock = new Lock();
    lock.acquire();
    var task =
        loop.spawn(
            () -> {
              try (var _ = lock.acquire().await()) {
                events.add("held");
                Futures.sleep(SECOND).await();
                events.add("never");
              }
              return null;
            });
    Turns.pass();
    var next = lock.acquire();
    lock.release();
    task.cancel();
    assertThatThrownBy(task::await).isInstanceOf(CancelledException.class);

    assertThat(events).containsExactly("held");
    assertThat(next.isDone()).isTrue();
  }

  @LoopTest
  @Tag("LCK-9")
  void aHandOffThatOvertakesACancellationArrives(IOLoop loop) {
    var lock = new Lock();
    lock.acquire();
    var task = loop.spawn(() -> lock.acquire().await());
    Turns.pass();
    var next = lock.acquire();
    task.cancel();
    lock.release(); // in the same turn: the task has not run yet
    assertThat(task.isDone()).isFalse();
    Turns.pass();

    // It was still in the line, so the lock is its own, and a value wins over the cancellation.
    var permit = task.await();
    assertThat(next.isDone()).isFalse();
    permit.close();
    assertThat(next.isDone()).isTrue();
  }

  @Test
  @Timeout(20)
  @Tag("LCK-10")
  void aRefusedAcquireLeavesNobodyInTheLine() {
    var loop = new IOLoop(LoopOptions.defaults());
    var lock = loop.runSync(Lock::new);
    loop.runSync(lock::acquire);
    loop.close();

    assertThatIllegalStateException().isThrownBy(() -> lock.acquire(SECOND));
    assertThat(lock.toString()).isEqualTo("Lock[locked, 0 waiting]");
    lock.release();
    assertThat(lock.toString()).isEqualTo("Lock[unlocked, 0 waiting]");
  }

  @LoopTest
  @Tag("LCK-10")
  void otherThreadsAreRefusedBeforeAnythingChanges(IOLoop loop) {
    var lock = new Lock();
    var held = lock.acquire().await();
    for (Runnable call : List.<Runnable>of(lock::acquire, lock::release, held::close)) {
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
    assertThat(lock.toString()).isEqualTo("Lock[locked, 0 waiting]");
    held.close();
    assertThat(lock.toString()).isEqualTo("Lock[unlocked, 0 waiting]");
  }

  @LoopTest
  @Tag("LCK-10")
  void aTimeoutBeyondAllMeasureIsForEver() {
    var lock = new Lock();
    lock.acquire();
    var second = lock.acquire(Duration.ofSeconds(Long.MAX_VALUE));
    Turns.pass();
    assertThat(second.isDone()).isFalse();
    lock.release();

    assertThat(second.isDone()).isTrue();
  }

  @LoopTest
  @Tag("LCK-11")
  void saysItsStateAndHowManyWait() {
    var lock = new Lock();
    assertThat(lock).hasToString("Lock[unlocked, 0 waiting]");
    lock.acquire();
    lock.acquire();
    assertThat(lock).hasToString("Lock[locked, 1 waiting]");
  }
}
