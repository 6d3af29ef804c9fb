// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;

class PromiseTest {

  @LoopTest
  @Tag("FUT-1")
  void hasNoResultBeforeItIsDone() {
    var promise = new Promise<String>();

    assertThat(promise.isDone()).isFalse();
    assertThat(promise.isCancelled()).isFalse();
    assertThatExceptionOfType(InvalidStateException.class)
        .isThrownBy(promise::result)
        .withMessageContaining("pending");
    assertThatExceptionOfType(InvalidStateException.class).isThrownBy(promise::exception);
    assertThatExceptionOfType(InvalidStateException.class).isThrownBy(promise::outcome);
  }

  @LoopTest
  @Tag("FUT-1")
  void keepsAValueEvenANullOne() {
    var promise = new Promise<String>();
    promise.setResult(null);

    assertThat(promise.isDone()).isTrue();
    assertThat(promise.result()).isNull();
    assertThat(promise.exception()).isNull();
    assertThat(promise.outcome()).isEqualTo(new Outcome.Success<String>(null));
  }

  @LoopTest
  @Tag("FUT-1")
  void setTwiceSaysWhatItHasAndWhatWasDropped() {
    var promise = new Promise<String>();
    promise.setResult("first");

    assertThatExceptionOfType(InvalidStateException.class)
        .isThrownBy(() -> promise.setResult("second"))
        .withMessageContaining("first")
        .withMessageContaining("second");
    assertThatExceptionOfType(InvalidStateException.class)
        .isThrownBy(() -> promise.setException(new IllegalArgumentException("late")))
        .withMessageContaining("late");
    assertThat(promise.trySetResult("second")).isFalse();
    assertThat(promise.trySetException(new IllegalArgumentException())).isFalse();
    assertThat(promise.tryCancel(new CancelledException("late"))).isFalse();
    assertThat(promise.result()).isEqualTo("first");
  }

  @LoopTest
  @Tag("FUT-1")
  void aFailureIsSetOnce() {
    var promise = new Promise<String>();
    var failure = new IllegalArgumentException("the first");
    promise.setException(failure);

    assertThatExceptionOfType(InvalidStateException.class).isThrownBy(() -> promise.setResult(""));
    assertThat(promise.exception()).isSameAs(failure);
    assertThat(promise.isCancelled()).isFalse();
  }

  @LoopTest
  @Tag("FUT-1")
  void cancelOnADoneFutureReturnsFalseAndChangesNothing() {
    var done = Futures.completed("value");
    var failure = new IllegalArgumentException();
    var failed = Futures.failed(failure);

    assertThat(done.cancel()).isFalse();
    assertThat(done.result()).isEqualTo("value");
    assertThat(failed.cancel()).isFalse();
    assertThat(failed.exception()).isSameAs(failure);
    assertThat(failed.isCancelled()).isFalse();
  }

  @LoopTest
  @Tag("FUT-1")
  void cancelIsAnOutcomeOfItsOwn() {
    var promise = new Promise<String>();

    assertThat(promise.cancel()).isTrue();
    assertThat(promise.cancel()).isFalse();
    assertThat(promise.isDone()).isTrue();
    assertThat(promise.isCancelled()).isTrue();
    assertThat(promise.exception()).isInstanceOf(CancelledException.class);
    assertThatExceptionOfType(CancelledException.class).isThrownBy(promise::result);
    assertThatExceptionOfType(InvalidStateException.class).isThrownBy(() -> promise.setResult(""));
  }

  @LoopTest
  @Tag("FUT-1")
  void failingWithACancellationCancels() {
    var promise = new Promise<String>();
    var cause = new CancelledException("by somebody");
    promise.setException(cause);

    assertThat(promise.isCancelled()).isTrue();
    assertThat(promise.exception()).isSameAs(cause);
  }

  @LoopTest
  void badArgumentsFailBeforeAnythingChanges() {
    var promise = new Promise<String>();

    assertThatNullPointerException().isThrownBy(() -> promise.setException(null));
    assertThatNullPointerException().isThrownBy(() -> promise.tryCancel(null));
    assertThatNullPointerException().isThrownBy(() -> promise.onComplete(null));
    assertThat(promise.isDone()).isFalse();
  }

  @LoopTest
  @Tag("FUT-1")
  void aCancellerDecides() {
    var refusing = new Promise<String>().onCancel(_ -> false);
    assertThat(refusing.cancel()).isFalse();
    assertThat(refusing.isDone()).isFalse();

    var causes = new ArrayList<CancelledException>();
    var promise = new Promise<String>();
    promise.onCancel(
        cause -> {
          causes.add(cause);
          return promise.tryCancel(cause);
        });
    assertThat(promise.cancel()).isTrue();
    assertThat(promise.cancel()).isFalse();
    assertThat(causes).containsExactly((CancelledException) promise.exception());
  }

  @LoopTest
  void aViewShowsTheOutcomeAndCannotChangeIt() {
    var promise = new Promise<String>();
    var view = promise.view();

    assertThat(view.cancel()).isFalse();
    assertThat(view.isDone()).isFalse();
    promise.setResult("value");
    assertThat(view.await()).isEqualTo("value");
    assertThat(view.result()).isEqualTo("value");
    assertThat(view.outcome()).isEqualTo(promise.outcome());
    assertThat((Object) view).isNotInstanceOf(Promise.class);
  }

  @Test
  void belongsToALoop() {
    assertThatIllegalStateException()
        .isThrownBy(Promise::new)
        .withMessageContaining(Thread.currentThread().getName());
  }

  @LoopTest
  void cancelBelongsOnItsLoop(IOLoop loop) throws InterruptedException {
    var promise = new Promise<String>();
    var thrown = new ArrayList<Throwable>();
    var foreign =
        Thread.ofPlatform()
            .name("a-stranger")
            .start(
                () -> {
                  try {
                    promise.cancel();
                  } catch (IllegalStateException failure) {
                    thrown.add(failure);
                  }
                });
    foreign.join();

    assertThat(thrown).hasSize(1);
    assertThat(thrown.getFirst())
        .hasMessageContaining("a-stranger")
        .hasMessageContaining(loop.name());
    assertThat(promise.isDone()).isFalse();
  }

  @LoopTest
  @Tag("FUT-1")
  void ofManyThreadsExactlyOneCompletesIt() throws InterruptedException {
    int threads = 4;
    for (int round = 0; round < 200; round++) {
      var promise = new Promise<Integer>();
      var winners = new AtomicInteger();
      var start = new CountDownLatch(1);
      var all = new ArrayList<Thread>();
      for (int i = 0; i < threads; i++) {
        int value = i;
        all.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      await(start);
                      if (promise.trySetResult(value)) {
                        winners.addAndGet(1 + (value << 8));
                      }
                    }));
      }
      start.countDown();
      int seen = promise.await();
      for (var thread : all) {
        thread.join();
      }
      assertThat(winners.get()).isEqualTo(1 + (seen << 8));
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @LoopTest
  @Tag("FUT-11")
  void resultUnlessCancelled() {
    var pending = new Promise<String>();
    pending.setResultUnlessCancelled("value");
    assertThat(pending.result()).isEqualTo("value");

    var cancelled = new Promise<String>();
    cancelled.cancel();
    cancelled.setResultUnlessCancelled("value");
    assertThat(cancelled.isCancelled()).isTrue();

    assertThatExceptionOfType(InvalidStateException.class)
        .isThrownBy(() -> pending.setResultUnlessCancelled("again"));
  }

  @LoopTest
  @Tag("FUT-12")
  void exceptionUnlessCancelled(LogRecorder log) {
    var failure = new IllegalArgumentException("what went wrong");
    var pending = new Promise<String>();
    pending.setExceptionUnlessCancelled(failure);
    assertThat(pending.exception()).isSameAs(failure);

    var cancelled = new Promise<String>();
    cancelled.cancel();
    cancelled.setExceptionUnlessCancelled(failure);
    assertThat(cancelled.isCancelled()).isTrue();
    assertThat(log.expect(Level.ERROR, "after .*cancelled").thrown()).isSameAs(failure);

    assertThatExceptionOfType(InvalidStateException.class)
        .isThrownBy(() -> pending.setExceptionUnlessCancelled(failure));
  }

  @LoopTest
  void saysWhatStateItIsIn() {
    var promise = new Promise<String>();
    assertThat(promise.toString()).contains("pending");
    promise.setResult("seventeen");
    assertThat(promise.toString()).contains("seventeen");
    var failed = new Promise<String>().quiet();
    failed.setException(new IllegalArgumentException("broken"));
    assertThat(failed.toString()).contains("broken");
  }
}
