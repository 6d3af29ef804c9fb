// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.loop.TaskScope;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;
import whirlwind.testing.ManualClock;

class WithTimeoutTest {

  private static final Duration HOUR = Duration.ofHours(1);

  @LoopTest
  @Tag("FUT-17")
  void givesTheOutcomeIfItIsThereInTime(IOLoop loop) {
    var promise = new Promise<String>();
    loop.callLater(Duration.ofMinutes(59), () -> promise.setResult("in time"));

    assertThat(Futures.withTimeout(HOUR, promise).await()).isEqualTo("in time");
  }

  @LoopTest
  @Tag("FUT-17")
  @Tag("EXC-7")
  void timesOutAfterThatVeryTimeAndSaysWhatAndHowLong(IOLoop loop) {
    double before = loop.time();

    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(Futures.withTimeout(Duration.ofMillis(1500), new Promise<String>())::await)
        .withMessageContaining("1.5 s")
        .withMessageContaining("pending");
    assertThat(loop.time() - before).isEqualTo(1.5);
  }

  @LoopTest
  @Tag("FUT-17")
  void aDoneFutureWinsOverATimeoutInThePast() {
    var past = Duration.ofSeconds(-5);

    assertThat(Futures.withTimeout(past, Futures.completed("value")).result()).isEqualTo("value");
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(Futures.withTimeout(past, new Promise<String>())::await);
  }

  @LoopTest
  @Tag("FUT-17")
  void aFailureBeforeTheTimeoutPassesThrough(IOLoop loop) {
    var failure = new IllegalArgumentException();
    var promise = new Promise<String>();
    loop.callLater(Duration.ofMinutes(1), () -> promise.setException(failure));

    assertThat(catchThrowable(Futures.withTimeout(HOUR, promise)::await)).isSameAs(failure);
  }

  @LoopTest
  @Tag("FUT-17")
  void takesJdkFuturesAndTasks(IOLoop loop) {
    var theirs = new CompletableFuture<String>();
    var task =
        loop.spawn(
            () -> {
              Futures.sleep(Duration.ofMinutes(1)).await();
              return "task";
            });
    var both = List.of(Futures.withTimeout(HOUR, theirs), Futures.withTimeout(HOUR, task));
    loop.callLater(Duration.ofMinutes(2), () -> theirs.complete("theirs"));

    assertThat(Futures.all(both).await()).containsExactly("theirs", "task");
  }

  @LoopTest
  @Tag("FUT-9")
  @Tag("FUT-17")
  void aCancellationPassesThrough() {
    var promise = new Promise<String>();
    var limited = Futures.withTimeout(HOUR, promise);
    promise.cancel();

    assertThat(catchThrowable(limited::await)).isInstanceOf(CancelledException.class);
    assertThat(limited.isCancelled()).isTrue();
  }

  @LoopTest
  @Tag("FUT-18")
  void theWrappedFutureIsNotCancelledAndMayStillBeUsed(IOLoop loop) {
    var promise = new Promise<String>();
    var task =
        loop.spawn(
            () -> {
              Futures.sleep(HOUR).await();
              return "ran to its end";
            });
    var second = Duration.ofSeconds(1);
    assertThat(catchThrowable(Futures.withTimeout(second, promise)::await)).isNotNull();
    assertThat(catchThrowable(Futures.withTimeout(second, task)::await)).isNotNull();

    assertThat(promise.isDone()).isFalse();
    promise.setResult("late");
    assertThat(promise.await()).isEqualTo("late");
    assertThat(task.await()).isEqualTo("ran to its end");
  }

  @LoopTest
  @Tag("FUT-19")
  void aFailureAfterTheTimeoutIsLogged(LogRecorder log) {
    var promise = new Promise<String>();
    var limited = Futures.withTimeout(Duration.ofSeconds(1), promise);
    assertThat(catchThrowable(limited::await)).isInstanceOf(TimeoutException.class);
    var failure = new IllegalArgumentException("too late");
    promise.setException(failure);
    Futures.moment().await();

    assertThat(log.expect(Level.ERROR, "too late").thrown()).isSameAs(failure);
    assertThat(limited.exception()).isInstanceOf(TimeoutException.class);
  }

  @LoopTest
  @Tag("FUT-19")
  void quietTypesAndCancellationsAreNotLogged(LogRecorder log) {
    var quiet = new Promise<String>();
    var cancelled = new Promise<String>();
    var second = Duration.ofSeconds(1);
    var types = List.<Class<? extends Throwable>>of(IllegalStateException.class);
    var limitedQuiet = Futures.withTimeout(second, quiet, types);
    var limitedCancelled = Futures.withTimeout(second, cancelled, types);
    assertThat(catchThrowable(limitedQuiet::await)).isInstanceOf(TimeoutException.class);
    assertThat(catchThrowable(limitedCancelled::await)).isInstanceOf(TimeoutException.class);
    quiet.setException(new InvalidStateException("of a subtype"));
    cancelled.cancel();
    Futures.moment().await();

    assertThat(log.unexpected()).isEmpty();
  }

  @Test
  @Timeout(20)
  @Tag("FUT-20")
  void theTimerGoesAsSoonAsTheFutureIsDone() {
    var spy = new DeadlineSpy();
    spy.run(
        () -> {
          var promise = new Promise<String>();
          var limited = Futures.withTimeout(HOUR, promise);
          assertThat(spy.nanosToFirstTimer()).isEqualTo(HOUR.toNanos());
          promise.setResult("");
          limited.await();
          assertThat(spy.nanosToFirstTimer()).isEqualTo(DeadlineSpy.NO_TIMER);
          return null;
        });
  }

  @Test
  @Timeout(20)
  @Tag("FUT-20")
  void theTimerGoesWhenTheReturnedFutureIsCancelled() {
    var spy = new DeadlineSpy();
    spy.run(
        () -> {
          var limited = Futures.withTimeout(HOUR, new Promise<String>());
          limited.cancel();
          assertThat(spy.nanosToFirstTimer()).isEqualTo(DeadlineSpy.NO_TIMER);
          return null;
        });
  }

  @LoopTest
  @Tag("FUT-21")
  void cancellingTheReturnedFutureLeavesTheWrappedOneAlone() {
    var promise = new Promise<String>();
    var limited = Futures.withTimeout(HOUR, promise);
    assertThat(limited.cancel()).isTrue();
    Futures.moment().await();

    assertThat(limited.isCancelled()).isTrue();
    assertThat(promise.isDone()).isFalse();
    promise.setResult("value");
    assertThat(promise.await()).isEqualTo("value");
  }

  @Test
  @Timeout(20)
  @Tag("EXC-7")
  void runSyncScopesAndWaitsThrowTheSameType() {
    var clock = new ManualClock();
    try (var loop = new IOLoop(LoopOptions.defaults().withClock(clock))) {
      assertThatExceptionOfType(TimeoutException.class)
          .isThrownBy(() -> loop.runSync(() -> new Promise<String>().await(), HOUR))
          .withMessageContaining("3600 s");
      assertThatExceptionOfType(TimeoutException.class)
          .isThrownBy(
              () -> loop.runSync(() -> TaskScope.run(HOUR, _ -> new Promise<String>().await())))
          .withMessageContaining("3600 s");
      assertThatExceptionOfType(TimeoutException.class)
          .isThrownBy(
              () -> loop.runSync(() -> Futures.withTimeout(HOUR, new Promise<String>()).await()))
          .withMessageContaining("3600 s");
    }
  }

  @Test
  void outsideOfALoopIsRefused() {
    assertThat(catchThrowable(() -> Futures.withTimeout(HOUR, new CompletableFuture<String>())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(Thread.currentThread().getName());
  }

  @LoopTest
  @Tag("FUT-17")
  @Tag("FUT-23")
  void aValueThatComesInTheTurnInWhichTimeIsUpIsNotLost(IOLoop loop) {
    var promise = new Promise<String>();
    loop.callLater(HOUR, () -> promise.setResult("just in time"));
    var waits = Futures.withTimeout(HOUR, promise);

    assertThat(waits.await()).isEqualTo("just in time");
  }

  @LoopTest
  @Tag("FUT-17")
  @Tag("FUT-21")
  @Tag("FUT-23")
  void aValueThatIsOnItsWayWinsOverACancellation(IOLoop loop) {
    var promise = new Promise<String>();
    var task = loop.spawn(() -> Futures.withTimeout(HOUR, promise).await());
    Futures.moment().await();
    Futures.moment().await();
    promise.setResult("value");
    task.cancel(); // in the same turn

    assertThat(task.await()).isEqualTo("value");
  }
}
