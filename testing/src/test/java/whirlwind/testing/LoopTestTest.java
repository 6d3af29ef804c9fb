// SPDX-License-Identifier: Apache-2.0
package whirlwind.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import whirlwind.future.Futures;
import whirlwind.loop.Clock;
import whirlwind.loop.IOLoop;

/** What a test that has nothing to hide sees of {@link LoopTest}. */
class LoopTestTest {
  private static final System.Logger LOG = System.getLogger("whirlwind.testing.own");

  private IOLoop loopOfBeforeEach;

  @BeforeEach
  void takeLoop(IOLoop loop) {
    loopOfBeforeEach = loop;
  }

  @LoopTest
  void theMethodIsACoroutineOfTheInjectedLoop(IOLoop loop) {
    assertThat(IOLoop.current()).isSameAs(loop).isSameAs(loopOfBeforeEach);
    Futures.moment().await();
    assertThat(loop.isCurrent()).isTrue();
  }

  @LoopTest
  void anHourOfSleepTakesNoTime(IOLoop loop, ManualClock clock) {
    long realBefore = Clock.system().nanoTime();
    double before = loop.time();
    Futures.sleep(Duration.ofHours(1)).await();
    assertThat(loop.time() - before).isEqualTo(3600);
    assertThat(clock.nanoTime()).isEqualTo(Duration.ofHours(1).toNanos());
    assertThat(Duration.ofNanos(Clock.system().nanoTime() - realBefore))
        .isLessThan(Duration.ofHours(1));
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  void theSystemClockIsThereOnRequest(IOLoop loop) {
    assertThat(loop.clock()).isSameAs(Clock.system());
  }

  @LoopTest
  void anExpectedLineDoesNoHarm(LogRecorder log) {
    LOG.log(Level.ERROR, "the sky is falling");
    assertThat(log.expect(Level.ERROR, "sky .* falling").logger())
        .isEqualTo("whirlwind.testing.own");
  }

  @LoopTest
  void whatEndsWithinAFewTurnsIsNotLeft(IOLoop loop) {
    loop.spawn(
        () -> {
          for (int turn = 0; turn < 20; turn++) {
            Futures.moment().await();
          }
          return null;
        });
  }
}
