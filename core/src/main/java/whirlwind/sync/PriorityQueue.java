// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.util.Comparator;
import java.util.Objects;

/**
 * A queue that gives out the lowest item first, and equal ones in the order in which they came.
 *
 * <p><b>Errors:</b> an item that cannot be compared with those that are here, or with itself, is
 * refused by a {@link ClassCastException}, or whatever the comparator throws, before anything
 * changes. If it cannot be compared with what came while it waited for room, its put fails so.
 *
 * <p>Source: Tornado's {@code tornado.queues.PriorityQueue}.
 *
 * @param <E> the type of the items, which are not null
 */
public final class PriorityQueue<E> extends Queue<E> {

  /** A queue in natural order without a limit. */
  public PriorityQueue() {
    this(0);
  }

  /** A queue in natural order of at most {@code maxsize} items; zero means no limit. */
  @SuppressWarnings("unchecked") // what has no natural order is refused by put
  public PriorityQueue(int maxsize) {
    this(maxsize, (Comparator<? super E>) Comparator.naturalOrder());
  }

  /** A queue in the order of {@code lowestFirst}; a {@code maxsize} of zero means no limit. */
  public PriorityQueue(int maxsize, Comparator<? super E> lowestFirst) {
    super(maxsize, new SortedItems<>(Objects.requireNonNull(lowestFirst, "lowestFirst")));
  }
}
