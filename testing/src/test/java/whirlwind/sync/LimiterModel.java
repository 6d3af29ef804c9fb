// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import whirlwind.testing.ManualClock;

/** A limiter: which borrower has a token, and who waits. */
final class LimiterModel extends Model {
  private static final int BORROWERS = 6;

  private static final class Borrowing extends Wait {
    final int borrower;

    Borrowing(String name, long deadline, int borrower) {
      super(name, deadline);
      this.borrower = borrower;
    }
  }

  private final CapacityLimiter limiter;
  private final Deque<Borrowing> line = new ArrayDeque<>();
  private final Map<Integer, Borrowing> borrowed = new HashMap<>();
  private int total = 2;

  LimiterModel(ManualClock clock) {
    super(clock);
    limiter = new CapacityLimiter(total);
  }

  @Override
  String operate(Step step) {
    int borrower = Step.pick(step.which(), BORROWERS);
    return switch (Step.pick(step.what(), 8)) {
      case 0 -> setTotal(Step.pick(step.which(), 4));
      case 1, 2 -> release(borrower);
      case 3 ->
          borrowed.isEmpty() ? release(borrower) : close(pickOne(borrowed.keySet(), borrower));
      default -> acquire(borrower, step);
    };
  }

  private String acquire(int borrower, Step step) {
    var timeout = timeout(step);
    if (borrowed.containsKey(borrower)
        || line.stream().anyMatch(each -> each.borrower == borrower)) {
      refused(IllegalStateException.class, () -> limiter.acquireOnBehalfOf(borrower, timeout));
      return "acquire twice for " + borrower;
    }
    var wait = new Borrowing(nextName("acquire"), deadline(timeout), borrower);
    if (borrowed.size() < total) {
      lend(wait);
    } else {
      line.add(wait);
    }
    began(wait, limiter.acquireOnBehalfOf(borrower, timeout));
    return wait + " of " + borrower + " for " + timeout;
  }

  private void lend(Borrowing wait) {
    borrowed.put(wait.borrower, wait);
    grant(wait, null);
  }

  private void lendToLine() {
    while (borrowed.size() < total && !line.isEmpty()) {
      lend(line.remove());
    }
  }

  private String release(int borrower) {
    if (borrowed.remove(borrower) == null) {
      refused(IllegalStateException.class, () -> limiter.releaseOnBehalfOf(borrower));
      return "release without, " + borrower;
    }
    limiter.releaseOnBehalfOf(borrower);
    lendToLine();
    return "release " + borrower;
  }

  private String close(int borrower) {
    var wait = Objects.requireNonNull(borrowed.remove(borrower));
    var permit = (Permit) Objects.requireNonNull(wait.future).result();
    permit.close();
    permit.close(); // harmless
    lendToLine();
    return "close permit of " + wait;
  }

  private String setTotal(int tokens) {
    limiter.totalTokens(tokens);
    total = tokens;
    lendToLine();
    return "total " + tokens;
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
    return limiter;
  }

  @Override
  String expectedText() {
    return "CapacityLimiter[%d of %d borrowed, %d waiting]"
        .formatted(borrowed.size(), total, line.size());
  }
}
