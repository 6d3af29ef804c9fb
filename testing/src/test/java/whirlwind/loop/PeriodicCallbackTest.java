// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import whirlwind.future.Futures;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;
import whirlwind.testing.ManualClock;

/** Ticks on a grid. */
class PeriodicCallbackTest {
  private static final Duration TEN = Duration.ofSeconds(10);

  private final List<Double> ticks = new ArrayList<>();

  private static void sleep(double seconds) {
    Futures.sleep(Duration.ofMillis(Math.round(seconds * 1000))).await();
  }

  private PeriodicCallback every(Duration interval, IOLoop loop) {
    return new PeriodicCallback(() -> ticks.add(loop.time()), interval);
  }

  @LoopTest
  @Tag("PER-1")
  void nothingHappensBeforeStartAndThenNotForOneInterval(IOLoop loop) {
    var periodic = new PeriodicCallback(() -> ticks.add(loop.time()), 2500);
    sleep(10);
    assertThat(ticks).isEmpty();
    periodic.start();
    sleep(6);
    periodic.stop();
    assertThat(ticks).containsExactly(12.5, 15.0);
  }

  @Test
  @Tag("PER-2")
  void anIntervalOfZeroOrLessIsRefused() {
    Runnable nothing = () -> {};
    for (double millis : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new PeriodicCallback(nothing, millis))
          .withMessageContaining("wanted more than zero");
    }
    for (var interval : List.of(Duration.ZERO, Duration.ofMillis(-1))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new PeriodicCallback(nothing, interval))
          .withMessageContaining("wanted more than zero");
    }
    for (double jitter : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new PeriodicCallback(nothing, TEN, jitter, null))
          .withMessageContaining("jitter");
    }
  }

  @LoopTest
  @Tag("PER-3")
  void ticksStayOnTheGrid(IOLoop loop, ManualClock clock) {
    var periodic =
        new PeriodicCallback(
            () -> {
              ticks.add(loop.time());
              clock.advance(Duration.ofSeconds(3)); // what the call lasts
            },
            TEN);
    periodic.start();
    sleep(55);
    periodic.stop();
    assertThat(ticks).containsExactly(10.0, 20.0, 30.0, 40.0, 50.0);
  }

  private void ticksThatLast(IOLoop loop, java.util.function.LongConsumer last) {
    var durations = new ArrayDeque<>(List.of(9, 9, 10, 11, 20, 20, 35, 35, 0, 0, 0));
    var periodic =
        new PeriodicCallback(
            () -> {
              ticks.add(loop.time());
              if (!durations.isEmpty()) {
                last.accept(durations.removeFirst());
              }
            },
            TEN);
    periodic.start();
    sleep(235);
    periodic.stop();
    assertThat(ticks)
        .containsExactly(10.0, 20.0, 30.0, 50.0, 70.0, 100.0, 130.0, 170.0, 210.0, 220.0, 230.0);
  }

  @LoopTest
  @Tag("PER-4")
  @Tag("PER-5")
  void overRunsSkipWholeIntervalsAndAreNotReplayed(IOLoop loop, ManualClock clock) {
    ticksThatLast(loop, seconds -> clock.advance(Duration.ofSeconds(seconds)));
  }

  @LoopTest
  @Tag("PER-4")
  @Tag("PER-10")
  void ticksThatWaitNeverOverlapAndSkipWhatTheyMiss(IOLoop loop) {
    ticksThatLast(loop, seconds -> sleep(seconds));
  }

  @LoopTest
  @Tag("PER-5")
  void aLongGapIsFollowedByOneTickOnly(IOLoop loop, ManualClock clock) {
    var periodic = every(TEN, loop);
    periodic.start();
    clock.advance(Duration.ofSeconds(1005));
    sleep(10);
    periodic.stop();
    assertThat(ticks).containsExactly(1005.0, 1010.0);
  }

  @LoopTest
  @Tag("PER-6")
  void aFailingTickIsLoggedAndTheNextOneComes(IOLoop loop, LogRecorder log) {
    var periodic =
        new PeriodicCallback(
            () -> {
              ticks.add(loop.time());
              throw new IllegalStateException("oops " + ticks.size());
            },
            TEN);
    periodic.start();
    sleep(35);
    periodic.stop();
    assertThat(ticks).containsExactly(10.0, 20.0, 30.0);
    log.expect(Level.ERROR, "oops 1");
    log.expect(Level.ERROR, "oops 2");
    log.expect(Level.ERROR, "oops 3");
  }

  @LoopTest
  @Tag("PER-7")
  void stopCancelsThePendingTickAndIsRunningSpansTheTicks(IOLoop loop) {
    var periodic = every(TEN, loop);
    assertThat(periodic.isRunning()).isFalse();
    periodic.stop();
    periodic.start();
    assertThat(periodic.isRunning()).isTrue();
    sleep(15);
    assertThat(periodic.isRunning()).isTrue();
    periodic.stop();
    periodic.stop();
    assertThat(periodic.isRunning()).isFalse();
    sleep(30);
    assertThat(ticks).containsExactly(10.0);
  }

  @LoopTest
  @Tag("PER-7")
  void stopWorksInsideTheCallback(IOLoop loop) {
    var self = new PeriodicCallback[1];
    self[0] =
        new PeriodicCallback(
            () -> {
              ticks.add(loop.time());
              assertThat(self[0].isRunning()).isTrue();
              self[0].stop();
            },
            TEN);
    self[0].start();
    sleep(50);
    assertThat(ticks).containsExactly(10.0);
    assertThat(self[0].isRunning()).isFalse();
  }

  @LoopTest
  @Tag("PER-8")
  void aRestartBeginsANewGrid(IOLoop loop) {
    var periodic = every(TEN, loop);
    periodic.start();
    sleep(24);
    periodic.stop();
    periodic.start();
    sleep(25);
    periodic.stop();
    assertThat(ticks).containsExactly(10.0, 20.0, 34.0, 44.0);
  }

  @LoopTest
  @Tag("PER-9")
  void startingTwiceMakesNoSecondChain(IOLoop loop) {
    var periodic = every(TEN, loop);
    periodic.start();
    sleep(4);
    periodic.start();
    sleep(51);
    periodic.stop();
    sleep(30);
    assertThat(ticks).containsExactly(10.0, 20.0, 30.0, 40.0, 50.0);
  }

  @LoopTest
  @Tag("PER-11")
  void restartingDuringATickThatWaitsMakesNoSecondChain(IOLoop loop) {
    var periodic =
        new PeriodicCallback(
            () -> {
              ticks.add(loop.time());
              sleep(4);
            },
            TEN);
    periodic.start();
    sleep(12);
    periodic.stop();
    periodic.start();
    sleep(34);
    periodic.stop();
    assertThat(ticks).containsExactly(10.0, 22.0, 32.0, 42.0);
  }

  /** Time that a test may also step back; it jumps to the next timer as a manual clock does. */
  private static final class UnsteadyClock implements Clock {
    private long nanos;

    void step(long seconds) {
      nanos += Duration.ofSeconds(seconds).toNanos();
    }

    @Override
    public long nanoTime() {
      return nanos;
    }

    @Override
    public long blockFor(long nanosToDeadline, boolean jobsOutside) {
      nanos += Math.max(0, nanosToDeadline);
      return Math.min(0, nanosToDeadline);
    }
  }

  private void ticksWithSteps(double until, Long... steps) {
    var clock = new UnsteadyClock();
    var left = new ArrayDeque<>(List.of(steps));
    var options = LoopOptions.defaults().withClock(clock);
    IOLoop.run(
        options,
        () -> {
          var loop = IOLoop.current();
          var periodic =
              new PeriodicCallback(
                  () -> {
                    ticks.add(loop.time());
                    if (!left.isEmpty()) {
                      clock.step(left.removeFirst());
                    }
                  },
                  TEN);
          periodic.start();
          sleep(until);
          periodic.stop();
          return null;
        });
  }

  @Test
  @Tag("PER-12")
  void smallStepsBackCauseNoDoubleTick() {
    ticksWithSteps(55, -2L, -1L, -3L, -2L, 0L);
    assertThat(ticks).containsExactly(10.0, 20.0, 30.0, 40.0, 50.0);
  }

  @Test
  @Tag("PER-12")
  void aLargeStepBackLeavesARealGap() {
    ticksWithSteps(35, -100L, 0L, 0L);
    // From −90 to the next point of the grid, at 20, pass 110 s.
    assertThat(ticks).containsExactly(10.0, 20.0, 30.0);
  }

  @LoopTest(limitSeconds = 10)
  @Tag("PER-13")
  void aClockLeapingAheadIsSkippedByArithmetic(IOLoop loop, ManualClock clock) {
    var periodic = every(Duration.ofNanos(1000), loop);
    periodic.start();
    clock.advance(Duration.ofDays(3650)); // 3 * 10^14 intervals
    Futures.moment().await();
    Futures.moment().await();
    periodic.stop();
    assertThat(ticks).hasSizeBetween(1, 3);
  }

  @LoopTest
  @Tag("PER-14")
  void jitterSpreadsTicks(IOLoop loop) {
    var draws = new ArrayDeque<>(List.of(0.5, 1.0, 0.0, 0.75, 0.5));
    var periodic =
        new PeriodicCallback(
            () -> ticks.add(loop.time()), TEN, 0.5, null, () -> draws.removeFirst());
    periodic.start();
    sleep(42);
    periodic.stop();
    assertThat(ticks).containsExactly(10.0, 22.5, 30.0, 41.25);
  }

  @LoopTest
  @Tag("PER-14")
  void jitterKeepsTheMeanRateAndItsBounds(IOLoop loop) {
    var random = new java.util.Random(4711);
    var periodic =
        new PeriodicCallback(() -> ticks.add(loop.time()), TEN, 0.4, null, random::nextDouble);
    periodic.start();
    sleep(20_000);
    periodic.stop();
    assertThat((double) ticks.size()).isBetween(1950.0, 2050.0);
    for (int i = 1; i < ticks.size(); i++) {
      assertThat(ticks.get(i) - ticks.get(i - 1)).isBetween(7.999, 12.001);
    }
  }

  @LoopTest
  @Tag("PER-15")
  void theLoopIsLookedUpAtTheStart(IOLoop loop) throws Exception {
    var made = new CompletableFuture<PeriodicCallback>();
    Thread.ofPlatform().start(() -> made.complete(every(TEN, loop)));
    var periodic = made.get();
    periodic.start();
    sleep(15);
    periodic.stop();
    assertThat(ticks).containsExactly(10.0);
  }

  @Test
  @Tag("PER-15")
  void aLoopThatIsGivenIsUsedWhateverIsCurrent() {
    var options = LoopOptions.defaults().withMakeCurrent(MakeCurrent.NEVER);
    try (var given = new IOLoop(options.withClock(new ManualClock()))) {
      var periodic = new PeriodicCallback(() -> ticks.add(given.time()), TEN, 0, given);
      periodic.start();
      given.runSync(
          () -> {
            sleep(25);
            return null;
          });
      periodic.stop();
    }
    assertThat(ticks).containsExactly(10.0, 20.0);
  }

  /** Ten readings of the same moment before the next. */
  private static final class CoarseClock implements Clock {
    private static final long RESOLUTION = Duration.ofMillis(15).toNanos();
    private static final int READINGS = 10;
    private long readings;

    @Override
    public long nanoTime() {
      return readings++ / READINGS * RESOLUTION;
    }

    @Override
    public long blockFor(long nanosToDeadline, boolean jobsOutside) {
      return 0;
    }
  }

  @Test
  @Tag("PER-16")
  void oneTickPerReadingOfTheClockHoweverFastTheLoop() {
    IOLoop.run(
        LoopOptions.defaults().withClock(new CoarseClock()),
        () -> {
          var loop = IOLoop.current();
          var periodic = new PeriodicCallback(() -> ticks.add(loop.time()), Duration.ofMillis(5));
          periodic.start();
          sleep(1);
          periodic.stop();
          return null;
        });
    assertThat(ticks).hasSizeGreaterThan(10).doesNotHaveDuplicates();
  }

  @LoopTest
  void aTickPendingAtTheEndDoesNotKeepTheLoop(IOLoop loop) {
    every(TEN, loop).start();
  }
}
