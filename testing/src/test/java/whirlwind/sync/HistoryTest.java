// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayDeque;
import java.util.Deque;
import whirlwind.testing.LoopTest;
import whirlwind.testing.ManualClock;

/** The search for failing histories itself: it finds what is planted, and makes it short. */
class HistoryTest {

  /** An account of a lock that believes in serving the latest first. */
  private static final class Lifo extends Model {
    private final Lock lock = new Lock();
    private final Deque<Wait> line = new ArrayDeque<>();
    private boolean held;

    Lifo(ManualClock clock) {
      super(clock);
    }

    @Override
    String operate(Step step) {
      if (held && Step.pick(step.what(), 3) == 0) {
        lock.release();
        held = !line.isEmpty();
        if (held) {
          grant(line.removeLast(), null);
        }
        return "release";
      }
      var wait = new Wait(nextName("acquire"), Long.MAX_VALUE);
      if (held) {
        line.add(wait);
      } else {
        held = true;
        grant(wait, null);
      }
      began(wait, lock.acquire());
      return wait.name;
    }

    @Override
    void compareValue(Wait wait, Object got) {}

    @Override
    void cancelled(Wait wait) {
      line.remove(wait);
      end(wait, Stand.CANCELLED, null);
    }

    @Override
    void expired(Wait wait) {
      throw new AssertionError("none has a time-out");
    }

    @Override
    Object primitive() {
      return lock.waiting().size();
    }

    @Override
    String expectedText() {
      return String.valueOf(line.size());
    }
  }

  @LoopTest
  void aFailureIsShownWithItsSeedAndTheShortestHistory(ManualClock clock) {
    clock.autoAdvance(false);
    var failure = catchThrowable(() -> History.check(1_000_000, () -> new Lifo(clock)));

    assertThat(failure)
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "seed 0, shortest history found:\n  acquire#0\n  acquire#1\n  acquire#2\n  release\n"
                + "and then: acquire#2: wanted GRANTED, got PENDING");
  }

  @LoopTest
  void whatIsRightPasses(ManualClock clock) {
    clock.autoAdvance(false);
    History.check(1_000, () -> new LockModel(clock, false));
  }
}
