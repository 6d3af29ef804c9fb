// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.SlowProgram;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import whirlwind.diagnosis.SlowSlice;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;

/** The one who notices callbacks that block their loop. The machine's time, for it is of that. */
class WatchdogTest {
  private static final Duration THRESHOLD = Duration.ofMillis(20);

  private record Report(IOLoop loop, Duration running, List<StackTraceElement> stack) {}

  private final List<Report> reports = new CopyOnWriteArrayList<>();

  private void watch(IOLoop loop) {
    loop.slowCallbackThreshold(
        THRESHOLD,
        (blocked, running, stack) -> reports.add(new Report(blocked, running, List.of(stack))));
  }

  private void blockUntilReported() {
    int before = reports.size();
    while (reports.size() == before) {
      Thread.onSpinWait();
    }
  }

  /**
   * Those of the callback that blocks on purpose: a busy machine may stop others for a while, too.
   */
  private List<Report> reportsOnPurpose() {
    return reports.stream().filter(report -> isIn(report, "blockUntilReported")).toList();
  }

  private static boolean isIn(Report report, String method) {
    return report.stack.stream().anyMatch(frame -> frame.getMethodName().equals(method));
  }

  private static void spin(Duration time) {
    long end = Clock.system().nanoTime() + time.toNanos();
    while (Clock.system().nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("IOL-80")
  void aStuckCallbackIsLoggedWithItsStackWhileItIsStuck(IOLoop loop, LogRecorder log) {
    loop.slowCallbackThreshold(THRESHOLD);
    var done = new Promise<Boolean>(loop);
    loop.addCallback(
        () -> {
          while (log.unexpected().isEmpty()) {
            Thread.onSpinWait();
          }
          loop.slowCallbackThreshold(null);
          done.setResult(true);
        });
    assertThat(done.await()).isTrue();
    var line = log.expect(Level.WARNING, "has been blocked for");
    assertThat(line.thrown().getStackTrace())
        .anyMatch(frame -> frame.getClassName().equals(WatchdogTest.class.getName()));
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("IOL-80")
  @Tag("IOL-81")
  void aStuckCoroutineIsReportedOnceWithItsStack(IOLoop loop) {
    watch(loop);
    blockUntilReported();
    spin(THRESHOLD.multipliedBy(3));
    Futures.moment().await();
    assertThat(reports).noneMatch(report -> isIn(report, "spin"));
    assertThat(reportsOnPurpose()).hasSize(1);
    var report = reportsOnPurpose().getFirst();
    assertThat(report.loop()).isSameAs(loop);
    assertThat(report.running()).isGreaterThanOrEqualTo(THRESHOLD);
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("IOL-81")
  void eachStuckCallbackTriggersTheAction(IOLoop loop) {
    watch(loop);
    for (int count = 1; count <= 3; count++) {
      var done = new Promise<Boolean>(loop);
      loop.addCallback(
          () -> {
            blockUntilReported();
            done.setResult(true);
          });
      done.await();
    }
    assertThat(reportsOnPurpose()).hasSize(3);
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("IOL-80")
  void timeAsleepNeverCounts(IOLoop loop) {
    watch(loop);
    blockUntilReported(); // from here on it looks often
    var slept = new Promise<Boolean>(loop);
    loop.addCallback(
        () -> { // a callback that waits is not one that blocks
          Futures.sleep(THRESHOLD.multipliedBy(4)).await();
          slept.setResult(true);
        });
    Futures.sleep(THRESHOLD.multipliedBy(8)).await();
    assertThat(slept.isDone()).isTrue();
    assertThat(reports).noneMatch(report -> isIn(report, "poll"));
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("IOL-80")
  void nullSwitchesItOff(IOLoop loop) {
    watch(loop);
    blockUntilReported();
    loop.slowCallbackThreshold(null);
    Futures.moment().await();
    reports.clear();
    spin(THRESHOLD.multipliedBy(4));
    assertThat(reports).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> loop.slowCallbackThreshold(Duration.ZERO));
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  void anAwaitInAStaticInitialiserFailsInsteadOfBlockingTheLoop(IOLoop loop) {
    Assumptions.assumeTrue(loop.carrier().equals("loop"), "on the baton carrier the loop goes on");
    watch(loop);
    assertThatThrownBy(Awaiting::touch)
        .isInstanceOf(ExceptionInInitializerError.class)
        .cause()
        .hasMessageContaining("static initialiser");
    assertThat(reports).isNotEmpty();
    assertThat(loop.runInExecutor(() -> "goes on").await()).isEqualTo("goes on");
  }

  /** Its initialiser is a native frame on the stack: a coroutine cannot leave its thread there. */
  private static final class Awaiting {
    static {
      Futures.sleep(Duration.ofMillis(1)).await();
    }

    private Awaiting() {}

    static void touch() {}
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("DIA-8")
  void whatIsSlowAtOnePlaceTwiceIsLoggedOnceAndCountedTwice(IOLoop loop, LogRecorder log) {
    timesSlow(loop); // loads its classes, which may take long
    loop.slowCallbackThreshold(THRESHOLD.multipliedBy(10));
    for (int count = 1; count <= 2; count++) {
      int wanted = count;
      SlowProgram.spinUntil(() -> timesSlow(loop) == wanted);
      Futures.moment().await();
    }
    var slowest = loop.slowest();
    loop.slowCallbackThreshold(null);
    assertThat(slowest)
        .filteredOn(WatchdogTest::isOfTheProgram)
        .singleElement()
        .extracting(SlowSlice::times)
        .isEqualTo(2L);
    // A busy machine may stop other code for a while, too.
    var lines = log.unexpected();
    lines.forEach(_ -> log.expect(Level.WARNING, "has been blocked for"));
    assertThat(lines).filteredOn(line -> isOfTheProgram(line.thrown())).hasSize(1);
  }

  private static boolean isOfTheProgram(Throwable where) {
    return Arrays.stream(where.getStackTrace())
        .anyMatch(frame -> frame.getClassName().equals(SlowProgram.class.getName()));
  }

  private static long timesSlow(IOLoop loop) {
    return loop.slowest().stream()
        .filter(WatchdogTest::isOfTheProgram)
        .mapToLong(SlowSlice::times)
        .sum();
  }

  private static boolean isOfTheProgram(SlowSlice slice) {
    return slice.callSite().startsWith(SlowProgram.class.getName());
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("DIA-10")
  void timeInWhichTheWatchdogWasStoppedItselfDoesNotCount(IOLoop loop) {
    loop.slowCallbackThreshold(null);
    var threshold = Duration.ofSeconds(1);
    var watchdog =
        Watchdog.watch(
            loop,
            loop.queue(),
            threshold,
            (_, running, _) -> reports.add(new Report(loop, running, List.of())));
    watchdog.stop(); // from now on it is asked by hand
    long second = threshold.toNanos();
    watchdog.sample(0, 0); // notes the slice
    watchdog.sample(second / 2, 0);
    watchdog.sample(9 * second, 9 * second - 1);
    assertThat(reports).isEmpty();
    watchdog.sample(11 * second, 0);
    assertThat(reports).hasSize(1);
    assertThat(reports.getFirst().running()).isEqualTo(threshold.multipliedBy(2).plusNanos(1));
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  void anActionThatFailsIsLogged(IOLoop loop, LogRecorder log) {
    loop.slowCallbackThreshold(
        THRESHOLD,
        (_, _, _) -> {
          throw new IllegalStateException("oops");
        });
    while (log.unexpected().isEmpty()) {
      Thread.onSpinWait();
    }
    log.expect(Level.ERROR, "oops");
  }
}
