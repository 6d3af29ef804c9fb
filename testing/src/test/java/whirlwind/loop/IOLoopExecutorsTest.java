// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;

/** Futures with callbacks, and jobs on executors. */
class IOLoopExecutorsTest {
  private static final Executor NEW_THREAD = job -> Thread.ofPlatform().start(job);

  private final List<Object> ran = new ArrayList<>();

  @LoopTest
  @Tag("IOL-68")
  void addFutureCallsBackOnTheLoopAndAlwaysLater(IOLoop loop) {
    var done = Futures.completed("done");
    var pending = new Promise<String>();
    loop.addFuture(done, ran::add);
    loop.addFuture(pending, ran::add);
    assertThat(ran).isEmpty();
    Futures.sleep(Duration.ofSeconds(1)).await();
    assertThat(ran).containsExactly(done);
    pending.setResult("later");
    assertThat(ran).containsExactly(done);
    Futures.sleep(Duration.ofSeconds(1)).await();
    assertThat(ran).containsExactly(done, pending);
  }

  @LoopTest
  @Tag("IOL-68")
  void addFutureTakesFuturesThatFinishOnOtherThreads(IOLoop loop) {
    var foreign = new CompletableFuture<String>();
    var calledBack = new Promise<Future<String>>();
    loop.addFuture(
        foreign,
        future -> {
          ran.add(loop.isCurrent());
          calledBack.setResult(future);
        });
    NEW_THREAD.execute(() -> foreign.complete("from afar"));
    assertThat(calledBack.await().result()).isEqualTo("from afar");
    assertThat(ran).containsExactly(true);
  }

  @LoopTest
  @Tag("IOL-68")
  void whatAddFuturesCallbackThrowsIsLogged(IOLoop loop, LogRecorder log) {
    loop.addFuture(
        Futures.completed(1),
        _ -> {
          throw new IllegalStateException("oops");
        });
    Futures.sleep(Duration.ofSeconds(1)).await();
    log.expect(Level.ERROR, "oops");
    assertThatNullPointerException().isThrownBy(() -> loop.addFuture(Futures.completed(1), null));
  }

  @LoopTest
  @Tag("IOL-69")
  void jobsRunOffTheLoopInParallelAndResolveOnIt(IOLoop loop) {
    var meeting = new CyclicBarrier(2);
    var first = loop.runInExecutor(() -> meeting.await() + (loop.isCurrent() ? 100 : 0));
    var second = loop.runInExecutor(null, () -> meeting.await() + (loop.isCurrent() ? 100 : 0));
    assertThat(List.of(first.await(), second.await())).containsExactlyInAnyOrder(0, 1);
    assertThat(loop.isCurrent()).isTrue();
  }

  @LoopTest
  @Tag("IOL-69")
  void whatAJobThrowsPassesThrough(IOLoop loop) {
    var unchecked = new IllegalStateException("unchecked");
    assertThatThrownBy(
            () ->
                loop.runInExecutor(
                        () -> {
                          throw unchecked;
                        })
                    .await())
        .isSameAs(unchecked);
    var checked = new IOException("checked");
    assertThatThrownBy(
            () ->
                loop.runInExecutor(
                        () -> {
                          throw checked;
                        })
                    .await())
        .isInstanceOf(CompletionException.class)
        .hasCause(checked);
  }

  @LoopTest
  @Tag("IOL-69")
  void anExecutorThatRefusesFailsTheFuture(IOLoop loop) {
    var refused = new RejectedExecutionException("full");
    Executor full =
        _ -> {
          throw refused;
        };
    assertThat(loop.runInExecutor(full, () -> "never").exception()).isSameAs(refused);
    // The clock still advances: the job does not count as under way.
    Futures.sleep(Duration.ofHours(1)).await();
  }

  @LoopTest
  @Tag("IOL-70")
  void theDefaultExecutorOfLaterCallsCanBeReplaced(IOLoop loop) {
    var uses = new AtomicInteger();
    var before = loop.runInExecutor(() -> Thread.currentThread().isVirtual());
    loop.setDefaultExecutor(
        job -> {
          uses.incrementAndGet();
          NEW_THREAD.execute(job);
        });
    assertThat(loop.runInExecutor(() -> Thread.currentThread().isVirtual()).await()).isFalse();
    assertThat(uses).hasValue(1);
    assertThat(before.await()).as("the default one: virtual threads").isTrue();
    assertThat(uses).hasValue(1);
    assertThatNullPointerException().isThrownBy(() -> loop.setDefaultExecutor(null));
  }

  @LoopTest
  @Tag("IOL-71")
  void cancellingDoesNotStopAJobThatRunsAndItsFailureIsLogged(IOLoop loop, LogRecorder log)
      throws InterruptedException {
    var begun = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    var ended = new CompletableFuture<String>();
    var job =
        loop.runInExecutor(
            NEW_THREAD,
            () -> {
              begun.countDown();
              mayEnd.await();
              ended.complete("ended");
              throw new IllegalStateException("too late");
            });
    begun.await();
    assertThat(job.cancel()).isTrue();
    assertThat(job.isCancelled()).isTrue();
    mayEnd.countDown();
    assertThat(Futures.from((java.util.concurrent.CompletionStage<String>) ended).await())
        .isEqualTo("ended");
    while (log.unexpected().isEmpty()) { // the job's thread is about to log
      Thread.onSpinWait();
    }
    log.expect(Level.ERROR, "too late");
  }

  @LoopTest
  @Tag("IOL-71")
  void aJobCancelledBeforeItsTurnDoesNotRun(IOLoop loop) {
    var queued = new ArrayList<Runnable>();
    var job = loop.runInExecutor(queued::add, () -> ran.add("ran"));
    job.cancel();
    queued.forEach(Runnable::run);
    assertThat(ran).isEmpty();
  }

  @LoopTest
  void aNegativeThresholdIsRefused(IOLoop loop) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> loop.slowCallbackThreshold(Duration.ofSeconds(-1)));
  }
}
