// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The heap of timers, against a sorted set. */
class TimersTest {
  private final IOLoop loop = new IOLoop(LoopOptions.defaults().withMakeCurrent(MakeCurrent.NEVER));
  private final Timers timers = new Timers();
  private long created;

  @AfterEach
  void close() {
    loop.close();
  }

  private Timeout timer(long deadline) {
    var timer = new Timeout(loop, deadline, created++, () -> {});
    timers.add(timer);
    return timer;
  }

  @Test
  void randomAddsAndRemovesAgreeWithASortedSet() {
    for (int seed = 0; seed < 50; seed++) {
      var random = new Random(seed);
      var model =
          new TreeSet<Timeout>(
              Comparator.<Timeout>comparingLong(timer -> timer.deadlineNanos)
                  .thenComparingLong(timer -> timer.sequence));
      var all = new ArrayList<Timeout>();
      for (int step = 0; step < 2000; step++) {
        boolean growing = step % 1000 < 600;
        if (random.nextInt(10) < (growing ? 7 : 2)) {
          var timer = timer(random.nextInt(100)); // many have the same deadline
          model.add(timer);
          all.add(timer);
        } else if (random.nextBoolean() && !all.isEmpty()) {
          var any = all.get(random.nextInt(all.size())); // also one that was removed before
          timers.remove(any);
          model.remove(any);
        } else if (timers.first() instanceof Timeout first) {
          timers.remove(first);
          model.remove(first);
        }
        assertThat(timers.first())
            .as("seed %d, step %d", seed, step)
            .isSameAs(model.isEmpty() ? null : model.first());
        assertThat(timers.size()).isEqualTo(model.size());
      }
      while (!model.isEmpty()) {
        assertThat(timers.first()).isSameAs(model.pollFirst());
        timers.remove(timers.first());
      }
      assertThat(timers.first()).isNull();
    }
  }

  @Test
  void aMillionAreFineAndRemovedOnesLeaveNothing() {
    int million = 1_000_000;
    var random = new Random(1);
    var all = new ArrayList<Timeout>(million);
    for (int i = 0; i < million; i++) {
      all.add(timer(random.nextLong()));
    }
    assertThat(timers.size()).isEqualTo(million);
    assertThat(timers.capacity()).isLessThan(2 * million + 100);
    java.util.Collections.shuffle(all, random);
    all.forEach(timers::remove);
    assertThat(timers.size()).isZero();
    assertThat(timers.first()).isNull();
    assertThat(timers.capacity()).isLessThan(100);
  }

  @Test
  void removingTwiceTakesNoOther() {
    var first = timer(1);
    var second = timer(2);
    timers.remove(first);
    timers.remove(first);
    assertThat(timers.size()).isEqualTo(1);
    assertThat(timers.first()).isSameAs(second);
  }
}
