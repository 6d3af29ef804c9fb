// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.util.ArrayDeque;

/**
 * The items inside a queue, which decide the order in which they come out.
 *
 * @param <E> the type of the items
 */
sealed interface Items<E> permits Items.Fifo, Items.Lifo, Items.Watched, SortedItems {

  /** Throws what {@link #add} would throw; for an item that shall be added later or not at all. */
  void check(E item);

  /** Adds {@code item}, or throws and has changed nothing. */
  void add(E item);

  /** Removes the next one; there is one. */
  E take();

  int size();

  /** First in, first out. */
  record Fifo<E>(ArrayDeque<E> line) implements Items<E> {
    Fifo() {
      this(new ArrayDeque<>());
    }

    @Override
    public void check(E item) {}

    @Override
    public void add(E item) {
      line.addLast(item);
    }

    @Override
    public E take() {
      return line.removeFirst();
    }

    @Override
    public int size() {
      return line.size();
    }

    @Override
    public String toString() {
      return line.toString();
    }
  }

  /** {@code items}, of which somebody wants to know when one has been taken. */
  record Watched<E>(Items<E> items, Runnable taken) implements Items<E> {
    @Override
    public void check(E item) {
      items.check(item);
    }

    @Override
    public void add(E item) {
      items.add(item);
    }

    @Override
    public E take() {
      var item = items.take();
      taken.run();
      return item;
    }

    @Override
    public int size() {
      return items.size();
    }

    @Override
    public String toString() {
      return items.toString();
    }
  }

  /** Last in, first out. */
  record Lifo<E>(ArrayDeque<E> stack) implements Items<E> {
    Lifo() {
      this(new ArrayDeque<>());
    }

    @Override
    public void check(E item) {}

    @Override
    public void add(E item) {
      stack.push(item);
    }

    @Override
    public E take() {
      return stack.pop();
    }

    @Override
    public int size() {
      return stack.size();
    }

    @Override
    public String toString() {
      return stack.toString();
    }
  }
}
