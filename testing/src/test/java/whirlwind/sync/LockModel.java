// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import whirlwind.testing.ManualClock;

/**
 * A lock, and a condition on it: who holds the lock, who waits for it, among them those who have
 * been notified or timed out or cancelled and want it again, and who waits for a notification.
 */
final class LockModel extends Model {

  /** Who has held the lock: known by the wait that acquired it. */
  private static final class Holder {
    final Wait acquired;
    boolean closed;

    Holder(Wait acquired) {
      this.acquired = acquired;
    }

    Permit permit() {
      return (Permit) Objects.requireNonNull(acquired.future).result();
    }
  }

  /** A wait for a notification, of one who wants the lock again however it ends. */
  private static final class Absence extends Wait {
    final Holder holder;
    @Nullable Stand outcome;
    boolean notified;

    Absence(String name, long deadline, Holder holder) {
      super(name, deadline);
      this.holder = holder;
    }
  }

  private final Lock lock = new Lock();
  private final Condition condition = new Condition(lock);
  private final boolean withCondition;
  private final Deque<Wait> lockLine = new ArrayDeque<>();
  private final Deque<Absence> conditionLine = new ArrayDeque<>();
  private final List<Holder> holders = new ArrayList<>();
  private @Nullable Holder holder;

  LockModel(ManualClock clock, boolean withCondition) {
    super(clock);
    this.withCondition = withCondition;
  }

  @Override
  String operate(Step step) {
    return switch (Step.pick(step.what(), withCondition ? 8 : 4)) {
      case 0 -> release();
      case 1 -> holders.isEmpty() ? release() : close(pickOne(holders, step.which()));
      case 2, 3 -> acquire(step);
      case 4 -> notifySome(Step.pick(step.which(), 3));
      default -> absent(step);
    };
  }

  // ---------------------------------------------------------------- the lock

  private String acquire(Step step) {
    var timeout = timeout(step);
    var wait = new Wait(nextName("acquire"), deadline(timeout));
    if (holder == null) {
      hold(wait);
    } else {
      lockLine.add(wait);
    }
    began(wait, lock.acquire(timeout));
    return wait + " for " + timeout;
  }

  private void hold(Wait acquired) {
    holder = new Holder(acquired);
    holders.add(holder);
    grant(acquired, null);
  }

  private String release() {
    var before = holder;
    if (before == null) {
      refused(IllegalStateException.class, lock::release);
      return "release nothing";
    }
    lock.release();
    closed(before);
    return "release";
  }

  private String close(Holder each) {
    each.permit().close();
    if (!each.closed) {
      closed(each);
    }
    return "close permit of " + each.acquired;
  }

  private void closed(Holder each) {
    if (each == holder) {
      passOn();
    }
    each.closed = true;
  }

  private void passOn() {
    do {
      holder = null;
      switch (lockLine.poll()) {
        case null -> {}
        case Absence absence -> comeBack(absence);
        case Wait wait -> hold(wait);
      }
    } while (holder != null && holder.closed);
  }

  // ---------------------------------------------------------------- the condition

  private String absent(Step step) {
    var before = holder;
    if (before == null) {
      refused(IllegalStateException.class, condition::whenNotified);
      return "wait without lock";
    }
    var timeout = timeout(step);
    var absence = new Absence(nextName("whenNotified"), deadline(timeout), before);
    began(absence, condition.whenNotified(timeout));
    conditionLine.add(absence);
    passOn();
    return absence + " for " + timeout;
  }

  private String notifySome(int count) {
    if (holder == null) {
      refused(IllegalStateException.class, () -> condition.notify(count));
      return "notify without lock";
    }
    condition.notify(count);
    for (int i = 0; i < count; i++) {
      notifyOne();
    }
    return "notify " + count;
  }

  private void notifyOne() {
    var absence = conditionLine.poll();
    if (absence != null) {
      absence.notified = true;
      wantBack(absence, Stand.GRANTED);
    }
  }

  private void wantBack(Absence absence, Stand outcome) {
    absence.outcome = outcome;
    if (holder != null) {
      lockLine.add(absence);
      return;
    }
    comeBack(absence);
    if (absence.holder.closed) {
      passOn();
    }
  }

  private void comeBack(Absence absence) {
    holder = absence.holder;
    end(absence, Objects.requireNonNull(absence.outcome), absence.notified);
  }

  @Override
  void cancelled(Wait wait) {
    if (!(wait instanceof Absence absence)) {
      lockLine.remove(wait);
      end(wait, Stand.CANCELLED, null);
    } else if (absence.outcome == null) {
      conditionLine.remove(absence);
      wantBack(absence, Stand.CANCELLED);
    } else {
      boolean passesOn = absence.outcome == Stand.GRANTED && absence.notified;
      absence.outcome = Stand.CANCELLED;
      if (passesOn) {
        notifyOne();
      }
    }
  }

  @Override
  void expired(Wait wait) {
    if (!(wait instanceof Absence absence)) {
      lockLine.remove(wait);
      end(wait, Stand.TIMED_OUT, null);
    } else if (absence.outcome == null) {
      conditionLine.remove(absence);
      wantBack(absence, Stand.GRANTED);
    }
  }

  // ---------------------------------------------------------------- comparing

  @Override
  void compareValue(Wait wait, @Nullable Object got) {
    if (wait instanceof Absence) {
      super.compareValue(wait, got);
    } else {
      same(true, got instanceof Permit, wait);
    }
  }

  @Override
  Object primitive() {
    return withCondition ? condition : lock;
  }

  @Override
  String expectedText() {
    var text =
        "Lock[%s, %d waiting]".formatted(holder == null ? "unlocked" : "locked", lockLine.size());
    return withCondition ? "Condition[" + text + ", " + conditionLine.size() + " waiting]" : text;
  }
}
