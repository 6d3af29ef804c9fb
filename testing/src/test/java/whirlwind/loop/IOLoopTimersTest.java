// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.lang.System.Logger.Level;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.io.Interest;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;
import whirlwind.testing.ManualClock;
import whirlwind.testing.NeedsChannels;

/** Timers: when they run, in which order, and what is left of removed ones. */
class IOLoopTimersTest {
  private final List<Object> ran = new ArrayList<>();

  private static void sleep(long seconds) {
    Futures.sleep(Duration.ofSeconds(seconds)).await();
  }

  @LoopTest
  @Tag("IOL-37")
  void addTimeoutTakesAnAbsoluteTimeOrADuration(IOLoop loop) {
    sleep(10);
    loop.addTimeout(12.0, () -> ran.add(loop.time()));
    loop.addTimeout(Duration.ofSeconds(1), () -> ran.add(loop.time()));
    sleep(5);
    assertThat(ran).containsExactly(11.0, 12.0);
    assertThatNullPointerException().isThrownBy(() -> loop.addTimeout((Duration) null, () -> {}));
    assertThatNullPointerException().isThrownBy(() -> loop.addTimeout(1.0, null));
  }

  @LoopTest
  @Tag("IOL-38")
  @Tag("CON-5")
  void allWaysToMakeATimerAgreeAndReturnAHandle(IOLoop loop) {
    sleep(3);
    var delay = Duration.ofMillis(1500);
    var handles =
        List.of(
            loop.callLater(delay, () -> ran.add("callLater at " + loop.time())),
            loop.callAt(loop.time() + 1.5, () -> ran.add("callAt at " + loop.time())),
            loop.addTimeout(delay, () -> ran.add("addTimeout at " + loop.time())));
    assertThat(handles).doesNotContainNull().doesNotHaveDuplicates();
    sleep(5);
    assertThat(ran).containsExactly("callLater at 4.5", "callAt at 4.5", "addTimeout at 4.5");
  }

  @LoopTest
  @Tag("CON-5")
  void aHandleIsGoodForRemovalOnly(IOLoop loop) {
    var first = loop.callLater(Duration.ofSeconds(1), () -> ran.add("first"));
    loop.callLater(Duration.ofSeconds(1), () -> ran.add("second"));
    loop.removeTimeout(first);
    sleep(2);
    assertThat(ran).containsExactly("second");
  }

  @LoopTest
  @Tag("IOL-39")
  void aTimerNeverRunsInsideTheSchedulingCall(IOLoop loop) {
    sleep(10);
    loop.addCallback(() -> ran.add("callback queued earlier"));
    loop.callAt(1, () -> ran.add("long past"));
    loop.callLater(Duration.ofSeconds(-5), () -> ran.add("negative"));
    loop.callLater(Duration.ZERO, () -> ran.add("zero"));
    assertThat(ran).isEmpty();
    Futures.moment().await();
    Futures.moment().await();
    assertThat(ran).containsExactly("callback queued earlier", "long past", "negative", "zero");
    assertThat(loop.time()).isEqualTo(10);
  }

  @LoopTest
  @Tag("IOL-40")
  void timersRunByDeadlineAndThenByCreation(IOLoop loop) {
    for (int i = 0; i < 200; i++) {
      int number = i;
      loop.callAt(1 + number % 10, () -> ran.add(number % 10 * 1000 + number));
    }
    sleep(20);
    assertThat(ran).hasSize(200).isSortedAccordingTo((a, b) -> (int) a - (int) b);
  }

  @LoopTest
  @Tag("IOL-41")
  @NeedsChannels
  void aTimerReArmedAtZeroWaitsATurnAndStarvesNoIo(IOLoop loop) throws Exception {
    var pipe = Pipe.open();
    var readable = new Promise<Integer>();
    var rounds = new int[1];
    loop.addHandler(pipe.source(), Interest.READ, (_, _) -> readable.trySetResult(rounds[0]));
    pipe.sink().write(ByteBuffer.wrap(new byte[1]));
    loop.callLater(
        Duration.ZERO,
        new Runnable() {
          @Override
          public void run() {
            rounds[0]++;
            if (!readable.isDone()) {
              loop.callLater(Duration.ZERO, this);
            }
          }
        });
    assertThat(readable.await()).as("turns until the handler ran").isLessThan(1000);
    loop.removeHandler(pipe.source());
    pipe.source().close();
    pipe.sink().close();
  }

  @LoopTest
  @Tag("IOL-42")
  void aDueTimerRemovedByAnEarlierOneOfItsBatchStaysSilent(IOLoop loop) {
    var handles = new ArrayList<Timeout>();
    loop.callAt(1, () -> handles.forEach(loop::removeTimeout));
    handles.add(loop.callAt(1, () -> ran.add("same deadline")));
    handles.add(loop.callAt(1, () -> ran.add("same deadline")));
    sleep(2);
    assertThat(ran).isEmpty();
  }

  @LoopTest
  @Tag("IOL-42")
  void aDueTimerRemovedByACallbackOfItsTurnStaysSilent(IOLoop loop, ManualClock clock) {
    var timer = loop.callLater(Duration.ofSeconds(1), () -> ran.add("late"));
    clock.advance(Duration.ofSeconds(5)); // due now
    loop.addCallback(() -> loop.removeTimeout(timer));
    Futures.moment().await();
    sleep(5);
    assertThat(ran).isEmpty();
  }

  @LoopTest
  @Tag("IOL-43")
  void removingATimeoutTwiceOrLateIsHarmless(IOLoop loop) {
    var fired = loop.callLater(Duration.ofSeconds(1), () -> ran.add("fired"));
    var removed = loop.callLater(Duration.ofSeconds(1), () -> ran.add("removed"));
    loop.removeTimeout(removed);
    loop.removeTimeout(removed);
    var selves = new ArrayList<Timeout>();
    selves.add(
        loop.callLater(
            Duration.ofSeconds(2),
            () -> {
              loop.removeTimeout(selves.getFirst());
              ran.add("removed itself");
            }));
    sleep(3);
    loop.removeTimeout(fired);
    loop.removeTimeout(fired);
    loop.callLater(Duration.ofSeconds(1), () -> ran.add("still works"));
    sleep(3);
    assertThat(ran).containsExactly("fired", "removed itself", "still works");
    assertThatNullPointerException().isThrownBy(() -> loop.removeTimeout(null));
  }

  @LoopTest
  @Tag("IOL-44")
  void removedTimersLeaveNothingBehind(IOLoop loop) {
    for (int i = 0; i < 2000; i++) {
      loop.removeTimeout(loop.callLater(Duration.ofHours(1), () -> ran.add("never")));
    }
    var kept = new ArrayList<WeakReference<Runnable>>();
    for (int i = 0; i < 2000; i++) {
      kept.add(addAndRemove(loop));
    }
    while (kept.stream().anyMatch(callback -> callback.get() != null)) {
      System.gc(); // ends at once unless the loop holds on to one, which the limit then tells
    }
    sleep(7200);
    assertThat(ran).isEmpty();
  }

  private static WeakReference<Runnable> addAndRemove(IOLoop loop) {
    var payload = new int[1];
    Runnable callback = () -> payload[0]++;
    loop.removeTimeout(loop.callLater(Duration.ofHours(1), callback));
    return new WeakReference<>(callback);
  }

  @LoopTest
  @Tag("IOL-45")
  void endlessDelaysAreAcceptedAndNeverEarly(IOLoop loop) {
    var endless =
        List.of(
            loop.callLater(Duration.ofSeconds(Long.MAX_VALUE), () -> ran.add("early")),
            loop.callLater(Duration.ofNanos(Long.MAX_VALUE), () -> ran.add("early")),
            loop.callAt(Double.POSITIVE_INFINITY, () -> ran.add("early")),
            loop.callAt(Double.MAX_VALUE, () -> ran.add("early")));
    sleep(Duration.ofDays(36500).toSeconds());
    assertThat(ran).isEmpty();
    endless.forEach(loop::removeTimeout);
  }

  @Test
  @Tag("IOL-45")
  void anEndlessDelayDoesNotOverflowTheTimeOutOfThePoll() throws InterruptedException {
    var provider = new RecordingProvider();
    var options = LoopOptions.defaults().withMakeCurrent(MakeCurrent.NEVER).withProvider(provider);
    try (var loop = new IOLoop(options)) {
      loop.callAt(Double.POSITIVE_INFINITY, () -> ran.add("early"));
      loop.callLater(Duration.ofDays(100_000), () -> ran.add("early"));
      var thread = Thread.ofPlatform().start(loop::start);
      while (provider.polls.isEmpty()) {
        Thread.onSpinWait();
      }
      loop.stop();
      thread.join();
    }
    assertThat(provider.polls).hasSizeLessThan(3);
    assertThat(provider.polls.getFirst()).isGreaterThan(Duration.ofDays(99_999).toNanos());
    assertThat(ran).isEmpty();
  }

  @LoopTest
  @Tag("IOL-46")
  void aNaNDeadlineIsRefused(IOLoop loop) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> loop.callAt(Double.NaN, () -> ran.add("never")))
        .withMessageContaining("got NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> loop.addTimeout(Double.NaN, () -> ran.add("never")));
    sleep(1);
    assertThat(ran).isEmpty();
  }

  @LoopTest
  @Tag("IOL-47")
  void overdueTimersCatchUpInOrderAfterASlowCallback(IOLoop loop, ManualClock clock) {
    for (int second : new int[] {3, 1, 2, 8}) {
      loop.callAt(second, () -> ran.add(second));
    }
    loop.addCallback(() -> clock.advance(Duration.ofSeconds(5)));
    Futures.moment().await();
    Futures.moment().await();
    assertThat(ran).containsExactly(1, 2, 3);
    assertThat(loop.time()).isEqualTo(5);
    sleep(10);
    assertThat(ran).containsExactly(1, 2, 3, 8);
  }

  @Test
  @Tag("IOL-47")
  void theTimeOutOfThePollIsReckonedAfterTheCallbacks() {
    var clock = new ManualClock();
    var asked = new ArrayList<Long>();
    var observed =
        new Clock() {
          @Override
          public long nanoTime() {
            return clock.nanoTime();
          }

          @Override
          public long blockFor(long nanosToDeadline, boolean jobsOutside) {
            asked.add(nanosToDeadline);
            return clock.blockFor(nanosToDeadline, jobsOutside);
          }
        };
    var options = LoopOptions.defaults().withMakeCurrent(MakeCurrent.NEVER).withClock(observed);
    try (var loop = new IOLoop(options)) {
      loop.addCallback(() -> clock.advance(Duration.ofSeconds(4)));
      loop.callAt(10, loop::stop);
      loop.start();
    }
    assertThat(asked).containsExactly(Duration.ofSeconds(6).toNanos());
  }

  @LoopTest
  @Tag("IOL-48")
  void timeIsTheClocksAndMonotonic(IOLoop loop, ManualClock clock) {
    double before = loop.time();
    clock.advance(Duration.ofMillis(2500));
    assertThat(loop.time()).isEqualTo(before + 2.5);
    loop.callAt(loop.time() + 1, () -> ran.add(loop.time()));
    sleep(2);
    assertThat(ran).containsExactly(before + 3.5);
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("IOL-48")
  void byDefaultTimeIsTheMachinesMonotonicClock(IOLoop loop) {
    double loopBefore = loop.time();
    long clockBefore = Clock.system().nanoTime();
    Futures.sleep(Duration.ofMillis(2)).await();
    assertThat(loop.time() - loopBefore).isGreaterThanOrEqualTo(0.002);
    assertThat(Clock.system().nanoTime() - clockBefore).isGreaterThanOrEqualTo(1_900_000);
  }

  @LoopTest
  @Tag("IOL-49")
  void timersAreOfTheLoopsThreadAlone(IOLoop loop) {
    var outside = new CompletableFuture<Void>();
    var timer = loop.callLater(Duration.ofSeconds(1), () -> ran.add("untouched"));
    var thread =
        Thread.ofPlatform()
            .name("an intruder")
            .start(
                () -> {
                  try {
                    assertThatIllegalStateException()
                        .isThrownBy(() -> loop.callLater(Duration.ZERO, () -> ran.add("never")))
                        .withMessageContaining("loop of timersAreOfTheLoopsThreadAlone")
                        .withMessageContaining("an intruder")
                        .withMessageContaining("addCallback");
                    assertThatIllegalStateException().isThrownBy(() -> loop.callAt(0, () -> {}));
                    assertThatIllegalStateException().isThrownBy(() -> loop.removeTimeout(timer));
                    outside.complete(null);
                  } catch (Throwable failure) {
                    outside.completeExceptionally(failure);
                  }
                });
    Futures.from((java.util.concurrent.Future<Void>) outside).await();
    assertThat(thread).isNotNull();
    sleep(2);
    assertThat(ran).containsExactly("untouched");
  }

  @LoopTest
  @Tag("IOL-50")
  void aFailingTimerIsReportedLikeACallback(IOLoop loop, LogRecorder log) {
    loop.callLater(
        Duration.ofSeconds(1),
        () -> {
          throw new IllegalArgumentException("at once");
        });
    loop.callLater(
        Duration.ofSeconds(1),
        () -> {
          sleep(1);
          throw new IllegalArgumentException("after a wait");
        });
    loop.callLater(Duration.ofSeconds(1), () -> ran.add("the next one"));
    sleep(5);
    log.expect(Level.ERROR, "at once");
    log.expect(Level.ERROR, "after a wait");
    assertThat(ran).containsExactly("the next one");
  }
}
