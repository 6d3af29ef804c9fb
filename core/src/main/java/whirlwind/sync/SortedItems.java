// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.util.Comparator;
import java.util.TreeSet;

/**
 * Items by priority, equal ones as they came.
 *
 * <p>A tree and no heap: it has made all comparisons before it changes anything, and taking the
 * first makes none. So whatever a comparison throws, it does no harm.
 */
final class SortedItems<E> implements Items<E> {
  private record Entry<E>(E item, long number) {
    @Override
    public String toString() {
      return item.toString();
    }
  }

  private final TreeSet<Entry<E>> entries;
  private long added;

  SortedItems(Comparator<? super E> order) {
    entries =
        new TreeSet<>(
            Comparator.<Entry<E>, E>comparing(Entry::item, order).thenComparingLong(Entry::number));
  }

  @Override
  public void check(E item) {
    var entry = new Entry<>(item, added);
    if (entries.isEmpty()) {
      new TreeSet<>(entries.comparator()).add(entry); // compares it with itself
    } else if (entries.contains(entry)) { // compares it with those that an add would
      throw new AssertionError("two entries have the number " + added);
    }
  }

  @Override
  public void add(E item) {
    entries.add(new Entry<>(item, added));
    added++;
  }

  @Override
  public E take() {
    return entries.removeFirst().item();
  }

  @Override
  public int size() {
    return entries.size();
  }

  @Override
  public String toString() {
    return entries.toString();
  }
}
