// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Timers of one loop: a binary heap by deadline and then by creation, in which each timer knows its
 * index, so that removing one costs O(log n) and leaves nothing behind.
 */
final class Timers {
  private static final int SMALLEST = 16;

  private @Nullable Timeout[] heap = new @Nullable Timeout[SMALLEST];
  private int size;

  int size() {
    return size;
  }

  /** How many there is room for, which follows their number down as well as up. */
  int capacity() {
    return heap.length;
  }

  /** The one due first, or null. */
  @Nullable Timeout first() {
    return heap[0];
  }

  void add(Timeout timeout) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size * 2);
    }
    size++;
    siftUp(size - 1, timeout);
  }

  /** Removes it; harmless when it is not here. */
  void remove(Timeout timeout) {
    int hole = timeout.index;
    if (hole == Timeout.NOT_IN_HEAP) {
      return;
    }
    timeout.index = Timeout.NOT_IN_HEAP;
    var last = heap[--size];
    heap[size] = null;
    if (last != null && last != timeout) {
      siftDown(hole, last);
      if (last.index == hole) {
        siftUp(hole, last);
      }
    }
    if (size < heap.length / 4 && heap.length > SMALLEST) {
      heap = Arrays.copyOf(heap, heap.length / 2);
    }
  }

  /** At most so many, the ones due first. */
  List<Timeout> next(int most) {
    var all = new ArrayList<Timeout>(size);
    for (var timeout : heap) {
      if (timeout != null) {
        all.add(timeout);
      }
    }
    all.sort(Timeout.ORDER);
    return all.subList(0, Math.min(most, all.size()));
  }

  void clear() {
    heap = new @Nullable Timeout[SMALLEST];
    size = 0;
  }

  private void siftUp(int from, Timeout timeout) {
    int at = from;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      var above = heap[parent];
      if (above == null || !timeout.isBefore(above)) {
        break;
      }
      put(at, above);
      at = parent;
    }
    put(at, timeout);
  }

  private void siftDown(int from, Timeout timeout) {
    int at = from;
    while (true) {
      int child = 2 * at + 1;
      if (child >= size) {
        break;
      }
      var below = heap[child];
      var right = child + 1 < size ? heap[child + 1] : null;
      if (below == null || right != null && right.isBefore(below)) {
        below = right;
        child++;
      }
      if (below == null || !below.isBefore(timeout)) {
        break;
      }
      put(at, below);
      at = child;
    }
    put(at, timeout);
  }

  private void put(int index, Timeout timeout) {
    heap[index] = timeout;
    timeout.index = index;
  }
}
