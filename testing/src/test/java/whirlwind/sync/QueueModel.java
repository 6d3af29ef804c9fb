// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import whirlwind.testing.ManualClock;

/** Queues of all kinds: which items are there, who puts, gets and joins, and what is unfinished. */
final class QueueModel extends Model {

  /** In which order items come out. */
  enum Kind {
    FIFO,
    LIFO,
    PRIORITY
  }

  /** Of few priorities, so that there are ties; those are told apart by number. */
  private record Item(int priority, int number) {
    @Override
    public String toString() {
      return priority + "." + number;
    }
  }

  private static final class Putting extends Wait {
    final Item item;

    Putting(String name, long deadline, Item item) {
      super(name, deadline);
      this.item = item;
    }
  }

  private final Kind kind;
  private final int maxsize;
  private final Queue<Item> queue;
  private final List<Item> items = new ArrayList<>();
  private final Deque<Wait> getters = new ArrayDeque<>();
  private final Deque<Putting> putters = new ArrayDeque<>();
  private final Deque<Wait> joiners = new ArrayDeque<>();
  private int unfinished;
  private int numbers;
  private boolean closed;

  QueueModel(ManualClock clock, Kind kind, int maxsize) {
    super(clock);
    this.kind = kind;
    this.maxsize = maxsize;
    this.queue =
        switch (kind) {
          case FIFO -> new Queue<>(maxsize);
          case LIFO -> new LifoQueue<>(maxsize);
          case PRIORITY -> new PriorityQueue<>(maxsize, Comparator.comparingInt(Item::priority));
        };
  }

  @Override
  String operate(Step step) {
    return switch (Step.pick(step.what(), 16)) {
      case 0 -> taskDone();
      case 1 -> join(step);
      case 2, 3 -> getNowait();
      case 4, 5 -> putNowait(item(step));
      case 6, 7, 8, 9 -> get(step);
      case 10 -> Step.pick(step.which(), 8) == 0 ? close() : get(step);
      default -> put(step);
    };
  }

  private Item item(Step step) {
    return new Item(Step.pick(step.which(), 3), numbers++);
  }

  private boolean full() {
    return maxsize > 0 && items.size() == maxsize;
  }

  // ---------------------------------------------------------------- putting

  private String put(Step step) {
    var timeout = timeout(step);
    var item = item(step);
    if (closed) {
      refused(QueueClosedException.class, () -> queue.put(item, timeout));
      return "put into closed";
    }
    var wait = new Putting(nextName("put"), deadline(timeout), item);
    if (full()) {
      putters.add(wait);
    } else {
      grant(wait, null);
    }
    began(wait, queue.put(item, timeout));
    if (wait.stand == Stand.GRANTED) {
      enter(item);
    }
    return wait + " of " + item + " for " + timeout;
  }

  private String putNowait(Item item) {
    if (closed) {
      refused(QueueClosedException.class, () -> queue.putNowait(item));
      return "putNowait into closed";
    }
    if (full()) {
      refused(QueueFullException.class, () -> queue.putNowait(item));
      return "putNowait into full";
    }
    queue.putNowait(item);
    enter(item);
    return "putNowait " + item;
  }

  private void enter(Item item) {
    unfinished++;
    if (getters.isEmpty()) {
      items.add(item);
    } else {
      grant(getters.remove(), item);
    }
  }

  // ---------------------------------------------------------------- getting

  private String get(Step step) {
    var timeout = timeout(step);
    if (items.isEmpty() && closed) {
      refused(QueueClosedException.class, () -> queue.get(timeout));
      return "get of closed";
    }
    var wait = new Wait(nextName("get"), deadline(timeout));
    if (items.isEmpty()) {
      getters.add(wait);
    } else {
      grant(wait, take());
    }
    began(wait, queue.get(timeout));
    return wait + " for " + timeout;
  }

  private String getNowait() {
    if (items.isEmpty()) {
      refused(closed ? QueueClosedException.class : QueueEmptyException.class, queue::getNowait);
      return "getNowait of empty";
    }
    same(take(), queue.getNowait(), "getNowait");
    return "getNowait";
  }

  private Item take() {
    var putter = putters.poll();
    if (putter != null) {
      grant(putter, null);
      enter(putter.item);
    }
    var next =
        switch (kind) {
          case FIFO -> items.getFirst();
          case LIFO -> items.getLast();
          case PRIORITY -> inOrder().getFirst();
        };
    items.remove(next);
    return next;
  }

  private List<Item> inOrder() {
    return items.stream().sorted(Comparator.comparingInt(Item::priority)).toList();
  }

  // ---------------------------------------------------------------- the rest

  private String close() {
    queue.close();
    closed = true;
    while (!putters.isEmpty()) {
      end(putters.remove(), Stand.REFUSED, null);
    }
    while (!getters.isEmpty()) {
      end(getters.remove(), Stand.REFUSED, null);
    }
    return "close";
  }

  private String taskDone() {
    if (unfinished == 0) {
      refused(IllegalStateException.class, queue::taskDone);
      return "taskDone too often";
    }
    queue.taskDone();
    if (--unfinished == 0) {
      while (!joiners.isEmpty()) {
        grant(joiners.remove(), null);
      }
    }
    return "taskDone";
  }

  private String join(Step step) {
    var timeout = timeout(step);
    var wait = new Wait(nextName("join"), deadline(timeout));
    if (unfinished == 0) {
      grant(wait, null);
    } else {
      joiners.add(wait);
    }
    began(wait, queue.join(timeout));
    return wait + " for " + timeout;
  }

  @Override
  void cancelled(Wait wait) {
    leave(wait, Stand.CANCELLED);
  }

  @Override
  void expired(Wait wait) {
    leave(wait, Stand.TIMED_OUT);
  }

  private void leave(Wait wait, Stand stand) {
    getters.remove(wait);
    putters.remove(wait);
    joiners.remove(wait);
    end(wait, stand, null);
  }

  @Override
  Object primitive() {
    return queue;
  }

  private Object shownItems() {
    return switch (kind) {
      case FIFO -> items;
      case LIFO -> items.reversed();
      case PRIORITY -> inOrder();
    };
  }

  @Override
  String expectedText() {
    return "%s[%smaxsize %d, items %s, %d getting, %d putting, %d unfinished]"
        .formatted(
            queue.getClass().getSimpleName(),
            closed ? "closed, " : "",
            maxsize,
            shownItems(),
            getters.size(),
            putters.size(),
            unfinished);
  }
}
