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
 * Selects over a queue with room for one item, a semaphore and an event, among plain waits on the
 * same: an account of lines in which a wait may stand more than once, and of which it leaves all
 * when its turn has come in one.
 */
final class SelectModel extends Model {

  /** The things that are waited for, each with a line of its own. */
  private enum What {
    GET,
    PUT,
    ACQUIRE,
    SET
  }

  private static final class Choosing extends Wait {
    int item;

    Choosing(String name, long deadline) {
      super(name, deadline);
    }
  }

  private final Queue<Integer> queue = new Queue<>(1);
  private final Semaphore semaphore = new Semaphore(1);
  private final Event event = new Event();

  private final List<Deque<Choosing>> lines = new ArrayList<>();
  private @Nullable Integer inside;
  private int free = 1;
  private boolean set;
  private int items;

  SelectModel(ManualClock clock) {
    super(clock);
    for (var _ : What.values()) {
      lines.add(new ArrayDeque<>());
    }
  }

  private Deque<Choosing> line(What what) {
    return lines.get(what.ordinal());
  }

  @Override
  String operate(Step step) {
    return switch (Step.pick(step.what(), 12)) {
      case 0 -> release();
      case 1 -> setOrClear();
      case 2 -> plainGet();
      case 3 -> plainPut();
      default -> select(step);
    };
  }

  // ---------------------------------------------------------------- selecting

  private String select(Step step) {
    var timeout = timeout(step);
    var wait = new Choosing(nextName("select"), deadline(timeout));
    wait.item = items++;
    var wanted = wanted(step);
    var cases = new ArrayList<Case<String>>();
    wanted.forEach(what -> cases.add(caseOf(what, wait.item)));
    if (timeout != null) {
      cases.add(Case.after(timeout, () -> "time"));
    }
    var now = wanted.stream().filter(this::isReady).findFirst();
    if (now.isPresent()) {
      takeEffect(now.get(), wait);
    } else {
      wanted.forEach(what -> line(what).add(wait));
    }
    began(wait, Select.first(cases));
    return wait + " of " + cases;
  }

  /** At least one of them, in an order that the step decides, perhaps one of them twice. */
  private static List<What> wanted(Step step) {
    var wanted = new ArrayList<What>();
    int rest = step.which();
    for (int count = 1 + Step.pick(step.what() / 12, 4); wanted.size() < count; rest /= 4) {
      wanted.add(What.values()[Step.pick(rest, 4)]);
    }
    return wanted;
  }

  private Case<String> caseOf(What what, int item) {
    return switch (what) {
      case GET -> Case.get(queue, got -> "got " + got);
      case PUT -> Case.put(queue, item, () -> "put");
      case ACQUIRE -> Case.acquire(semaphore, permit -> "acquired");
      case SET -> Case.set(event, () -> "set");
    };
  }

  private boolean isReady(What what) {
    return switch (what) {
      case GET -> inside != null;
      case PUT -> inside == null;
      case ACQUIRE -> free > 0;
      case SET -> set;
    };
  }

  /** What {@code wait} chose does not have to be waited for. */
  private void takeEffect(What what, Choosing wait) {
    switch (what) {
      case GET -> {
        int got = Objects.requireNonNull(inside);
        inside = null;
        win(wait, "got " + got);
        var putter = line(What.PUT).peek();
        if (putter != null) {
          win(putter, "put");
          inside = putter.item;
        }
      }
      case PUT -> {
        win(wait, "put");
        put(wait.item);
      }
      case ACQUIRE -> {
        free--;
        win(wait, "acquired");
      }
      case SET -> win(wait, "set");
    }
  }

  private void win(Choosing wait, String what) {
    lines.forEach(line -> line.removeIf(each -> each == wait));
    grant(wait, what);
  }

  private void put(int item) {
    var getter = line(What.GET).peek();
    if (getter != null) {
      win(getter, "got " + item);
    } else {
      inside = item;
    }
  }

  // ---------------------------------------------------------------- the others

  private String release() {
    semaphore.release();
    var next = line(What.ACQUIRE).peek();
    if (next == null) {
      free++;
    } else {
      win(next, "acquired");
    }
    return "release";
  }

  private String setOrClear() {
    if (set) {
      event.clear();
    } else {
      event.set();
      for (var next = line(What.SET).peek(); next != null; next = line(What.SET).peek()) {
        win(next, "set");
      }
    }
    set = !set;
    return set ? "set" : "clear";
  }

  private String plainGet() {
    var wait = new Choosing(nextName("get"), Long.MAX_VALUE);
    if (inside == null) {
      line(What.GET).add(wait);
    } else {
      takeEffect(What.GET, wait);
    }
    began(wait, queue.get());
    return wait.name;
  }

  private String plainPut() {
    var wait = new Choosing(nextName("put"), Long.MAX_VALUE);
    wait.item = items++;
    if (inside == null) {
      takeEffect(What.PUT, wait);
    } else {
      line(What.PUT).add(wait);
    }
    began(wait, queue.put(wait.item));
    return wait.name;
  }

  @Override
  void compareValue(Wait wait, @Nullable Object got) {
    var text =
        switch (got) {
          case Selected<?> selected -> selected.run();
          case Integer item -> "got " + item;
          case null -> "put";
          default -> got;
        };
    same(wait.value, text, wait);
  }

  @Override
  void cancelled(Wait wait) {
    lines.forEach(line -> line.removeIf(each -> each == wait));
    end(wait, Stand.CANCELLED, null);
  }

  @Override
  void expired(Wait wait) {
    win((Choosing) wait, "time");
  }

  @Override
  Object primitive() {
    return queue.toString().replaceAll(", \\d+ unfinished", "") + semaphore + event;
  }

  @Override
  String expectedText() {
    return "Queue[maxsize 1, items %s, %d getting, %d putting]"
            .formatted(
                inside == null ? "[]" : "[" + inside + "]",
                line(What.GET).size(),
                line(What.PUT).size())
        + "Semaphore[%d free, %d waiting]".formatted(free, line(What.ACQUIRE).size())
        + "Event[%s, %d waiting]".formatted(set ? "set" : "clear", line(What.SET).size());
  }
}
