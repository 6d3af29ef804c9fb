// SPDX-License-Identifier: Apache-2.0
package whirlwind.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import whirlwind.loop.Clock;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.testing.ManualClock;

/** Time that jumps. */
class ClockJumpTest {

  /** As after a suspended machine: what is overdue runs, once and in order. */
  @Test
  @Tag("IOL-47")
  void aDayThatIsMissedLetsEachTimerRunOnceInOrder() {
    var clock = new ManualClock();
    var ran = new ArrayList<Integer>();
    try (var loop = new IOLoop(LoopOptions.defaults().withClock(clock))) {
      loop.runSync(
          () -> {
            for (int hours = 3; hours > 0; hours--) {
              int number = hours;
              loop.addTimeout(Duration.ofHours(hours), () -> ran.add(number));
            }
            clock.advance(Duration.ofDays(1));
            whirlwind.future.Futures.sleep(Duration.ofSeconds(1)).await();
            return null;
          });
    }
    assertThat(ran).isEqualTo(List.of(1, 2, 3));
  }

  /** Whoever sets the wall clock moves no deadline: the loop asks the monotonic one. */
  @Test
  @Tag("IOL-48")
  void theClockOfALoopIsTheMonotonicOne() {
    try (var loop = new IOLoop(LoopOptions.defaults())) {
      assertThat(loop.clock()).isSameAs(Clock.system());
      long before = System.nanoTime();
      long told = loop.clock().nanoTime();
      assertThat(told).isBetween(before, System.nanoTime());
    }
  }
}
