// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

class ExecutorsTest {

  private static final Executor OTHER_THREAD =
      job -> Thread.ofPlatform().name("the-executor").start(job);

  @LoopTest
  @Tag("FUT-14")
  void aWrappedFunctionRunsOnTheExecutorAtEachCall(IOLoop loop) {
    Function<Integer, Future<String>> wrapped =
        Futures.runOnExecutor(
            OTHER_THREAD,
            argument -> Thread.currentThread().getName() + argument + loop.isCurrent());

    assertThat(wrapped.apply(1).await()).isEqualTo("the-executor1false");
    assertThat(wrapped.apply(2).await()).isEqualTo("the-executor2false");
  }

  @LoopTest
  @Tag("FUT-14")
  void aFunctionWithoutArgumentsIsWrappedTheSameWay() {
    Callable<String> job = () -> Thread.currentThread().getName();
    var wrapped = Futures.runOnExecutor(OTHER_THREAD, job);

    assertThat(wrapped.get().await()).isEqualTo("the-executor");
    assertThat(wrapped.get().await()).isEqualTo("the-executor");
  }

  @LoopTest
  @Tag("FUT-14")
  void whatIsMissingIsAnErrorWhenWrapping() {
    assertThatNullPointerException()
        .isThrownBy(() -> Futures.runOnExecutor(null, () -> ""))
        .withMessageContaining("executor");
    assertThatNullPointerException()
        .isThrownBy(() -> Futures.runOnExecutor(OTHER_THREAD, (Callable<String>) null))
        .withMessageContaining("job");
  }

  @Test
  @Tag("FUT-14")
  void callingOutsideOfALoopIsRefused() {
    var ran = new ArrayList<String>();
    var wrapped = Futures.runOnExecutor(Runnable::run, () -> ran.add("ran"));

    assertThatIllegalStateException().isThrownBy(wrapped::get);
    assertThat(ran).isEmpty();
  }

  @LoopTest
  @Tag("FUT-15")
  void theFutureCompletesOnTheLoop(IOLoop loop) {
    var seen = new Promise<Boolean>();
    Futures.runOnExecutor(OTHER_THREAD, () -> "")
        .get()
        .onComplete(_ -> seen.setResult(loop.isCurrent()));

    assertThat(seen.await()).isTrue();
  }

  @LoopTest
  @Tag("FUT-15")
  void itIsNotDoneAtReturnEvenIfTheExecutorRunsAtOnce() {
    var ran = new ArrayList<String>();
    var future = Futures.runOnExecutor(new DummyExecutor(), () -> ran.add("ran")).get();

    assertThat(ran).containsExactly("ran");
    assertThat(future.isDone()).isFalse();
    assertThat(future.await()).isTrue();
  }

  @LoopTest
  @Tag("FUT-15")
  void failuresPassThrough(IOLoop loop) {
    var failure = new IllegalArgumentException();
    var checked = new IOException();

    assertThat(catchThrowable(failing(OTHER_THREAD, failure)::await)).isSameAs(failure);
    assertThat(catchThrowable(failing(OTHER_THREAD, checked)::await))
        .isInstanceOf(CompletionException.class)
        .hasCause(checked);
    assertThat(catchThrowable(failing(new DummyExecutor(), failure)::await)).isSameAs(failure);
    var refused = new RejectedExecutionException("full");
    var refusing =
        loop.runInExecutor(
            _ -> {
              throw refused;
            },
            () -> "");
    assertThat(catchThrowable(refusing::await)).isSameAs(refused);
  }

  private static Future<String> failing(Executor executor, Exception failure) {
    Callable<String> job =
        () -> {
          throw failure;
        };
    return Futures.runOnExecutor(executor, job).get();
  }

  @LoopTest
  void theDefaultExecutorLetsTheLoopGoOnWhileAJobBlocks(IOLoop loop) {
    var latch = new CountDownLatch(1);
    var blocked =
        loop.runInExecutor(
            () -> {
              latch.await();
              return Thread.currentThread().isVirtual();
            });
    loop.addCallback(latch::countDown);

    assertThat(blocked.await()).isTrue();
  }

  // ---------------------------------------------------------------- DummyExecutor

  @Test
  @Tag("FUT-16")
  void dummyRunsInTheCallerAndReturnsACompletedFuture() throws Exception {
    try (var executor = new DummyExecutor()) {
      var future = executor.submit(Thread::currentThread);

      assertThat(future.isDone()).isTrue();
      assertThat(future.get()).isSameAs(Thread.currentThread());
      assertThat(executor.invokeAll(List.of(() -> 1, () -> 2)))
          .allMatch(java.util.concurrent.Future::isDone);
    }
  }

  @Test
  @Tag("FUT-16")
  void dummyCapturesFailuresButNotFatalOnes() {
    var executor = new DummyExecutor();
    var failure = new IOException();
    var future =
        executor.submit(
            () -> {
              throw failure;
            });
    assertThatExceptionOfType(ExecutionException.class).isThrownBy(future::get).withCause(failure);

    var fatal = new InternalError("fatal");
    assertThat(
            catchThrowable(
                () ->
                    executor.submit(
                        () -> {
                          throw fatal;
                        })))
        .isSameAs(fatal);
  }

  @Test
  @Tag("FUT-16")
  void dummyShutdownIsANoOp() throws Exception {
    var executor = new DummyExecutor();
    executor.shutdown();
    assertThat(executor.shutdownNow()).isEmpty();
    executor.close();

    assertThat(executor.isShutdown()).isFalse();
    assertThat(executor.isTerminated()).isFalse();
    assertThat(executor.submit(() -> "still runs").get()).isEqualTo("still runs");
  }
}
