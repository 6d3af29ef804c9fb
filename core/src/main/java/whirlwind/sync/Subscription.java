// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;

/**
 * What one subscriber of a {@link Broadcast} has been given and not yet taken. A {@code for}
 * statement over it takes items as they come, until the channel is closed and all were taken.
 *
 * <p><b>Errors:</b> {@link QueueClosedException} from a get that finds nothing left after the end,
 * {@link SlowSubscriberException} from one, and from the iteration, if the end came for being slow.
 *
 * <p><b>Threads:</b> on the loop only.
 *
 * @param <E> the type of the items
 */
public final class Subscription<E> implements AutoCloseable, Iterable<E> {
  private final Broadcast<E> channel;
  private final SlowSubscriber policy;
  private final Queue<E> items;
  private boolean closed;
  private boolean withoutRoom;
  private long missed;

  Subscription(Broadcast<E> channel, int capacity, SlowSubscriber policy) {
    this.channel = channel;
    this.policy = policy;
    this.items = new Queue<>(capacity, new Items.Watched<>(new Items.Fifo<>(), this::lookForRoom));
  }

  // ---------------------------------------------------------------- the channel's side

  /** Gives it {@code item}; false when that has ended the subscription. */
  boolean offer(E item) {
    if (items.full()) {
      switch (policy) {
        case WAIT -> throw new AssertionError("the channel waits until there is room");
        case DROP_OLDEST -> {
          items.getNowait();
          missed++;
        }
        case DROP_SUBSCRIBER -> {
          endForBeingSlow(item);
          return false;
        }
      }
    }
    items.putNowait(item);
    lookForRoom();
    return true;
  }

  private void endForBeingSlow(E item) {
    items.close(
        operation ->
            new SlowSubscriberException(
                operation + ": the subscription ended, as there was no room for " + item));
  }

  /** Nothing more comes. */
  void endAfterLast() {
    items.close(
        operation ->
            new QueueClosedException(
                operation + ": wanted a subscription that goes on, got " + this));
  }

  /** Tells the channel when there is no room any more, or some again, if anybody waits for it. */
  private void lookForRoom() {
    boolean full = policy == SlowSubscriber.WAIT && !closed && items.full();
    if (full != withoutRoom) {
      withoutRoom = full;
      channel.withoutRoom(full ? 1 : -1);
    }
  }

  // ---------------------------------------------------------------- the subscriber's side

  /** Takes the next item, or waits for one. */
  public Future<E> get() {
    return items.get();
  }

  /**
   * Takes the next item, or waits for one as long as {@code timeout}: then the future fails with a
   * {@link whirlwind.future.TimeoutException}.
   *
   * @param timeout zero or less means the next turn, null for ever
   */
  public Future<E> get(@Nullable Duration timeout) {
    return items.get(timeout);
  }

  /**
   * Takes the next item.
   *
   * @throws QueueEmptyException when there is none yet
   */
  public E getNowait() {
    return items.getNowait();
  }

  /** Takes items as they come, waiting for each, until the channel is closed. */
  @Override
  public Iterator<E> iterator() {
    return items.iterator();
  }

  /** How many items could be taken now. */
  public int size() {
    return items.qsize();
  }

  /** How many items {@link SlowSubscriber#DROP_OLDEST} has cost this subscriber. */
  public long missed() {
    return missed;
  }

  /**
   * Unsubscribes: what it has is dropped, and whoever waits for an item fails with a {@link
   * QueueClosedException}. Closing again does nothing.
   */
  @Override
  public void close() {
    channel.remove(this);
    if (!closed) {
      closed = true;
      endAfterLast();
      items.clear();
      lookForRoom();
    }
  }

  Offer<E> getting() {
    return items.getting();
  }

  /** Who waits for an item, in order, for diagnosis. */
  public List<Waiting> waiting() {
    return items.waiting();
  }

  @Override
  public String toString() {
    return "Subscription[" + items + ", " + missed + " missed]";
  }
}
