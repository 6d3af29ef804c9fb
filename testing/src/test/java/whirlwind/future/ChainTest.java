// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

class ChainTest {

  @LoopTest
  @Tag("FUT-6")
  void resultAndFailureGoToTheTarget() {
    var source = new Promise<String>();
    var target = new Promise<String>();
    Futures.chain(source, target);
    source.setResult("value");
    assertThat(target.await()).isEqualTo("value");

    var failure = new IllegalArgumentException();
    var failing = new Promise<String>();
    var failed = new Promise<String>();
    Futures.chain(failing, failed);
    failing.setException(failure);
    assertThat(catchThrowable(failed::await)).isSameAs(failure);
  }

  @LoopTest
  @Tag("FUT-6")
  void nothingHappensToATargetThatIsDone() {
    var source = new Promise<String>();
    var done = new Promise<String>();
    var cancelled = new Promise<String>();
    Futures.chain(source, done);
    Futures.chain(source, cancelled);
    done.setResult("its own");
    cancelled.cancel();
    source.setResult("value");
    Futures.moment().await();

    assertThat(done.result()).isEqualTo("its own");
    assertThat(cancelled.isCancelled()).isTrue();
  }

  @LoopTest
  @Tag("FUT-6")
  void jdkStagesAreSourcesAndTheTargetsCallbacksRunOnTheLoop(IOLoop loop) {
    var source = new CompletableFuture<String>();
    var target = new Promise<String>();
    var seen = new Promise<Boolean>();
    target.onComplete(_ -> seen.setResult(loop.isCurrent()));
    Futures.chain(source, target);
    Thread.ofPlatform().start(() -> source.complete("value"));

    assertThat(target.await()).isEqualTo("value");
    assertThat(seen.await()).isTrue();
  }

  @LoopTest
  @Tag("FUT-6")
  void jdkFailuresComeUnwrapped() {
    var failure = new IllegalArgumentException();
    var source = new CompletableFuture<String>();
    var target = new Promise<Integer>();
    Futures.chain(source.thenApply(String::length), target);
    source.completeExceptionally(failure);

    assertThat(target.exception()).isSameAs(failure);
  }

  @LoopTest
  @Tag("FUT-7")
  void aDoneSourceCompletesTheTargetBeforeChainReturns() {
    var target = new Promise<String>();
    Futures.chain(Futures.completed("value"), target);

    assertThat(target.isDone()).isTrue();
    assertThat(target.result()).isEqualTo("value");
  }

  @LoopTest
  @Tag("FUT-8")
  void cancellingTheTargetLeavesTheSourceAlone() {
    var source = new Promise<String>();
    var target = new Promise<String>();
    Futures.chain(source, target);
    target.cancel();
    Futures.moment().await();

    assertThat(source.isDone()).isFalse();
    source.setResult("still of use");
    assertThat(source.await()).isEqualTo("still of use");
  }

  @LoopTest
  @Tag("FUT-9")
  void cancellingTheSourceReachesTheTarget() {
    var source = new Promise<String>();
    var target = new Promise<String>();
    Futures.chain(source, target);
    source.cancel();

    assertThat(catchThrowable(target::await)).isSameAs(source.exception());
    assertThat(target.isCancelled()).isTrue();
  }

  @LoopTest
  @Tag("FUT-9")
  void cancellingAJdkSourceReachesTheTarget() {
    var source = new CompletableFuture<String>();
    var target = new Promise<String>();
    Futures.chain(source, target);
    source.cancel(true);

    assertThat(target.isCancelled()).isTrue();
  }
}
