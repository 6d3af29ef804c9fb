// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;
import whirlwind.future.CancelledException;
import whirlwind.future.Futures;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.loop.MakeCurrent;
import whirlwind.loop.Task;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;

class ConditionTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final List<Object> events = new ArrayList<>();

  /** A task that waits, says what came of it and lets the lock go; it has begun to wait. */
  private Task<Boolean> waiter(IOLoop loop, Condition condition, Object name) {
    return waiter(loop, condition, name, null);
  }

  private Task<Boolean> waiter(IOLoop loop, Condition condition, Object name, Duration timeout) {
    var task =
        loop.spawn(
            () -> {
              try (var _ = condition.acquire().await()) {
                boolean notified = condition.whenNotified(timeout).await();
                events.add(name);
                return notified;
              }
            });
    Turns.pass();
    return task;
  }

  private void waiters(IOLoop loop, Condition condition, int count) {
    for (int i = 0; i < count; i++) {
      waiter(loop, condition, i);
    }
  }

  private static void notify(Condition condition, int count) {
    try (var _ = condition.acquire().await()) {
      condition.notify(count);
    }
    Turns.pass();
  }

  private static void notifyAllOf(Condition condition) {
    try (var _ = condition.acquire().await()) {
      condition.notifyWaiters();
    }
    Turns.pass();
    Turns.pass();
  }

  @LoopTest
  @Tag("CND-1")
  @Tag("CND-2")
  void notifiesOneOrManyOrAllInOrder(IOLoop loop) {
    var condition = new Condition();
    waiters(loop, condition, 7);
    try (var _ = condition.acquire().await()) {
      condition.notifyOne();
    }
    Turns.pass();
    assertThat(events).containsExactly(0);
    notify(condition, 2);
    assertThat(events).containsExactly(0, 1, 2);
    notifyAllOf(condition);

    assertThat(events).containsExactly(0, 1, 2, 3, 4, 5, 6);
    assertThat(condition).hasToString("Condition[Lock[unlocked, 0 waiting], 0 waiting]");
  }

  @LoopTest
  @Tag("CND-1")
  void aNotifiedWaitIsTrue(IOLoop loop) {
    var condition = new Condition();
    var task = waiter(loop, condition, "waiter");
    notify(condition, 1);

    assertThat(task.await()).isTrue();
  }

  @LoopTest
  @Tag("CND-3")
  void theNotifiedResumeLaterAndNotInsideTheCall(IOLoop loop) {
    var condition = new Condition();
    waiters(loop, condition, 1);
    try (var _ = condition.acquire().await()) {
      condition.notifyOne();
      assertThat(events).isEmpty();
      Turns.pass();
      assertThat(events).as("while the notifier holds the lock").isEmpty();
    }
    assertThat(events).isEmpty();
    Turns.pass();

    assertThat(events).containsExactly(0);
  }

  @LoopTest
  @Tag("CND-4")
  void aTimeOutIsFalse(IOLoop loop) {
    var condition = new Condition();

    assertThat(waiter(loop, condition, "late", SECOND).await()).isFalse();
    assertThat(loop.time()).isEqualTo(1.0);
  }

  @LoopTest
  @Tag("CND-4")
  void aNotificationBeforeTheDeadlineWins(IOLoop loop) {
    var condition = new Condition();
    var task = waiter(loop, condition, "waiter", SECOND);
    try (var _ = condition.acquire().await()) {
      condition.notifyOne();
      // It is notified, and waits for the lock alone when its time is up.
      Futures.sleep(SECOND.multipliedBy(2)).await();
    }
    assertThat(task.await()).isTrue();
  }

  @LoopTest
  @Tag("CND-5")
  void theTimedOutAndTheCancelledDoNotCount(IOLoop loop) {
    var condition = new Condition();
    waiter(loop, condition, 0);
    var late = waiter(loop, condition, 1, SECOND);
    var cancelled = waiter(loop, condition, 2);
    waiter(loop, condition, 3);
    waiter(loop, condition, 4);
    late.await();
    cancelled.cancel();
    Turns.pass();
    events.clear();
    notify(condition, 2);

    assertThat(events).containsExactly(0, 3);
    notifyAllOf(condition);
    assertThat(events).containsExactly(0, 3, 4);
  }

  @LoopTest
  @Tag("CND-6")
  void whoNotifiesOnWakingLosesNoNotification(IOLoop loop) {
    var condition = new Condition();
    for (int i = 0; i < 3; i++) {
      int number = i;
      loop.spawn(
          () -> {
            try (var _ = condition.acquire().await()) {
              condition.whenNotified().await();
              events.add(number);
              condition.notifyOne();
            }
            return null;
          });
      Turns.pass();
    }
    notify(condition, 1);
    Turns.pass();

    assertThat(events).containsExactly(0, 1, 2);
  }

  @LoopTest
  @Tag("CND-7")
  void aNotificationForNobodyIsForgottenAndZeroWakesNobody(IOLoop loop) {
    var condition = new Condition();
    notify(condition, 1);
    notifyAllOf(condition);
    waiters(loop, condition, 1);
    assertThat(events).isEmpty();
    notify(condition, 0);
    assertThat(events).isEmpty();
    try (var _ = condition.acquire().await()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> condition.notify(-1))
          .withMessage("count: wanted zero or more, got -1");
    }
    Turns.pass();
    assertThat(events).isEmpty();
    notify(condition, 1);

    assertThat(events).containsExactly(0);
  }

  @LoopTest
  @Tag("CND-8")
  void theDeadAreGoneAtOnce(IOLoop loop) {
    var condition = new Condition();
    var line = new ArrayList<Task<Boolean>>();
    for (int i = 0; i < 101; i++) {
      line.add(waiter(loop, condition, i, SECOND));
    }
    var alive = waiter(loop, condition, "alive");
    Futures.all(line).await();

    assertThat(condition).hasToString("Condition[Lock[unlocked, 0 waiting], 1 waiting]");
    notify(condition, 1);
    assertThat(alive.await()).isTrue();
  }

  @LoopTest
  @Tag("CND-9")
  void noTimeAtAllIsOverAtOnce(IOLoop loop) {
    var condition = new Condition();
    assertThat(waiter(loop, condition, "zero", Duration.ZERO).await()).isFalse();
    assertThat(waiter(loop, condition, "less", Duration.ofSeconds(-1)).await()).isFalse();

    assertThat(loop.time()).isZero();
  }

  @LoopTest
  @Tag("CND-10")
  void ownsALock() {
    var condition = new Condition();
    try (var _ = condition.acquire().await()) {
      assertThatThrownBy(() -> condition.acquire(SECOND).await())
          .isInstanceOf(TimeoutException.class);
    }
    condition.acquire().await();
    condition.release();

    assertThatIllegalStateException().isThrownBy(condition::release);
  }

  @LoopTest
  @Tag("CND-10")
  void twoConditionsShareALock(IOLoop loop) {
    var lock = new Lock();
    var empty = new Condition(lock);
    var full = new Condition(lock);
    waiter(loop, empty, "empty");
    waiter(loop, full, "full");
    try (var _ = lock.acquire().await()) {
      assertThatIllegalStateException().isThrownBy(new Condition()::notifyOne);
      full.notifyOne();
    }
    Turns.pass();

    assertThat(events).containsExactly("full");
    notify(empty, 1);
    assertThat(events).containsExactly("full", "empty");
  }

  @LoopTest
  @Tag("CND-11")
  void waitingAndNotifyingWithoutTheLockFails() {
    var condition = new Condition();
    for (Runnable call :
        List.<Runnable>of(
            condition::whenNotified,
            condition::notifyOne,
            () -> condition.notify(2),
            condition::notifyWaiters)) {
      assertThatIllegalStateException()
          .isThrownBy(call::run)
          .withMessageContaining("wanted a lock that is held, got Lock[unlocked");
    }
  }

  @LoopTest
  @Tag("CND-11")
  void waitingReleasesTheLockAndHoldsItAgainWhenItIsOver(IOLoop loop) {
    var condition = new Condition();
    for (var timeout : List.of(SECOND, SECOND.multipliedBy(10))) {
      try (var _ = condition.acquire().await()) {
        var waits = condition.whenNotified(timeout);
        var other = condition.acquire();
        assertThat(other.isDone()).as("released at once").isTrue();
        loop.callLater(
            SECOND.multipliedBy(2),
            () -> {
              condition.notifyOne();
              other.result().close();
            });
        assertThat(waits.await()).isEqualTo(timeout != SECOND);
        assertThat(condition.toString()).startsWith("Condition[Lock[locked, 0 waiting]");
        assertThat(loop.time()).as("not before the other let go").isIn(2.0, 4.0);
      }
      assertThat(condition.toString()).startsWith("Condition[Lock[unlocked, 0 waiting]");
    }
  }

  @LoopTest
  @Tag("CND-11")
  void aCancelledTaskHoldsTheLockAgainBeforeItsAwaitThrows(IOLoop loop) {
    var condition = new Condition();
    var task =
        loop.spawn(
            () -> {
              try (var _ = condition.acquire().await()) {
                try {
                  condition.whenNotified().await();
                } finally {
                  events.add(condition + " at " + loop.time());
                }
              }
              return null;
            });
    Turns.pass();
    var others = condition.acquire().await();
    task.cancel();
    Turns.pass();
    task.cancel(); // it waits for the lock all the same
    Turns.pass();
    assertThat(events).isEmpty();
    Futures.sleep(SECOND).await();
    others.close();

    assertThatThrownBy(task::await).isInstanceOf(CancelledException.class);
    assertThat(events).containsExactly("Condition[Lock[locked, 0 waiting], 0 waiting] at 1.0");
    assertThat(condition).hasToString("Condition[Lock[unlocked, 0 waiting], 0 waiting]");
  }

  @LoopTest
  @Tag("CND-11")
  void aCancelledFutureIsDoneWhenTheLockIsHeldAgain() {
    var condition = new Condition();
    var held = condition.acquire().await();
    var waits = condition.whenNotified();
    var others = condition.acquire().await();
    assertThat(waits.cancel()).isTrue();
    assertThat(waits.isDone()).isFalse();
    others.close();

    assertThat(waits.isCancelled()).isTrue();
    assertThat(condition).hasToString("Condition[Lock[locked, 0 waiting], 0 waiting]");
    held.close();
    assertThat(condition).hasToString("Condition[Lock[unlocked, 0 waiting], 0 waiting]");
  }

  @LoopTest
  @Tag("CND-11")
  void aPermitClosedMeanwhileDoesNotWantTheLockAgain() {
    var condition = new Condition();
    var lent = condition.acquire().await();
    var waits = condition.whenNotified();
    var others = condition.acquire().await();
    lent.close();
    assertThat(condition.toString()).startsWith("Condition[Lock[locked");
    condition.notifyOne();
    var next = condition.acquire();
    assertThat(next.isDone()).as("the closed permit released nothing of others").isFalse();
    others.close();

    assertThat(waits.result()).isTrue();
    assertThat(next.isDone()).isTrue();
    next.result().close();
    assertThat(condition).hasToString("Condition[Lock[unlocked, 0 waiting], 0 waiting]");
  }

  @Test
  @Timeout(20)
  @ResourceLock("whirlwind.log")
  @Tag("CND-11")
  void aLoopThatClosesWaitsForNoLock() {
    var loop = new IOLoop(LoopOptions.defaults().withMakeCurrent(MakeCurrent.NEVER));
    loop.runSync(
        () -> {
          var condition = new Condition();
          waiters(loop, condition, 3);
          loop.spawn(
              () -> {
                condition.acquire().await();
                Futures.sleep(Duration.ofHours(1)).await();
                return null;
              });
          Turns.pass();
          return null;
        });
    try (var log = new LogRecorder()) {
      loop.close();
      log.expect(Level.WARNING, "tasks that have not ended");
    }
    assertThat(events).isEmpty();
  }

  @LoopTest
  @Tag("CND-12")
  void aWaiterCancelledAfterItsNotificationPassesItOn(IOLoop loop) {
    var condition = new Condition();
    var cancelled = waiter(loop, condition, "cancelled");
    var next = waiter(loop, condition, "next");
    try (var _ = condition.acquire().await()) {
      condition.notifyOne();
      cancelled.cancel(); // it has the notification, and not yet the lock
      Turns.pass();
    }
    Turns.pass();

    assertThatThrownBy(cancelled::await).isInstanceOf(CancelledException.class);
    assertThat(next.await()).isTrue();
    assertThat(events).containsExactly("next");
    assertThat(condition).hasToString("Condition[Lock[unlocked, 0 waiting], 0 waiting]");
  }

  @LoopTest
  @Tag("CND-12")
  void aWaiterCancelledAfterItHasTheLockHasTheNotification(IOLoop loop) {
    var condition = new Condition();
    var task = waiter(loop, condition, "first");
    waiter(loop, condition, "second");
    try (var _ = condition.acquire().await()) {
      condition.notifyOne();
    }
    task.cancel(); // the value is there, and wins
    Turns.pass();

    assertThat(task.await()).isTrue();
    assertThat(events).containsExactly("first");
    notify(condition, 1);
    assertThat(events).containsExactly("first", "second");
  }

  @LoopTest
  @Tag("CND-12")
  void aTimeOutThatIsThenCancelledPassesNothingOn(IOLoop loop) {
    var condition = new Condition();
    var late = waiter(loop, condition, "late", SECOND);
    waiter(loop, condition, "next");
    try (var _ = condition.acquire().await()) {
      Futures.sleep(SECOND.multipliedBy(2)).await();
      late.cancel();
      Turns.pass();
    }
    assertThatThrownBy(late::await).isInstanceOf(CancelledException.class);
    assertThat(events).isEmpty();
    notify(condition, 1);
    assertThat(events).containsExactly("next");
  }
}
