// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import whirlwind.future.CancelledException;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.future.TimeoutException;
import whirlwind.testing.LogRecorderExtension;
import whirlwind.testing.ManualClock;

/** One piece of work, run in a loop to its end. */
@ExtendWith(LogRecorderExtension.class)
class RunSyncTest {
  private static final LoopOptions OPTIONS =
      LoopOptions.defaults().withMakeCurrent(MakeCurrent.NEVER).withClock(new ManualClock());

  private final IOLoop loop = new IOLoop(OPTIONS);
  private final List<String> ran = new ArrayList<>();

  @AfterEach
  void close() {
    loop.close();
  }

  private static void sleep(long seconds) {
    Futures.sleep(Duration.ofSeconds(seconds)).await();
  }

  @Test
  @Tag("IOL-72")
  void theWorkRunsInsideTheLoopAndItsResultIsReturned() {
    assertThat(
            loop.runSync(
                () -> {
                  assertThat(IOLoop.current()).isSameAs(loop);
                  sleep(1);
                  assertThat(IOLoop.current()).isSameAs(loop);
                  return "result";
                }))
        .isEqualTo("result");
    assertThat(loop.time()).isEqualTo(1);
    assertThat(IOLoop.<String>run(OPTIONS, () -> "one line")).isEqualTo("one line");
  }

  @Test
  @Tag("IOL-72")
  @Tag("IOL-73")
  void whatTheWorkThrowsIsThrown() {
    var failure = new IllegalArgumentException("at once");
    assertThatThrownBy(
            () ->
                loop.runSync(
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
    assertThatThrownBy(
            () ->
                loop.runSync(
                    () -> {
                      sleep(1);
                      throw failure;
                    }))
        .isSameAs(failure);
    assertThatThrownBy(
            () ->
                loop.runSync(
                    () -> {
                      throw new IOException("checked");
                    }))
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(IOException.class);
    assertThatThrownBy(
            () ->
                loop.runSync(
                    () -> {
                      throw new StackOverflowError("an error");
                    }))
        .isInstanceOf(StackOverflowError.class);
  }

  @Test
  @Tag("IOL-73")
  void everyKindOfResultIsPassedAndFuturesAreWaitedFor() {
    assertThat(loop.<Object>runSync(() -> null)).isNull();
    assertThat(loop.runSync(() -> 42)).isEqualTo(42);
    Future<String> future = loop.runSync(() -> loop.spawn(() -> after(1, "future")));
    assertThat(future.result()).isEqualTo("future");
    List<Future<String>> list =
        loop.runSync(
            () -> List.of(loop.spawn(() -> after(2, "two")), loop.spawn(() -> after(1, "one"))));
    assertThat(list).map(Future::result).containsExactly("two", "one");
    Map<String, Future<String>> map =
        loop.runSync(() -> Map.of("key", loop.spawn(() -> after(1, "value"))));
    assertThat(map.get("key").result()).isEqualTo("value");
    assertThatThrownBy(() -> loop.runSync(() -> List.of(Futures.failed(new IOException("in it")))))
        .hasCauseInstanceOf(IOException.class);
  }

  private static String after(long seconds, String result) {
    sleep(seconds);
    return result;
  }

  @Test
  @Tag("IOL-74")
  void theDeadlineCancelsTheWorkAndWaitsForItsCleanUp() {
    assertThatThrownBy(
            () ->
                loop.runSync(
                    () -> {
                      try {
                        sleep(100);
                      } finally {
                        sleep(5);
                        ran.add("cleaned up");
                      }
                      return null;
                    },
                    Duration.ofSeconds(10)))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("10 s")
        .hasCauseInstanceOf(CancelledException.class);
    assertThat(ran).containsExactly("cleaned up");
    assertThat(loop.time()).isEqualTo(15);
  }

  @Test
  @Tag("IOL-74")
  void workThatReturnsAValueInSpiteOfTheDeadlineIsRight() {
    assertThat(
            loop.runSync(
                () -> {
                  try {
                    return new Promise<String>().await();
                  } catch (CancelledException cancelled) {
                    return "nevertheless";
                  }
                },
                Duration.ofSeconds(1)))
        .isEqualTo("nevertheless");
  }

  @Test
  @Tag("IOL-74")
  void workThatFailsOtherwiseAtTheDeadlineThrowsItsOwnFailure() {
    assertThatThrownBy(
            () ->
                loop.runSync(
                    () -> {
                      try {
                        return new Promise<String>().await();
                      } catch (CancelledException cancelled) {
                        throw new IllegalArgumentException("clean-up failed");
                      }
                    },
                    Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @Tag("IOL-75")
  void aDeadlineOfZeroStillStartsTheWork() {
    for (var zero : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
      assertThatThrownBy(
              () ->
                  loop.runSync(
                      () -> {
                        ran.add("to the first wait");
                        sleep(1);
                        ran.add("further");
                        return null;
                      },
                      zero))
          .isInstanceOf(TimeoutException.class);
    }
    assertThat(ran).containsExactly("to the first wait", "to the first wait");
    assertThat(loop.runSync(() -> "no wait at all", Duration.ZERO)).isEqualTo("no wait at all");
  }

  @Test
  @Tag("IOL-76")
  void stoppedBeforeCompletedIsSaidSo() {
    loop.callLater(Duration.ofSeconds(1), loop::stop);
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                loop.runSync(
                    () -> {
                      sleep(10);
                      return ran.add("never");
                    },
                    Duration.ofSeconds(100)))
        .withMessageContaining("was stopped before");
    assertThat(loop.runSync(() -> "next")).isEqualTo("next");
    assertThat(loop.runSync(() -> after(100, "time-out is void"))).isEqualTo("time-out is void");
    assertThat(ran).isEmpty();
  }

  @Test
  @Tag("IOL-77")
  void successRemovesTheTimerOfTheDeadline() throws InterruptedException {
    var provider = new RecordingProvider();
    try (var idle = new IOLoop(OPTIONS.withClock(Clock.system()).withProvider(provider))) {
      assertThat(idle.runSync(() -> "soon", Duration.ofHours(1))).isEqualTo("soon");
      provider.polls.clear();
      var thread = Thread.ofPlatform().start(idle::start);
      while (provider.polls.isEmpty()) {
        Thread.onSpinWait();
      }
      idle.stop();
      thread.join();
      assertThat(provider.polls.getFirst()).as("no deadline is left").isNegative();
    }
  }

  @Test
  @Tag("IOL-78")
  void stopInsideTheWorkDoesNotHarmTheNext() {
    assertThat(
            loop.runSync(
                () -> {
                  loop.stop();
                  return "first";
                }))
        .isEqualTo("first");
    assertThat(loop.runSync(() -> after(1, "second"))).isEqualTo("second");
  }

  @Test
  @Tag("IOL-79")
  void onARunningLoopItThrowsAndQueuesNothing() {
    loop.runSync(
        () -> {
          assertThatIllegalStateException()
              .isThrownBy(() -> loop.runSync(() -> ran.add("queued")))
              .withMessageContaining("one that runs");
          sleep(10);
          return null;
        });
    assertThat(ran).isEmpty();
    assertThat(loop.runSync(() -> after(1, "not stopped by the inner one")))
        .isEqualTo("not stopped by the inner one");
  }
}
