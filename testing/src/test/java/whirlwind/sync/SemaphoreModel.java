// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import whirlwind.testing.ManualClock;

/** Semaphores of both kinds: how many permits are free, and who waits. */
final class SemaphoreModel extends Model {
  private final Semaphore semaphore;
  private final int most;
  private final Deque<Wait> line = new ArrayDeque<>();

  /** Those who got a permit and have not closed it. */
  private final List<Wait> holders = new ArrayList<>();

  private int free;

  private SemaphoreModel(ManualClock clock, Semaphore semaphore, int permits, int most) {
    super(clock);
    this.semaphore = semaphore;
    this.free = permits;
    this.most = most;
  }

  static SemaphoreModel plain(ManualClock clock, int permits) {
    return new SemaphoreModel(clock, new Semaphore(permits), permits, Integer.MAX_VALUE);
  }

  static SemaphoreModel bounded(ManualClock clock, int permits) {
    return new SemaphoreModel(clock, new BoundedSemaphore(permits), permits, permits);
  }

  @Override
  String operate(Step step) {
    return switch (Step.pick(step.what(), 4)) {
      case 0 -> release();
      case 1 -> holders.isEmpty() ? release() : close(pickOne(holders, step.which()));
      default -> acquire(step);
    };
  }

  private String acquire(Step step) {
    var timeout = timeout(step);
    var wait = new Wait(nextName("acquire"), deadline(timeout));
    if (free > 0) {
      free--;
      grantPermit(wait);
    } else {
      line.add(wait);
    }
    began(wait, semaphore.acquire(timeout));
    return wait + " for " + timeout;
  }

  private void grantPermit(Wait wait) {
    grant(wait, null);
    holders.add(wait);
  }

  private String release() {
    if (isSurplus()) {
      refused(IllegalStateException.class, semaphore::release);
      return "release too often";
    }
    semaphore.release();
    released();
    return "release";
  }

  private String close(Wait holder) {
    var permit = (Permit) Objects.requireNonNull(holder.future).result();
    if (isSurplus()) {
      refused(IllegalStateException.class, permit::close);
      return "close one too many, of " + holder;
    }
    permit.close();
    permit.close(); // harmless
    holders.remove(holder);
    released();
    return "close permit of " + holder;
  }

  private boolean isSurplus() {
    return free == most && line.isEmpty();
  }

  private void released() {
    if (line.isEmpty()) {
      free++;
    } else {
      grantPermit(line.remove());
    }
  }

  @Override
  void compareValue(Wait wait, @Nullable Object got) {
    same("Permit[open]", String.valueOf(got), wait);
  }

  @Override
  void cancelled(Wait wait) {
    line.remove(wait);
    end(wait, Stand.CANCELLED, null);
  }

  @Override
  void expired(Wait wait) {
    line.remove(wait);
    end(wait, Stand.TIMED_OUT, null);
  }

  @Override
  Object primitive() {
    return semaphore;
  }

  @Override
  String expectedText() {
    return "%s[%d free, %d waiting]"
        .formatted(semaphore.getClass().getSimpleName(), free, line.size());
  }
}
