// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

/** A future as a {@link CompletionStage}, and the JDK's futures as ours. */
class FutureStageTest {

  private final List<String> events = new ArrayList<>();

  @LoopTest
  @Tag("FUT-4")
  void dependentsRunOnTheLoopInOrderNeverInsideTheAttachingOrCompletingCall(IOLoop loop) {
    var promise = new Promise<String>();
    promise.thenAccept(value -> events.add("1 " + value + loop.isCurrent()));
    promise.thenRun(() -> events.add("2"));
    promise.whenComplete((value, failure) -> events.add("3 " + value + failure));
    promise.thenAcceptAsync(_ -> events.add("async " + loop.isCurrent()));
    promise.onComplete(_ -> events.add("4"));
    promise.setResult("value");
    events.add("completed");
    Futures.moment().await();
    Futures.moment().await();
    promise.thenRun(() -> events.add("attached late"));
    events.add("attaching");
    Futures.moment().await();

    assertThat(events)
        .containsExactly(
            "completed",
            "1 valuetrue",
            "2",
            "3 valuenull",
            "4",
            "async true",
            "attaching",
            "attached late");
  }

  @LoopTest
  void dependentsOfDependentsStayOnTheLoop(IOLoop loop) {
    var promise = new Promise<Integer>();
    var result =
        promise
            .thenApplyAsync(value -> value + (loop.isCurrent() ? 1 : 1000))
            .thenApplyAsync(value -> value + (loop.isCurrent() ? 2 : 2000))
            .thenCombine(Futures.completed(4), Integer::sum)
            .thenCompose(value -> Futures.completed(value + 8));
    Thread.ofPlatform().start(() -> promise.setResult(16));

    assertThat(Futures.from(result).await()).isEqualTo(31);
  }

  @LoopTest
  void failuresAndCancellationsPassThroughStages() {
    var failure = new IOException("broken");
    var failed = Futures.<String>failed(failure).thenApply(String::length);
    assertThat(catchThrowable(() -> Futures.from(failed).await())).hasCause(failure);
    var recovered = Futures.<String>failed(failure).exceptionally(Throwable::getMessage);
    assertThat(Futures.from(recovered).await()).isEqualTo("broken");

    var cancelled = new Promise<String>();
    var after = cancelled.thenApply(String::length);
    cancelled.cancel();
    assertThat(catchThrowable(() -> Futures.from(after).await()))
        .isInstanceOf(CancelledException.class);
  }

  @LoopTest
  void everyKindOfDependentWorks() {
    var one = Futures.completed(1);
    var two = Futures.completed(2);
    var never = new Promise<Integer>();
    Runnable ran = () -> events.add("ran");
    var stages =
        List.<CompletionStage<?>>of(
            one.handle((value, _) -> value + 10),
            one.handleAsync((value, _) -> value + 11),
            one.thenApply(value -> value + 12),
            one.thenCombineAsync(two, Integer::sum),
            one.applyToEither(never, value -> value),
            one.applyToEitherAsync(never, value -> value),
            one.thenComposeAsync(value -> Futures.completed(value + 13)),
            one.thenAcceptBoth(two, (a, b) -> events.add("both " + (a + b))),
            one.acceptEither(never, value -> events.add("either " + value)),
            one.runAfterBoth(two, ran),
            one.runAfterEither(never, ran),
            one.thenRunAsync(ran),
            one.whenCompleteAsync((_, _) -> events.add("complete")));
    var results = new ArrayList<Object>();
    for (var stage : stages) {
      results.add(Futures.from(stage).await());
    }

    assertThat(results).containsExactly(11, 12, 13, 3, 1, 1, 14, null, null, null, null, null, 1);
    assertThat(events)
        .containsExactlyInAnyOrder("both 3", "either 1", "ran", "ran", "ran", "complete");
  }

  @LoopTest
  void asACompletableFutureItCanBeBlockedOnByOtherThreads() {
    var promise = new Promise<String>();
    var theirs = promise.toCompletableFuture();
    var seen = new Promise<String>();
    Thread.ofPlatform()
        .start(() -> seen.setResult(theirs.orTimeout(20, TimeUnit.SECONDS).join() + " seen"));
    promise.setResult("value");

    assertThat(seen.await()).isEqualTo("value seen");
    assertThat(promise.toCompletableFuture()).isCompletedWithValue("value");
    assertThat(promise.view().toCompletableFuture()).isCompletedWithValue("value");
  }

  @LoopTest
  void completingTheCompletableFutureDoesNotActOnOurs() {
    var promise = new Promise<String>();
    promise.toCompletableFuture().complete("theirs");
    promise.toCompletableFuture().cancel(true);
    Futures.moment().await();

    assertThat(promise.isDone()).isFalse();
  }

  @LoopTest
  void aFailureIsTheCauseInTheCompletableFuture() {
    var failure = new IOException();

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(Futures.failed(failure).toCompletableFuture()::get)
        .withCause(failure);
    var cancelled = new Promise<String>();
    cancelled.cancel();
    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(cancelled.toCompletableFuture()::get);
  }

  // ---------------------------------------------------------------- the other way

  @LoopTest
  @Tag("FUT-5")
  void whatCanBeAwaitedIsAFuture(IOLoop loop) {
    var promise = new Promise<String>();

    assertThat(Futures.isFuture(promise)).isTrue();
    assertThat(Futures.isFuture(promise.view())).isTrue();
    assertThat(Futures.isFuture(loop.spawn(() -> ""))).isTrue();
    assertThat(Futures.isFuture(new CompletableFuture<String>())).isTrue();
    assertThat(Futures.isFuture(CompletableFuture.completedStage(""))).isTrue();
    assertThat(Futures.isFuture(new FutureTask<>(() -> ""))).isTrue();
    assertThat(Futures.isFuture(null)).isFalse();
    assertThat(Futures.isFuture("text")).isFalse();
    assertThat(Futures.isFuture((Runnable) () -> {})).isFalse();
    assertThat(Futures.isFuture(List.of(promise))).isFalse();
  }

  @LoopTest
  @Tag("GEN-4")
  void oneOfOursConvertsToItself() {
    var promise = new Promise<String>();

    assertThat(Futures.from((CompletionStage<String>) promise) == promise).isTrue();
  }

  @LoopTest
  @Tag("GEN-4")
  void aStageCompletedElsewhereIsAwaitedOnTheLoop(IOLoop loop) {
    var theirs = new CompletableFuture<String>();
    Thread.ofPlatform().start(() -> theirs.complete("value"));

    assertThat(Futures.from(theirs).await()).isEqualTo("value");
    assertThat(loop.isCurrent()).isTrue();
  }

  @LoopTest
  @Tag("GEN-4")
  void aJdkFutureThatCanOnlyBeBlockedOnIsAwaited() {
    var theirs = new FutureTask<>(() -> "value");
    var ours = Futures.from(theirs);
    assertThat(ours.isDone()).isFalse();
    Thread.ofPlatform().start(theirs);

    assertThat(ours.await()).isEqualTo("value");
    assertThat(Futures.from(theirs).isDone()).as("one that is done, at once").isTrue();
  }

  @LoopTest
  @Tag("GEN-4")
  void failuresComeWithoutTheJdksWrapping() {
    var failure = new IllegalArgumentException("theirs");
    var task =
        new FutureTask<String>(
            () -> {
              throw failure;
            });
    task.run();
    var stage = new CompletableFuture<String>();
    var dependent = stage.thenApply(String::length);
    stage.completeExceptionally(failure);

    assertThat(Futures.from(task).exception()).isSameAs(failure);
    assertThat(catchThrowable(() -> Futures.from(dependent).await())).isSameAs(failure);
    var wrapsNothing = new CompletionException("no cause", null);
    stage.obtrudeException(wrapsNothing);
    assertThat(Futures.from(stage).exception()).isSameAs(wrapsNothing);
  }

  @LoopTest
  void aCancelledJdkFutureIsACancellation() {
    var stage = new CompletableFuture<String>();
    stage.cancel(false);
    var task = new FutureTask<>(() -> "");
    var ours = Futures.from(task);
    task.cancel(false);

    assertThat(Futures.from(stage).isCancelled()).isTrue();
    assertThat(catchThrowable(ours::await))
        .isInstanceOf(CancelledException.class)
        .hasCauseInstanceOf(CancellationException.class);
  }

  @LoopTest
  void cancellingOursCancelsTheirs() {
    var stage = new CompletableFuture<String>();
    var task = new FutureTask<>(() -> "");
    var fromStage = Futures.from(stage);
    var fromTask = Futures.from(task);

    assertThat(fromStage.cancel()).isTrue();
    assertThat(fromTask.cancel()).isTrue();
    assertThat(fromStage.isCancelled()).isTrue();
    assertThat(stage.isCancelled()).isTrue();
    assertThat(task.isCancelled()).isTrue();
  }
}
