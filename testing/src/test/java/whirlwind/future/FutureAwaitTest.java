// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.loop.MakeCurrent;
import whirlwind.loop.Task;
import whirlwind.testing.LoopTest;

class FutureAwaitTest {

  private final List<String> events = new ArrayList<>();

  @LoopTest
  void onADoneFutureNothingElseRuns(IOLoop loop) {
    loop.addCallback(() -> events.add("callback"));
    loop.spawn(() -> events.add("task"));

    assertThat(Futures.completed("value").await()).isEqualTo("value");
    assertThat(catchThrowable(Futures.failed(new IllegalArgumentException())::await)).isNotNull();
    assertThat(events).isEmpty();
    Futures.moment().await();
  }

  @LoopTest
  void suspendsUntilThereIsAValue(IOLoop loop) {
    var promise = new Promise<String>();
    loop.addCallback(() -> promise.setResult("value"));

    assertThat(promise.await()).isEqualTo("value");
  }

  @LoopTest
  void rethrowsAnUncheckedFailureAsItIs(IOLoop loop) {
    var failure = new IllegalArgumentException("as it is");
    var error = new AssertionError("an error");

    assertThat(catchThrowable(() -> failedLater(loop, failure).await())).isSameAs(failure);
    assertThat(catchThrowable(() -> failedLater(loop, error).await())).isSameAs(error);
    assertThat(catchThrowable(() -> Futures.failed(failure).await())).isSameAs(failure);
    assertThat(catchThrowable(() -> Futures.failed(failure).result())).isSameAs(failure);
  }

  @LoopTest
  void wrapsACheckedFailure(IOLoop loop) {
    var failure = new IOException("checked");

    assertThat(catchThrowable(() -> failedLater(loop, failure).await()))
        .isInstanceOf(CompletionException.class)
        .hasCause(failure);
    assertThat(Futures.failed(failure).exception()).isSameAs(failure);
  }

  @LoopTest
  void showsTheAwaitingLineInTheTrace(IOLoop loop) {
    var failure = new IllegalArgumentException();
    var promise = failedLater(loop, failure);

    assertThat(catchThrowable(() -> awaitInAMethodOfThisName(promise))).isSameAs(failure);
    assertThat(framesOf(failure.getSuppressed())).contains("awaitInAMethodOfThisName");
  }

  private static void awaitInAMethodOfThisName(Future<?> future) {
    future.await();
  }

  private static Stream<String> framesOf(Throwable[] suppressed) {
    return Arrays.stream(suppressed)
        .flatMap(each -> Arrays.stream(each.getStackTrace()))
        .map(StackTraceElement::getMethodName);
  }

  @LoopTest
  void aFailureAwaitedByVeryManyDoesNotGrow(IOLoop loop) {
    var failure = new IllegalArgumentException();
    var promise = new Promise<String>();
    var tasks = new ArrayList<Future<?>>();
    for (int i = 0; i < 100; i++) {
      tasks.add(loop.spawn(() -> catchThrowable(promise::await)));
    }
    Futures.moment().await();
    promise.setException(failure);
    tasks.forEach(task -> assertThat(task.await()).isSameAs(failure));

    assertThat(failure.getSuppressed().length).isBetween(1, 10);
  }

  @LoopTest
  void resumesAllWhoWaitInTheOrderInWhichTheyCame(IOLoop loop) {
    var promise = new Promise<String>();
    for (int i = 0; i < 5; i++) {
      int number = i;
      loop.spawn(() -> events.add(number + promise.await()));
    }
    Futures.moment().await();
    promise.setResult("!");
    Futures.moment().await();

    assertThat(events).containsExactly("0!", "1!", "2!", "3!", "4!");
  }

  @LoopTest
  void worksInCallbacksTimersAndTasks(IOLoop loop) {
    var promise = new Promise<String>();
    var done = new Promise<String>();
    loop.addCallback(() -> events.add("callback " + promise.await()));
    loop.callLater(Duration.ZERO, () -> events.add("timer " + promise.await()));
    loop.spawn(() -> events.add("task " + promise.await()));
    loop.callLater(Duration.ofSeconds(1), () -> promise.setResult("resumed"));
    loop.callLater(Duration.ofSeconds(2), () -> done.setResult(""));
    done.await();

    assertThat(events)
        .containsExactlyInAnyOrder("callback resumed", "timer resumed", "task resumed");
  }

  @Test
  void outsideOfALoopSaysWhatToDoInstead() {
    try (var loop = new IOLoop(LoopOptions.defaults().withMakeCurrent(MakeCurrent.NEVER))) {
      assertThatIllegalStateException()
          .isThrownBy(new Promise<String>(loop)::await)
          .withMessageContaining(Thread.currentThread().getName())
          .withMessageContaining("toCompletableFuture");
    }
  }

  @LoopTest
  void keepsAnInterruptThatArrivesMeanwhileForTheAwaitingCode(IOLoop loop) {
    var thread = new Promise<Thread>();
    var promise = new Promise<String>();
    var task =
        loop.spawn(
            () -> {
              thread.setResult(Thread.currentThread());
              return promise.await() + Thread.interrupted();
            });
    thread.await().interrupt();
    // Were the interrupt left set, the wait would spin and no callback would run.
    for (int turn = 0; turn < 10; turn++) {
      Futures.moment().await();
    }
    assertThat(task.isDone()).isFalse();
    promise.setResult("interrupted: ");

    assertThat(task.await()).isEqualTo("interrupted: true");
  }

  @LoopTest
  void ofAnotherLoopsFutureResumesOnTheOwnLoop(IOLoop loop) {
    var promise = new Promise<String>();
    var ready = new Promise<String>(loop);
    var other =
        CompletableFuture.supplyAsync(
            () ->
                IOLoop.run(
                    () -> {
                      ready.setResult("");
                      var value = promise.await();
                      return value + (IOLoop.current() != loop);
                    }),
            task -> Thread.ofPlatform().start(task));
    ready.await();
    promise.setResult("on its own loop: ");

    assertThat(Futures.from(other).await()).isEqualTo("on its own loop: true");
  }

  /**
   * An operation is withdrawn on the loop that it belongs to, whichever loop the waiter lives on.
   */
  @LoopTest
  void cancelledOnAnotherLoopWithdrawsTheOperationOnItsOwn(IOLoop loop) {
    var withdrawn = new Promise<Boolean>(loop);
    var operation = new Promise<String>(loop);
    operation.onCancel(
        cause -> {
          withdrawn.setResult(loop.isCurrent());
          return operation.tryCancel(cause);
        });
    Thread.ofPlatform()
        .start(
            () ->
                IOLoop.run(
                    () -> {
                      Task<String> waiting = IOLoop.current().spawn(operation::await);
                      Futures.moment().await();
                      waiting.cancel();
                      return catchThrowable(waiting::await);
                    }));

    assertThat(withdrawn.await()).isTrue();
    assertThat(catchThrowable(operation::await)).isInstanceOf(CancelledException.class);
  }

  private static Future<String> failedLater(IOLoop loop, Throwable failure) {
    var promise = new Promise<String>();
    loop.addCallback(() -> promise.setException(failure));
    return promise;
  }
}
