// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.System.Logger.Level;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LogRecorderExtension;
import whirlwind.testing.LoopTest;

class UnobservedFailureTest {

  private static final String REPORT = "nobody looked at it";

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("FUT-3")
  void isReportedWhenTheFutureIsGarbage(LogRecorder log) {
    var failure = new IllegalArgumentException("forgotten");
    failAndForget(failure, _ -> {});
    awaitReports(log, 1);

    assertThat(log.expect(Level.ERROR, REPORT).thrown()).isSameAs(failure);
    assertThat(log.unexpected()).isEmpty();
  }

  private static void failAndForget(Throwable failure, Consumer<Promise<String>> look) {
    var promise = new Promise<String>();
    promise.setException(failure);
    look.accept(promise);
  }

  /** Until so many lines are there, or for ever: the test has a limit. */
  private static void awaitReports(LogRecorder log, int count) {
    while (log.unexpected().size() < count) {
      System.gc();
      Futures.sleep(Duration.ofMillis(1)).await();
    }
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("FUT-3")
  void lookingOnceIsEnough(IOLoop loop, LogRecorder log) {
    var failure = new IllegalArgumentException("seen");
    failAndForget(failure, promise -> catchThrowable(promise::await));
    failAndForget(failure, promise -> catchThrowable(promise::result));
    failAndForget(failure, Promise::exception);
    failAndForget(failure, Promise::outcome);
    failAndForget(failure, promise -> promise.onComplete(_ -> {}));
    failAndForget(failure, promise -> promise.view().exception());
    failAndForget(failure, Promise::toCompletableFuture);
    forgetAPromiseThatFailsWhenAwaited(loop, failure);
    forgetAQuietOne(failure);
    // One more that nobody looks at says when the collector has got so far.
    var last = new IllegalStateException("the last");
    failAndForget(last, _ -> {});
    awaitReports(log, 1);

    assertThat(log.expect(Level.ERROR, REPORT).thrown()).isSameAs(last);
    assertThat(log.unexpected()).isEmpty();
  }

  private static void forgetAPromiseThatFailsWhenAwaited(IOLoop loop, Throwable failure) {
    var promise = new Promise<String>();
    loop.addCallback(() -> promise.setException(failure));
    assertThat(catchThrowable(promise::await)).isSameAs(failure);
  }

  private static void forgetAQuietOne(Throwable failure) {
    new Promise<String>().quiet().setException(failure);
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("FUT-3")
  void aCancellationIsNoFailure(LogRecorder log) {
    failAndForget(new CancelledException("cancelled"), _ -> {});
    var last = new IllegalStateException("the last");
    failAndForget(last, _ -> {});
    awaitReports(log, 1);

    assertThat(log.expect(Level.ERROR, REPORT).thrown()).isSameAs(last);
    assertThat(log.unexpected()).isEmpty();
  }

  @Test
  @Timeout(20)
  @Tag("FUT-3")
  @ExtendWith(LogRecorderExtension.class)
  void isReportedOnceWhenItsLoopClosesAndThenNeverAgain(LogRecorder log) {
    var failure = new IllegalArgumentException("left behind");
    IOLoop.run(
        () -> {
          failAndForget(failure, _ -> {});
          return null;
        });
    assertThat(log.expect(Level.ERROR, REPORT).thrown()).isSameAs(failure);
    var sentinel = new WeakReference<>(new Object());
    while (!sentinel.refersTo(null)) {
      System.gc();
    }

    assertThat(log.unexpected()).isEmpty();
  }

  @Test
  @Timeout(20)
  @Tag("FUT-3")
  @ExtendWith(LogRecorderExtension.class)
  void aTaskThatFailsUnseenIsReported(LogRecorder log) {
    var failure = new IllegalArgumentException("of a task");
    IOLoop.run(
        () -> {
          IOLoop.current()
              .spawn(
                  () -> {
                    throw failure;
                  });
          Futures.moment().await();
          return List.of();
        });

    assertThat(log.expect(Level.ERROR, REPORT).thrown()).isSameAs(failure);
  }
}
