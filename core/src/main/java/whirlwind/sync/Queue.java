// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.loop.IOLoop;

/**
 * Hands items from coroutines that make them to coroutines that work on them: first in, first out,
 * and with a size that makes the ones wait for the others. It counts the work that is not done yet.
 *
 * <p>An item given to a waiting getter is taken whether or not anybody takes it out of the future.
 * So await at once what {@link #get} returns, give the time-out to it and not to {@code
 * withTimeout}, and {@link Future#cancel cancel} what is not wanted any more: a get that is
 * cancelled or times out takes no item, and such a put adds none.
 *
 * <p><b>Threads:</b> on the loop only. <b>Ordering:</b> putters and getters are served in the order
 * in which they came, and nobody overtakes those who wait.
 *
 * <p>Source: Tornado's {@code tornado.queues.Queue}.
 *
 * @param <E> the type of the items, which are not null
 */
public sealed class Queue<E> permits PriorityQueue, LifoQueue {
  private final IOLoop loop = IOLoop.current();
  private final int maxsize;
  private final Items<E> items;

  /** Getters wait only while the queue is empty, and putters only while it is full. */
  private final Waiters<E> getters = new Waiters<>(loop, kind() + ".get()");

  private final Waiters<@Nullable Void> putters = new Waiters<>(loop, kind() + ".put()");
  private final Waiters<@Nullable Void> joiners = new Waiters<>(loop, kind() + ".join()");
  private int unfinished;

  /** A queue without a limit. */
  public Queue() {
    this(0);
  }

  /**
   * A queue of at most {@code maxsize} items; zero means no limit.
   *
   * @throws IllegalArgumentException when it is negative
   */
  public Queue(int maxsize) {
    this(maxsize, new Items.Fifo<>());
  }

  Queue(int maxsize, Items<E> items) {
    if (maxsize < 0) {
      throw new IllegalArgumentException("maxsize: wanted zero or more, got " + maxsize);
    }
    this.maxsize = maxsize;
    this.items = items;
  }

  private String kind() {
    return getClass().getSimpleName();
  }

  /** How many items there may be; zero means any number. */
  public int maxsize() {
    return maxsize;
  }

  /** How many items there are, not counting those of putters that wait. */
  public int qsize() {
    return items.size();
  }

  /** Whether there is no item. */
  public boolean empty() {
    return items.size() == 0;
  }

  /** Whether a put would wait. */
  public boolean full() {
    return maxsize > 0 && items.size() >= maxsize;
  }

  // ---------------------------------------------------------------- putting

  /** Adds an item, or waits until there is room for it. */
  public Future<@Nullable Void> put(E item) {
    return put(item, null);
  }

  /**
   * Adds an item, or waits for room as long as {@code timeout}: then the future fails with a {@link
   * whirlwind.future.TimeoutException}, and the item does not enter.
   *
   * @param timeout zero or less means the next turn, null for ever
   */
  public Future<@Nullable Void> put(E item, @Nullable Duration timeout) {
    requireUsable(item);
    if (full()) {
      items.check(item);
      return putters.add(new Putter(item), timeout);
    }
    enter(item);
    return putters.granted(null);
  }

  /**
   * Adds an item.
   *
   * @throws QueueFullException when there is no room
   */
  public void putNowait(E item) {
    requireUsable(item);
    if (full()) {
      throw new QueueFullException("putNowait(): wanted a queue with room, got " + this);
    }
    enter(item);
  }

  private void requireUsable(E item) {
    loop.requireCurrent();
    Objects.requireNonNull(item, "item");
  }

  private void enter(E item) {
    if (getters.isEmpty()) {
      items.add(item);
      unfinished++;
    } else {
      items.check(item);
      unfinished++;
      getters.wakeOne(item);
    }
  }

  /** One who waits for room, with an item. */
  private final class Putter extends Waiter<@Nullable Void> {
    private final E item;

    Putter(E item) {
      super(loop);
      this.item = item;
    }

    @Override
    void woken(@Nullable Void room) {
      try {
        enter(item);
      } catch (RuntimeException incomparable) { // with what has come since
        promise.setException(incomparable);
        return;
      }
      promise.setResult(null);
    }
  }

  // ---------------------------------------------------------------- getting

  /** Takes the next item, or waits for one. */
  public Future<E> get() {
    return get(null);
  }

  /**
   * Takes the next item, or waits for one as long as {@code timeout}: then the future fails with a
   * {@link whirlwind.future.TimeoutException}.
   *
   * @param timeout zero or less means the next turn, null for ever
   */
  public Future<E> get(@Nullable Duration timeout) {
    loop.requireCurrent();
    return empty() ? getters.add(timeout) : getters.granted(take());
  }

  /**
   * Takes the next item.
   *
   * @throws QueueEmptyException when there is none
   */
  public E getNowait() {
    loop.requireCurrent();
    if (empty()) {
      throw new QueueEmptyException("getNowait(): wanted a queue with an item, got " + this);
    }
    return take();
  }

  /** The putter's item enters before one is taken, so that it takes part in the order. */
  private E take() {
    while (items.size() <= maxsize && putters.wakeOne(null)) {}
    return items.take();
  }

  // ---------------------------------------------------------------- the work

  /**
   * Says that the work on one item that was taken is done.
   *
   * @throws IllegalStateException when it was said for every item already
   */
  public void taskDone() {
    loop.requireCurrent();
    if (unfinished == 0) {
      throw new IllegalStateException(
          "taskDone(): wanted at most one call for an item, got one more: " + this);
    }
    if (--unfinished == 0) {
      joiners.wakeAll(null);
    }
  }

  /** Completes once {@link #taskDone} was called for every item; at once when there was none. */
  public Future<@Nullable Void> join() {
    return join(null);
  }

  /**
   * {@link #join()}, but fails with a {@link whirlwind.future.TimeoutException} when {@code
   * timeout} has passed before.
   *
   * @param timeout zero or less means the next turn, null for ever
   */
  public Future<@Nullable Void> join(@Nullable Duration timeout) {
    loop.requireCurrent();
    return unfinished == 0 ? joiners.granted(null) : joiners.add(timeout);
  }

  @Override
  public String toString() {
    return kind()
        + "[maxsize "
        + maxsize
        + ", items "
        + items
        + ", "
        + getters.size()
        + " getting, "
        + putters.size()
        + " putting, "
        + unfinished
        + " unfinished]";
  }
}
