// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

/**
 * A queue that gives out the latest item first.
 *
 * <p>Source: Tornado's {@code tornado.queues.LifoQueue}.
 *
 * @param <E> the type of the items, which are not null
 */
public final class LifoQueue<E> extends Queue<E> {

  /** A queue without a limit. */
  public LifoQueue() {
    this(0);
  }

  /** A queue of at most {@code maxsize} items; zero means no limit. */
  public LifoQueue(int maxsize) {
    super(maxsize, new Items.Lifo<>());
  }
}
