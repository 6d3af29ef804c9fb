// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.future.Futures;
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
 * <p>Whoever has nothing more to put closes the queue, and whoever works on the items need not know
 * when that will be: {@code for (var item : queue)} takes them one by one, waits for more, and ends
 * when the queue is closed and empty. What the loop has not reached is still there if it breaks
 * off.
 *
 * <p><b>Threads:</b> on the loop only. <b>Ordering:</b> putters and getters are served in the order
 * in which they came, and nobody overtakes those who wait.
 *
 * <p>Source: Tornado's {@code tornado.queues.Queue}.
 *
 * @param <E> the type of the items, which are not null
 */
public sealed class Queue<E> implements Iterable<E> permits PriorityQueue, LifoQueue {
  private final IOLoop loop = IOLoop.current();
  private final int maxsize;
  private final Items<E> items;

  /** Getters wait only while the queue is empty, and putters only while it is full. */
  private final Waiters<E> getters = new Waiters<>(loop, this, "get()");

  private final Waiters<@Nullable Void> putters = new Waiters<>(loop, this, "put()");
  private final Waiters<@Nullable Void> joiners = new Waiters<>(loop, this, "join()");
  private final Future<@Nullable Void> done = Futures.completed(loop, null);
  private long unfinished;

  /** What is thrown by an operation, named in front, that finds the queue closed; null: open. */
  private @Nullable Function<String, RuntimeException> refusal;

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

  /**
   * Adds an item, or waits until there is room for it. The future fails with a {@link
   * QueueClosedException} when the queue is closed before that.
   *
   * @throws QueueClosedException when it is closed already
   */
  public Future<@Nullable Void> put(E item) {
    return put(item, null);
  }

  /**
   * Adds an item, or waits for room as long as {@code timeout}: then the future fails with a {@link
   * whirlwind.future.TimeoutException}, and the item does not enter.
   *
   * @param timeout zero or less means the next turn, null for ever
   * @throws QueueClosedException when it is closed already
   */
  public Future<@Nullable Void> put(E item, @Nullable Duration timeout) {
    requireUsable("put()", item);
    if (full()) {
      items.check(item);
      return putters.add(recipient -> new Putter(recipient, item), timeout);
    }
    enter(item);
    return done;
  }

  /**
   * Adds an item.
   *
   * @throws QueueFullException when there is no room
   * @throws QueueClosedException when it is closed
   */
  public void putNowait(E item) {
    requireUsable("putNowait()", item);
    if (full()) {
      throw new QueueFullException("putNowait(): wanted a queue with room, got " + this);
    }
    enter(item);
  }

  private void requireUsable(String operation, E item) {
    loop.requireCurrent();
    Objects.requireNonNull(item, "item");
    if (refusal != null) {
      throw refusal.apply(operation);
    }
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
  private final class Putter extends Claim<@Nullable Void> {
    private final E item;

    Putter(Recipient<@Nullable Void> recipient, E item) {
      super(recipient);
      this.item = item;
    }

    @Override
    void woken(@Nullable Void room) {
      try {
        enter(item);
      } catch (RuntimeException incomparable) { // with what has come since
        failed(incomparable);
        return;
      }
      super.woken(room);
    }
  }

  // ---------------------------------------------------------------- getting

  /**
   * Takes the next item, or waits for one. The future fails with a {@link QueueClosedException}
   * when the queue is closed before one comes.
   *
   * @throws QueueClosedException when it is closed already, and empty
   */
  public Future<E> get() {
    return get(null);
  }

  /**
   * Takes the next item, or waits for one as long as {@code timeout}: then the future fails with a
   * {@link whirlwind.future.TimeoutException}.
   *
   * @param timeout zero or less means the next turn, null for ever
   * @throws QueueClosedException when it is closed already, and empty
   */
  public Future<E> get(@Nullable Duration timeout) {
    loop.requireCurrent();
    if (!empty()) {
      return Futures.completed(loop, take());
    }
    if (refusal != null) {
      throw refusal.apply("get()");
    }
    return getters.add(Claim::new, timeout);
  }

  /**
   * Takes the next item.
   *
   * @throws QueueEmptyException when there is none yet
   * @throws QueueClosedException when there is none and the queue is closed
   */
  public E getNowait() {
    loop.requireCurrent();
    if (empty()) {
      if (refusal != null) {
        throw refusal.apply("getNowait()");
      }
      throw new QueueEmptyException("getNowait(): wanted a queue with an item, got " + this);
    }
    return take();
  }

  /** The putter's item enters before one is taken, so that it takes part in the order. */
  private E take() {
    while (items.size() <= maxsize && putters.wakeOne(null)) {}
    return items.take();
  }

  /**
   * Takes items as they come, waiting for each in {@code hasNext()}, until the queue is closed and
   * empty. Several coroutines may do so at once; each item is given to one of them.
   */
  @Override
  public Iterator<E> iterator() {
    return new Arrivals<>(this::get);
  }

  // ---------------------------------------------------------------- the end

  /**
   * Says that nothing more will be put. Items that are here can still be taken; whoever waits to
   * put, or for an item that does not come any more, fails with a {@link QueueClosedException}, in
   * order. Closing again does nothing; {@link #join} and {@link #taskDone} go on as before.
   */
  public void close() {
    close(
        operation ->
            new QueueClosedException(operation + ": wanted a queue that is open, got " + this));
  }

  /** {@link #close()} with another exception. */
  void close(Function<String, RuntimeException> refusal) {
    loop.requireCurrent();
    if (this.refusal == null) {
      this.refusal = refusal;
      putters.failAll(() -> refusal.apply("put()"));
      getters.failAll(() -> refusal.apply("get()"));
    }
  }

  /** Drops the items that are here. */
  void clear() {
    while (!empty()) {
      items.take();
    }
  }

  /** Whether it was closed; there may still be items. */
  public boolean isClosed() {
    return refusal != null;
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
    return unfinished == 0 ? done : joiners.add(Claim::new, timeout);
  }

  // ---------------------------------------------------------------- what it is

  Offer<E> getting() {
    return new Offer<>(
        kind() + ".get()",
        () -> !empty() || isClosed(),
        this::get,
        recipient -> getters.join(new Claim<>(recipient)));
  }

  Offer<@Nullable Void> putting(E item) {
    return new Offer<>(
        kind() + ".put()",
        () -> !full() || isClosed(),
        () -> put(item),
        recipient -> join(recipient, item));
  }

  private Waiter<?> join(Recipient<@Nullable Void> recipient, E item) {
    items.check(item);
    return putters.join(new Putter(recipient, item));
  }

  /** Who waits, for diagnosis: getters in order, putters in order, and those in {@link #join}. */
  public List<Waiting> waiting() {
    var all = getters.waiting();
    all.addAll(putters.waiting());
    all.addAll(joiners.waiting());
    return all;
  }

  @Override
  public String toString() {
    return kind()
        + (isClosed() ? "[closed, maxsize " : "[maxsize ")
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
