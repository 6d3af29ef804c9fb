// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.System.Logger.Level;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import whirlwind.future.CancelledException;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LogRecorderExtension;
import whirlwind.testing.LoopTest;

class TaskTest {

  private static final Duration HOUR = Duration.ofHours(1);

  private final List<String> events = new ArrayList<>();

  // ---------------------------------------------------------------- a task is a future

  @LoopTest
  void hasWhatItsBodyReturnsOrThrows(IOLoop loop) {
    var failure = new IllegalArgumentException();
    var failing =
        loop.spawn(
            () -> {
              throw failure;
            });

    assertThat(loop.spawn(() -> "value").await()).isEqualTo("value");
    assertThat(catchThrowable(failing::await)).isSameAs(failure);
    assertThat(failing.isCancelled()).isFalse();
  }

  @LoopTest
  void runsOnALaterTurn(IOLoop loop) {
    var task = loop.spawn(() -> events.add("task"));
    events.add("spawned");
    task.await();

    assertThat(events).containsExactly("spawned", "task");
  }

  @LoopTest
  void canBeStartedFromAnyThread(IOLoop loop) {
    var task = new Promise<Task<Boolean>>();
    Thread.ofPlatform().start(() -> task.setResult(loop.spawn(loop::isCurrent)));

    assertThat(task.await().await()).isTrue();
  }

  @LoopTest
  void badArgumentsFailAtTheCall(IOLoop loop) {
    assertThatNullPointerException()
        .isThrownBy(() -> loop.spawn(null))
        .withMessageContaining("body");
    assertThatNullPointerException()
        .isThrownBy(() -> loop.spawn(null, () -> ""))
        .withMessageContaining("name");
    assertThat(loop.tasks()).hasSize(1);
  }

  @LoopTest
  void saysForDiagnosisWhatItIs(IOLoop loop) {
    var promise = new Promise<String>();
    var task = loop.spawn("the-name", () -> awaitInThisMethod(promise));
    var unnamed = loop.spawn(() -> "");
    Futures.moment().await();

    assertThat(task.name()).isEqualTo("the-name");
    assertThat(unnamed.name()).isNotEmpty().isNotEqualTo(task.name());
    assertThat(task.createdAt().getMethodName()).isEqualTo("saysForDiagnosisWhatItIs");
    assertThat(task.waitingFor()).isSameAs(promise);
    assertThat(task.stackTrace())
        .extracting(StackTraceElement::getMethodName)
        .contains("awaitInThisMethod");
    assertThat(task.toString()).contains("the-name", "pending", "saysForDiagnosisWhatItIs");
    assertThat(loop.tasks()).contains(task).doesNotContain(unnamed);
    promise.setResult("value");
    task.await();
    assertThat(task.waitingFor()).isNull();
    assertThat(task.toString()).contains("value");
    assertThat(loop.tasks()).doesNotContain(task);
  }

  private static String awaitInThisMethod(Future<String> future) {
    return future.await();
  }

  // ---------------------------------------------------------------- cancelling

  @LoopTest
  void cancelThrowsAtTheCurrentAwaitExactlyOnce(IOLoop loop) {
    var task =
        loop.spawn(
            () -> {
              var first = catchThrowable(() -> Futures.sleep(HOUR).await());
              events.add(first.getClass().getSimpleName());
              Futures.sleep(HOUR).await();
              return "went on";
            });
    Futures.moment().await();

    assertThat(task.cancel()).isTrue();
    assertThat(task.isDone()).as("a task first gets to clean up").isFalse();
    assertThat(task.await()).isEqualTo("went on");
    assertThat(events).containsExactly("CancelledException");
    assertThat(task.cancel()).as("on a done task").isFalse();
  }

  @LoopTest
  void aTaskThatLetsItPassIsCancelled(IOLoop loop) {
    var task = loop.spawn(() -> Futures.sleep(HOUR).await());
    Futures.moment().await();
    double before = loop.time();
    task.cancel();

    assertThat(catchThrowable(task::await)).isInstanceOf(CancelledException.class);
    assertThat(task.isCancelled()).isTrue();
    assertThat(loop.time()).isEqualTo(before);
  }

  @LoopTest
  void aTaskThatCancelsItselfFailsAtItsNextAwaitThatWaits(IOLoop loop) {
    var self = new Promise<Task<?>>();
    var task =
        loop.spawn(
            () -> {
              self.await().cancel();
              events.add("goes on");
              Futures.completed("").await();
              events.add("done futures do not throw");
              Futures.moment().await();
              events.add("never");
              return "";
            });
    self.setResult(task);

    assertThat(catchThrowable(task::await)).isInstanceOf(CancelledException.class);
    assertThat(events).containsExactly("goes on", "done futures do not throw");
  }

  @LoopTest
  void cleanUpMayAwait(IOLoop loop) {
    var task =
        loop.spawn(
            () -> {
              try {
                return new Promise<String>().await();
              } finally {
                Futures.sleep(HOUR).await();
                Futures.moment().await();
                events.add("cleaned up");
              }
            });
    Futures.moment().await();
    task.cancel();

    assertThat(catchThrowable(task::await)).isInstanceOf(CancelledException.class);
    assertThat(events).containsExactly("cleaned up");
    assertThat(loop.time()).isEqualTo(3600);
  }

  @LoopTest
  void cancelledDuringItsCleanUpItIsCancelledAgain(IOLoop loop) {
    var task =
        loop.spawn(
            () -> {
              try {
                return new Promise<String>().await();
              } finally {
                events.add(catchThrowable(Futures.sleep(HOUR)::await).getClass().getSimpleName());
              }
            });
    Futures.moment().await();
    task.cancel();
    Futures.moment().await();
    task.cancel();

    assertThat(catchThrowable(task::await)).isInstanceOf(CancelledException.class);
    assertThat(events).containsExactly("CancelledException");
    assertThat(loop.time()).isZero();
  }

  @LoopTest
  void aTaskThatHasNotBegunDoesNotBegin(IOLoop loop) {
    var task = loop.spawn(() -> events.add("began"));

    assertThat(task.cancel()).isTrue();
    assertThat(catchThrowable(task::await)).isInstanceOf(CancelledException.class);
    assertThat(task.isCancelled()).isTrue();
    assertThat(events).isEmpty();
  }

  @LoopTest
  void cancelFromAForeignThreadSaysWhereItBelongs(IOLoop loop) throws InterruptedException {
    var task = loop.spawn(() -> "ran");
    var thrown = new Throwable[1];
    Thread.ofPlatform()
        .name("a-stranger")
        .start(() -> thrown[0] = catchThrowable(task::cancel))
        .join();

    assertThat(thrown[0])
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a-stranger")
        .hasMessageContaining(loop.name())
        .hasMessageContaining("addCallback");
    assertThat(task.await()).isEqualTo("ran");
  }

  // ---------------------------------------------------------------- and the operation awaited

  @LoopTest
  void cancelWithdrawsTheOperationOfTheOnlyWaiter(IOLoop loop) {
    var operation = cancellable();
    var task = loop.spawn(operation::await);
    Futures.moment().await();
    task.cancel();
    Futures.moment().await();

    assertThat(events).containsExactly("withdrawn");
    assertThat(operation.isCancelled()).isTrue();
    assertThat(task.isCancelled()).isTrue();
  }

  private Promise<String> cancellable() {
    var promise = new Promise<String>();
    return promise.onCancel(
        cause -> {
          events.add("withdrawn");
          return promise.tryCancel(cause);
        });
  }

  @LoopTest
  void cancelLeavesAnOperationThatOthersAwait(IOLoop loop) {
    var operation = cancellable();
    var cancelled = loop.spawn(operation::await);
    var other = loop.spawn(operation::await);
    Futures.moment().await();
    cancelled.cancel();
    assertThat(catchThrowable(cancelled::await)).isInstanceOf(CancelledException.class);
    assertThat(operation.isDone()).isFalse();
    operation.setResult("for the other");

    assertThat(other.await()).isEqualTo("for the other");
    assertThat(events).isEmpty();
  }

  @LoopTest
  void theLastOfSeveralToBeCancelledWithdrawsIt(IOLoop loop) {
    var operation = cancellable();
    var tasks = new ArrayList<Task<String>>();
    for (int i = 0; i < 4; i++) {
      tasks.add(loop.spawn(operation::await));
    }
    Futures.moment().await();
    for (int next : new int[] {2, 0, 3}) {
      tasks.get(next).cancel();
      Futures.moment().await();
      assertThat(events).isEmpty();
    }
    tasks.get(1).cancel();
    Futures.moment().await();

    assertThat(events).containsExactly("withdrawn");
    assertThat(tasks).allMatch(Task::isCancelled);
  }

  @LoopTest
  void aCallbackIsAWaiterToo(IOLoop loop) {
    var operation = cancellable();
    operation.onComplete(outcome -> events.add(outcome.toString()));
    var task = loop.spawn(operation::await);
    Futures.moment().await();
    task.cancel();
    Futures.moment().await();
    assertThat(operation.isDone()).isFalse();
    operation.setResult("value");
    Futures.moment().await();

    assertThat(events).hasSize(1).first().asString().contains("value");
  }

  @LoopTest
  void aViewIsNotCancelledWithItsWaiter(IOLoop loop) {
    var operation = cancellable();
    var task = loop.spawn(operation.view()::await);
    Futures.moment().await();
    task.cancel();

    assertThat(catchThrowable(task::await)).isInstanceOf(CancelledException.class);
    assertThat(operation.isDone()).isFalse();
  }

  @LoopTest
  void aTaskThatAwaitsAnotherDoesNotCancelItWhenCancelled(IOLoop loop) {
    var inner = loop.spawn(() -> Futures.sleep(HOUR).await());
    var outer = loop.spawn(inner::await);
    Futures.moment().await();
    outer.cancel();

    assertThat(catchThrowable(outer::await)).isInstanceOf(CancelledException.class);
    assertThat(inner.isDone()).isFalse();
    inner.await();
    assertThat(inner.isCancelled()).isFalse();
  }

  /** What was handed over must reach the one to whom it was handed: it would be lost otherwise. */
  @LoopTest
  void aValueThatArrivedFirstWinsAndIsNotLost(IOLoop loop) {
    var promise = cancellable();
    var task =
        loop.spawn(
            () -> {
              events.add(promise.await());
              Futures.moment().await();
              return "never";
            });
    Futures.moment().await();
    promise.setResult("value");
    task.cancel();

    assertThat(catchThrowable(task::await)).isInstanceOf(CancelledException.class);
    assertThat(events).containsExactly("value");
  }

  @LoopTest
  void aCancellationThatArrivedFirstWinsAndTheLateValueIsRefused(IOLoop loop) {
    var promise = cancellable();
    var task = loop.spawn(promise::await);
    Futures.moment().await();
    task.cancel();
    // Not yet withdrawn: the waiter has not run. The value is there first, after all.
    assertThat(promise.trySetResult("value")).isTrue();
    assertThat(task.await()).isEqualTo("value");

    var second = cancellable();
    var late = loop.spawn(second::await);
    Futures.moment().await();
    late.cancel();
    Futures.moment().await();
    assertThat(second.trySetResult("too late")).isFalse();
    assertThat(late.isCancelled()).isTrue();
  }

  @LoopTest
  void theTracesTellWhoCancelledAndWhoWaited(IOLoop loop) {
    var task = loop.spawn("sleeper", () -> awaitInThisMethod(new Promise<>()));
    Futures.moment().await();
    cancelInThisMethod(task);
    var thrown = catchThrowable(task::await);

    assertThat(thrown).hasMessageContaining("sleeper");
    assertThat(thrown.getStackTrace())
        .extracting(StackTraceElement::getMethodName)
        .contains("cancelInThisMethod");
    assertThat(thrown.getSuppressed()[0].getStackTrace())
        .extracting(StackTraceElement::getMethodName)
        .contains("awaitInThisMethod");
  }

  private static void cancelInThisMethod(Task<?> task) {
    task.cancel();
  }

  // ---------------------------------------------------------------- blocked in the JDK

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  void oneThatBlocksInTheJdkIsInterruptedAndCountsAsCancelled(IOLoop loop) {
    assumeTrue(loop.carrier().equals("loop"), "a blocking call blocks the loop of a baton carrier");
    var sleeping =
        loop.spawn(
            () -> {
              Thread.sleep(HOUR);
              return "";
            });
    var taking = loop.spawn(() -> new LinkedBlockingQueue<String>().take());
    Futures.moment().await();
    sleeping.cancel();
    taking.cancel();

    assertThat(catchThrowable(sleeping::await)).isInstanceOf(CancelledException.class);
    assertThat(catchThrowable(taking::await)).isInstanceOf(CancelledException.class);
    assertThat(sleeping.isCancelled()).isTrue();
  }

  @LoopTest
  void anInterruptThatIsNoCancellationIsAFailure(IOLoop loop) {
    var task =
        loop.spawn(
            () -> {
              throw new InterruptedException("somebody else's");
            });

    assertThat(catchThrowable(task::await)).hasCauseInstanceOf(InterruptedException.class);
    assertThat(task.isCancelled()).isFalse();
  }

  // ---------------------------------------------------------------- when the loop goes

  @Test
  @Timeout(20)
  @ExtendWith(LogRecorderExtension.class)
  void thoseLeftWhenTheLoopClosesAreReportedAndUnwound(LogRecorder log) {
    IOLoop.run(
        () -> {
          IOLoop.current()
              .spawn(
                  "left-behind",
                  () -> {
                    try {
                      return new Promise<String>().await();
                    } finally {
                      events.add(
                          catchThrowable(Futures.moment()::await).getClass().getSimpleName());
                    }
                  });
          Futures.moment().await();
          return null;
        });

    assertThat(events).containsExactly("CancelledException");
    assertThat(log.expect(Level.WARNING, "left-behind").message()).contains("TaskTest");
  }

  @Test
  @Timeout(20)
  @ExtendWith(LogRecorderExtension.class)
  void oneThatHasNotBegunWhenTheLoopClosesDoesNotBegin(LogRecorder log) {
    var task = new ArrayList<Task<?>>();
    IOLoop.run(
        () -> {
          // Spawned by the last callback of all, so that its turn never comes.
          var loop = IOLoop.current();
          var here = new Promise<String>();
          here.onComplete(_ -> {});
          task.add(loop.spawn("too-late", () -> events.add("began")));
          return null;
        });
    try {
      assertThat(events).isEmpty();
      assertThat(task.getFirst().isCancelled()).isTrue();
    } finally {
      log.expect(Level.WARNING, "too-late");
    }
  }

  @Test
  @Timeout(20)
  void oneOfAClosedLoopIsRefused() {
    var loop = new IOLoop(LoopOptions.defaults().withMakeCurrent(MakeCurrent.NEVER));
    loop.close();

    assertThatIllegalStateException()
        .isThrownBy(() -> loop.spawn(() -> ""))
        .withMessageContaining("closed");
  }

  @LoopTest
  @Tag("GEN-7")
  void oneInFlightIsHeldUntilItHasEnded(IOLoop loop) {
    var task = new WeakReference<Task<?>>(spawnAndForget(loop));
    Futures.moment().await();
    var sentinel = new WeakReference<>(new Object());
    while (!sentinel.refersTo(null)) {
      System.gc();
    }
    assertThat(task.refersTo(null)).isFalse();
    Futures.sleep(HOUR.plusSeconds(1)).await();

    assertThat(events).containsExactly("ended");
  }

  private Task<?> spawnAndForget(IOLoop loop) {
    return loop.spawn(
        () -> {
          Futures.sleep(HOUR).await();
          return events.add("ended");
        });
  }

  @Test
  @Timeout(20)
  @Tag("GEN-7")
  @ExtendWith(LogRecorderExtension.class)
  void theCoroutinesOfAClosedLoopAreCollected(LogRecorder log) {
    var held = runALoopThatLeavesSomethingBehind();
    log.expect(Level.WARNING, "have not ended");
    while (!held.refersTo(null)) {
      System.gc();
    }

    assertThat(held.get()).isNull();
  }

  private static WeakReference<Object> runALoopThatLeavesSomethingBehind() {
    var held = new CompletableFuture<WeakReference<Object>>();
    IOLoop.run(
        () -> {
          IOLoop.current()
              .spawn(
                  () -> {
                    var local = new Object();
                    held.complete(new WeakReference<>(local));
                    new Promise<String>().await();
                    return local;
                  });
          Futures.moment().await();
          return null;
        });
    return held.join();
  }

  @LoopTest
  void anErrorThatEscapesIsTheTasksAndTheLoopGoesOn(IOLoop loop) {
    var task = loop.spawn(TaskTest::recurseForEver);

    assertThatExceptionOfType(StackOverflowError.class).isThrownBy(task::await);
    assertThat(loop.spawn(() -> "still runs").await()).isEqualTo("still runs");
  }

  private static int recurseForEver() {
    return 1 + recurseForEver();
  }

  // ---------------------------------------------------------------- who calls

  @LoopTest
  @Tag("GEN-10")
  void knowsItself(IOLoop loop) {
    var task = loop.spawn("worker", () -> Task.current().name());

    assertThat(task.await()).isEqualTo("worker");
    assertThat(Task.currentOrNull()).isNotNull().isNotSameAs(task);
  }

  @LoopTest
  @Tag("GEN-10")
  void aCallbackIsNone(IOLoop loop) {
    var seen = new Promise<Object>();
    loop.addCallback(() -> seen.setResult(List.of(Task.currentOrNull() == null, thrownBy())));

    assertThat(seen.await())
        .isEqualTo(List.of(true, "wanted a caller that is a task, got a callback of " + loop));
  }

  private static String thrownBy() {
    return catchThrowable(Task::current).getMessage();
  }

  @Test
  void anOrdinaryThreadIsNone() {
    assertThat(Task.currentOrNull()).isNull();
    assertThat(thrownBy()).contains("wanted a caller that is a task, got Thread[");
  }
}
