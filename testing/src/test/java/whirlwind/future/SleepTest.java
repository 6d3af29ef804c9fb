// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;
import whirlwind.testing.ManualClock;

class SleepTest {

  private final List<String> events = new ArrayList<>();

  @LoopTest
  @Tag("FUT-22")
  void completesAfterThatTimeAndNotBefore(IOLoop loop, ManualClock clock) {
    clock.autoAdvance(false);
    var sleep = Futures.sleep(Duration.ofSeconds(5));
    clock.advance(Duration.ofMillis(4999));
    turns(3);
    assertThat(sleep.isDone()).isFalse();
    clock.advance(Duration.ofMillis(1));
    turns(3);

    assertThat(sleep.isDone()).isTrue();
    assertThat(loop.time()).isEqualTo(5.0);
  }

  private static void turns(int count) {
    for (int turn = 0; turn < count; turn++) {
      Futures.moment().await();
    }
  }

  @LoopTest
  @Tag("FUT-22")
  void zeroAndNegativeCompleteOnTheNextTurn(IOLoop loop) {
    double before = loop.time();
    for (var delay : List.of(Duration.ZERO, Duration.ofSeconds(-3))) {
      var sleep = Futures.sleep(delay);
      assertThat(sleep.isDone()).isFalse();
      turns(2);
      assertThat(sleep.isDone()).isTrue();
    }

    assertThat(loop.time()).isEqualTo(before);
  }

  @LoopTest
  @Tag("FUT-22")
  void cancellingItIsSafeAndTheLaterFiringIsIgnored() {
    var sleep = Futures.sleep(Duration.ofSeconds(5));
    assertThat(sleep.cancel()).isTrue();
    Futures.sleep(Duration.ofSeconds(10)).await();

    assertThat(sleep.isCancelled()).isTrue();
    assertThat(catchThrowable(sleep::await)).isInstanceOf(CancelledException.class);
  }

  @Test
  @Timeout(20)
  @Tag("FUT-22")
  void cancellingItRemovesTheTimer() {
    var spy = new DeadlineSpy();
    spy.run(
        () -> {
          var sleep = Futures.sleep(Duration.ofHours(1));
          assertThat(spy.nanosToFirstTimer()).isEqualTo(Duration.ofHours(1).toNanos());
          sleep.cancel();
          assertThat(spy.nanosToFirstTimer()).isEqualTo(DeadlineSpy.NO_TIMER);
          return null;
        });
  }

  @LoopTest
  @Tag("FUT-22")
  void holdsNoThread() {
    int before = Thread.activeCount();
    var sleeps = new ArrayList<Future<?>>();
    for (int i = 0; i < 1000; i++) {
      sleeps.add(Futures.sleep(Duration.ofSeconds(i)));
    }

    assertThat(Thread.activeCount()).isLessThan(before + 10);
    sleeps.forEach(Future::await);
  }

  @Test
  void outsideOfALoopIsRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Futures.sleep(Duration.ZERO))
        .withMessageContaining(Thread.currentThread().getName());
  }

  @LoopTest
  @Tag("GEN-5")
  void aMomentGivesEverybodyElseTheirTurn(IOLoop loop) {
    var both = List.of(loop.spawn(() -> five("a", true)), loop.spawn(() -> five("b", true)));
    both.forEach(Future::await);

    assertThat(String.join("", events)).isEqualTo("ababababab");
  }

  @LoopTest
  @Tag("GEN-5")
  void withoutItEachRunsToItsEnd(IOLoop loop) {
    var both = List.of(loop.spawn(() -> five("a", false)), loop.spawn(() -> five("b", false)));
    both.forEach(Future::await);

    assertThat(String.join("", events)).isEqualTo("aaaaabbbbb");
  }

  private String five(String name, boolean yielding) {
    for (int i = 0; i < 5; i++) {
      events.add(name);
      var next = yielding ? Futures.moment() : Futures.completed(null);
      next.await();
    }
    return name;
  }
}
