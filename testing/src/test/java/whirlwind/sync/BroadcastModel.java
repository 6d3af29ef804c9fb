// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import whirlwind.testing.ManualClock;

/** A broadcast: what each subscriber has, who waits for an item, and who waits to publish. */
final class BroadcastModel extends Model {
  private static final int MOST_SUBSCRIBERS = 3;

  private static final class Publishing extends Wait {
    final int item;

    Publishing(String name, long deadline, int item) {
      super(name, deadline);
      this.item = item;
    }
  }

  /** One subscriber, with the account of it. */
  private final class Subscriber {
    final Subscription<Integer> real;
    final Deque<Integer> items = new ArrayDeque<>();
    final Deque<Wait> getters = new ArrayDeque<>();
    long missed;
    boolean ended;
    boolean slow;

    Subscriber(Subscription<Integer> real) {
      this.real = real;
    }

    boolean full() {
      return items.size() == capacity;
    }

    void end() {
      ended = true;
      while (!getters.isEmpty()) {
        BroadcastModel.this.end(getters.remove(), Stand.REFUSED, null);
      }
    }
  }

  private final SlowSubscriber policy;
  private final int capacity;
  private final Broadcast<Integer> channel;
  private final List<Subscriber> subscribers = new ArrayList<>();

  /** Those who have ended, but may still have items. */
  private final List<Subscriber> all = new ArrayList<>();

  private final Deque<Publishing> publishers = new ArrayDeque<>();
  private int made;
  private boolean closed;

  BroadcastModel(ManualClock clock, SlowSubscriber policy, int capacity) {
    super(clock);
    this.policy = policy;
    this.capacity = capacity;
    this.channel = new Broadcast<>(capacity, policy);
  }

  @Override
  String operate(Step step) {
    return switch (Step.pick(step.what(), 16)) {
      case 0, 1 -> subscribe();
      case 2 -> all.isEmpty() ? subscribe() : unsubscribe(pickOne(all, step.which()));
      case 3 -> Step.pick(step.which(), 10) == 0 ? close() : publish(step);
      case 4, 5, 6, 7, 8 -> publish(step);
      default -> all.isEmpty() ? subscribe() : get(pickOne(all, step.which()), step);
    };
  }

  private String subscribe() {
    if (closed) {
      refused(QueueClosedException.class, channel::subscribe);
      return "subscribe to closed";
    }
    if (subscribers.size() == MOST_SUBSCRIBERS) {
      return unsubscribe(subscribers.getFirst());
    }
    var subscriber = new Subscriber(channel.subscribe());
    subscribers.add(subscriber);
    all.add(subscriber);
    return "subscribe";
  }

  private String unsubscribe(Subscriber subscriber) {
    subscriber.real.close();
    all.remove(subscriber);
    subscribers.remove(subscriber);
    subscriber.items.clear();
    subscriber.end();
    publishWaiting();
    same(0, subscriber.real.size(), "items after unsubscribing");
    return "unsubscribe";
  }

  private String publish(Step step) {
    var timeout = timeout(step);
    int item = made++;
    if (closed) {
      refused(QueueClosedException.class, () -> channel.publish(item, timeout));
      return "publish to closed";
    }
    var wait = new Publishing(nextName("publish"), deadline(timeout), item);
    boolean waits = someAreFull();
    if (waits) {
      publishers.add(wait);
    } else {
      grant(wait, null);
    }
    began(wait, channel.publish(item, timeout));
    if (!waits) {
      deliver(item);
    }
    return wait + " of " + item + " for " + timeout;
  }

  private boolean someAreFull() {
    return policy == SlowSubscriber.WAIT && subscribers.stream().anyMatch(Subscriber::full);
  }

  private void publishWaiting() {
    while (!someAreFull() && !publishers.isEmpty()) {
      var publisher = publishers.remove();
      grant(publisher, null);
      deliver(publisher.item);
    }
  }

  private void deliver(int item) {
    for (var subscriber : List.copyOf(subscribers)) {
      if (subscriber.full() && policy == SlowSubscriber.DROP_SUBSCRIBER) {
        subscriber.slow = true;
        subscriber.end();
        subscribers.remove(subscriber);
        continue;
      }
      if (subscriber.full()) {
        subscriber.items.remove();
        subscriber.missed++;
      }
      if (subscriber.getters.isEmpty()) {
        subscriber.items.add(item);
      } else {
        grant(subscriber.getters.remove(), item);
      }
    }
  }

  private String get(Subscriber subscriber, Step step) {
    var timeout = timeout(step);
    if (subscriber.items.isEmpty() && subscriber.ended) {
      refused(
          subscriber.slow ? SlowSubscriberException.class : QueueClosedException.class,
          () -> subscriber.real.get(timeout));
      return "get after the end";
    }
    var wait = new Wait(nextName("get"), deadline(timeout));
    if (subscriber.items.isEmpty()) {
      subscriber.getters.add(wait);
    } else {
      grant(wait, subscriber.items.remove());
    }
    began(wait, subscriber.real.get(timeout));
    publishWaiting();
    return wait + " for " + timeout;
  }

  private String close() {
    channel.close();
    closed = true;
    while (!publishers.isEmpty()) {
      end(publishers.remove(), Stand.REFUSED, null);
    }
    subscribers.forEach(Subscriber::end);
    subscribers.clear();
    return "close";
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
    publishers.remove(wait);
    all.forEach(each -> each.getters.remove(wait));
    end(wait, stand, null);
  }

  @Override
  Object primitive() {
    var text = new StringBuilder().append(channel.subscribers()).append(channel.waiting().size());
    for (var each : all) {
      text.append(' ').append(each.real.size()).append(each.real.waiting().size());
      text.append(each.real.missed());
    }
    return text;
  }

  @Override
  String expectedText() {
    var text = new StringBuilder().append(subscribers.size()).append(publishers.size());
    for (var each : all) {
      text.append(' ').append(each.items.size()).append(each.getters.size()).append(each.missed);
    }
    return text.toString();
  }
}
