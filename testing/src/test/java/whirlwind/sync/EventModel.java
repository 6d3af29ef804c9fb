// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.util.ArrayDeque;
import java.util.Deque;
import whirlwind.testing.ManualClock;

/** An event: whether it is set, and who waits. */
final class EventModel extends Model {
  private final Event event = new Event();
  private final Deque<Wait> line = new ArrayDeque<>();
  private boolean set;

  EventModel(ManualClock clock) {
    super(clock);
  }

  @Override
  String operate(Step step) {
    return switch (Step.pick(step.what(), 6)) {
      case 0 -> {
        event.set();
        set = true;
        while (!line.isEmpty()) {
          grant(line.remove(), true);
        }
        yield "set";
      }
      case 1 -> {
        event.clear();
        set = false;
        yield "clear";
      }
      default -> whenSet(step);
    };
  }

  private String whenSet(Step step) {
    var timeout = timeout(step);
    var wait = new Wait(nextName("whenSet"), deadline(timeout));
    if (set) {
      grant(wait, true);
    } else {
      line.add(wait);
    }
    began(wait, event.whenSet(timeout));
    return wait + " for " + timeout;
  }

  @Override
  void cancelled(Wait wait) {
    line.remove(wait);
    end(wait, Stand.CANCELLED, null);
  }

  @Override
  void expired(Wait wait) {
    line.remove(wait);
    grant(wait, false);
  }

  @Override
  Object primitive() {
    return event;
  }

  @Override
  String expectedText() {
    return "Event[" + (set ? "set" : "clear") + ", " + line.size() + " waiting]";
  }
}
