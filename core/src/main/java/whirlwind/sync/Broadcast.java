// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;

/**
 * Gives every item to everybody who has subscribed by then: for news, prices, the lines of a chat.
 *
 * <pre>{@code
 * try (var news = broadcast.subscribe()) {
 *   for (var item : news) {
 *     …
 *   }
 * }
 * }</pre>
 *
 * <p>Each subscriber has room for a number of items that it has not taken yet; what happens beyond
 * that is a {@link SlowSubscriber} policy. Without subscribers, items go nowhere.
 *
 * <p><b>Cancelling:</b> an item is given to all or, when its publish is cancelled or times out
 * before there is room, to none.
 *
 * <p><b>Threads:</b> on the loop only. <b>Ordering:</b> all subscribers get items in the order in
 * which they were published, and publishers that wait are served as they came.
 *
 * @param <E> the type of the items, which are not null
 */
public final class Broadcast<E> implements AutoCloseable {
  private final IOLoop loop = IOLoop.current();
  private final int capacity;
  private final SlowSubscriber policy;
  private final Set<Subscription<E>> subscriptions = new LinkedHashSet<>();

  /** Only under {@link SlowSubscriber#WAIT}, and only while a subscriber has no room. */
  private final Waiters<@Nullable Void> publishers = new Waiters<>(loop, this, "publish()");

  private final Future<@Nullable Void> done = Futures.completed(loop, null);
  private int withoutRoom;
  private boolean closed;

  /**
   * A channel whose subscribers have room for {@code capacity} items each.
   *
   * @throws IllegalArgumentException when it is not positive
   */
  public Broadcast(int capacity, SlowSubscriber policy) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity: wanted at least one item, got " + capacity);
    }
    this.capacity = capacity;
    this.policy = Objects.requireNonNull(policy, "policy");
  }

  /**
   * Begins to receive what is published from now on, including what publishers wait to publish.
   *
   * @throws QueueClosedException when it is closed
   */
  public Subscription<E> subscribe() {
    requireOpen("subscribe()");
    var subscription = new Subscription<>(this, capacity, policy);
    subscriptions.add(subscription);
    return subscription;
  }

  /**
   * Gives {@code item} to all subscribers, after waiting, if that is the policy, until all have
   * room. The future fails with a {@link QueueClosedException} when it is closed before that.
   *
   * @throws QueueClosedException when it is closed already
   */
  public Future<@Nullable Void> publish(E item) {
    return publish(item, null);
  }

  /**
   * {@link #publish(Object)} that waits as long as {@code timeout}: then the future fails with a
   * {@link whirlwind.future.TimeoutException}, and nobody gets the item.
   *
   * @param timeout zero or less means the next turn, null for ever
   * @throws QueueClosedException when it is closed already
   */
  public Future<@Nullable Void> publish(E item, @Nullable Duration timeout) {
    Objects.requireNonNull(item, "item");
    requireOpen("publish()");
    if (withoutRoom > 0) {
      return publishers.add(recipient -> new Publisher(recipient, item), timeout);
    }
    deliver(item);
    return done;
  }

  private void requireOpen(String operation) {
    loop.requireCurrent();
    if (closed) {
      throw refusal(operation);
    }
  }

  private QueueClosedException refusal(String operation) {
    return new QueueClosedException(operation + ": wanted a broadcast that is open, got " + this);
  }

  private final class Publisher extends Claim<@Nullable Void> {
    private final E item;

    Publisher(Recipient<@Nullable Void> recipient, E item) {
      super(recipient);
      this.item = item;
    }

    @Override
    void woken(@Nullable Void room) {
      deliver(item);
      super.woken(room);
    }
  }

  private void deliver(E item) {
    subscriptions.removeIf(subscription -> !subscription.offer(item));
  }

  /**
   * A subscriber under {@link SlowSubscriber#WAIT} has got room (-1), or has none any more (+1).
   */
  void withoutRoom(int change) {
    withoutRoom += change;
    while (withoutRoom == 0 && publishers.wakeOne(null)) {}
  }

  void remove(Subscription<E> subscription) {
    loop.requireCurrent();
    subscriptions.remove(subscription);
  }

  /** How many subscribers there are. */
  public int subscribers() {
    return subscriptions.size();
  }

  /** Whether it was closed. */
  public boolean isClosed() {
    return closed;
  }

  /**
   * Says that nothing more will be published. Subscribers can take what they have, and then end;
   * publishers that wait fail with a {@link QueueClosedException}. Closing again does nothing.
   */
  @Override
  public void close() {
    loop.requireCurrent();
    if (!closed) {
      closed = true;
      publishers.failAll(() -> refusal("publish()"));
      subscriptions.forEach(Subscription::endAfterLast);
      subscriptions.clear();
    }
  }

  /** Who waits to publish, in order, for diagnosis. */
  public List<Waiting> waiting() {
    return publishers.waiting();
  }

  @Override
  public String toString() {
    return "Broadcast["
        + (closed ? "closed, " : "")
        + policy
        + ", "
        + subscriptions.size()
        + " subscribed, "
        + withoutRoom
        + " without room, "
        + publishers.size()
        + " publishing]";
  }
}
