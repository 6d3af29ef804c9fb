// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;

/**
 * So many permits: for code that no more than a number of coroutines may be in at a time.
 *
 * <p>A permit that was granted is taken whether or not anybody takes it out of the future. So await
 * at once what {@link #acquire} returns, give the time-out to it and not to {@code withTimeout},
 * and {@link Future#cancel cancel} what is not wanted any more.
 *
 * <p><b>Threads:</b> on the loop only. <b>Ordering:</b> first come, first served; a release hands
 * over to the next in line before it returns, and nobody overtakes.
 *
 * <p>Source: Tornado's {@code tornado.locks.Semaphore}.
 */
public sealed class Semaphore permits BoundedSemaphore {
  private final IOLoop loop = IOLoop.current();
  private final Waiters<Permit> waiters = new Waiters<>(loop, this, "acquire()");
  private final int most;

  /** More than zero only while nobody waits. */
  private int free;

  /** One permit. */
  public Semaphore() {
    this(1);
  }

  /**
   * So many permits; releases may add to them.
   *
   * @throws IllegalArgumentException when {@code permits} is negative
   */
  public Semaphore(int permits) {
    this(permits, Integer.MAX_VALUE);
  }

  Semaphore(int permits, int most) {
    if (permits < 0) {
      throw new IllegalArgumentException("permits: wanted zero or more, got " + permits);
    }
    this.free = permits;
    this.most = most;
  }

  /** Takes a permit, or waits until there is one for this caller. */
  public Future<Permit> acquire() {
    return acquire(null);
  }

  /**
   * Takes a permit, or waits for one as long as {@code timeout}: then the future fails with a
   * {@link whirlwind.future.TimeoutException}. A free permit is taken however short the time.
   *
   * @param timeout zero or less means the next turn, null for ever
   */
  public Future<Permit> acquire(@Nullable Duration timeout) {
    loop.requireCurrent();
    if (free == 0) {
      return waiters.add(Claim::new, timeout);
    }
    free--;
    return Futures.completed(loop, new One());
  }

  /**
   * Gives one permit to the next in line, or back.
   *
   * @throws IllegalStateException when there are as many as there can be; nothing has changed then
   */
  public void release() {
    loop.requireCurrent();
    if (waiters.isEmpty()) {
      if (free == most) {
        throw new IllegalStateException(
            this + ": wanted no more releases than acquires, got one more");
      }
      free++;
    } else {
      waiters.wakeOne(new One());
    }
  }

  /** A permit of this semaphore. */
  private final class One extends Permit {
    @Override
    void giveBack() {
      release();
    }
  }

  Offer<Permit> acquiring() {
    return new Offer<>(
        getClass().getSimpleName() + ".acquire()",
        () -> free > 0,
        this::acquire,
        recipient -> waiters.join(new Claim<>(recipient)));
  }

  /** Who waits, in order, for diagnosis. */
  public List<Waiting> waiting() {
    return waiters.waiting();
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + "[" + free + " free, " + waiters.size() + " waiting]";
  }
}
