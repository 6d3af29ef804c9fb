// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;

/**
 * Items as they come, until there will be no more: for a {@code for} statement in a coroutine. It
 * takes one when asked whether there is one, and none ahead of that.
 *
 * @param <E> the type of the items
 */
final class Arrivals<E> implements Iterator<E> {
  private final Supplier<Future<E>> get;
  private @Nullable E next;

  /** Calls {@code get} for each item, until that ends in a {@link QueueClosedException}. */
  Arrivals(Supplier<Future<E>> get) {
    this.get = get;
  }

  @Override
  public boolean hasNext() {
    if (next == null) {
      try {
        next = get.get().await();
      } catch (QueueClosedException _) {
        return false;
      }
    }
    return true;
  }

  @Override
  public E next() {
    var item = hasNext() ? next : null;
    if (item == null) {
      throw new NoSuchElementException("no item comes any more");
    }
    next = null;
    return item;
  }
}
