// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Gives futures in the order in which they complete, for whoever handles each result as it comes:
 *
 * <pre>{@code
 * var each = WaitIterator.of(first, second);
 * while (each.hasNext()) {
 *   var result = each.next().await();
 *   handle(each.currentKey(), result);
 * }
 * }</pre>
 *
 * <p>A failure is that one item's alone, and the iteration may go on. Futures that are done already
 * come first, in order of input.
 *
 * @param <K> what names an input: its index, or its key in the map
 * @param <T> the type of the values
 */
public final class WaitIterator<K, T extends @Nullable Object> {
  private record Item<K, T extends @Nullable Object>(K key, Future<T> future) {}

  private final ArrayDeque<Item<K, T>> finished = new ArrayDeque<>();
  private int remaining;
  private @Nullable Promise<T> waiting;
  private @Nullable Item<K, T> current;

  private WaitIterator(Map<K, ? extends Future<T>> futures) {
    var home = Scheduler.current();
    remaining = futures.size();
    futures.forEach(
        (key, future) -> {
          var item = new Item<K, T>(key, future);
          if (future.isDone()) {
            finished.add(item);
          } else {
            future.onComplete(_ -> home.execute(() -> finish(item)));
          }
        });
  }

  /** Over {@code futures}, named by index. */
  @SafeVarargs
  public static <T extends @Nullable Object> WaitIterator<Integer, T> of(Future<T>... futures) {
    var byIndex = new LinkedHashMap<Integer, Future<T>>();
    for (var future : futures) {
      byIndex.put(byIndex.size(), future);
    }
    return new WaitIterator<>(byIndex);
  }

  /** Over the values of {@code futures}, named by key. */
  public static <K, T extends @Nullable Object> WaitIterator<K, T> of(
      Map<K, ? extends Future<T>> futures) {
    return new WaitIterator<>(futures);
  }

  /**
   * Whether there are inputs that {@link #next} has not given yet. At the end the current ones are
   * forgotten.
   */
  public boolean hasNext() {
    if (remaining == 0) {
      current = null;
    }
    return remaining > 0;
  }

  /**
   * The outcome of the input that completes next.
   *
   * @throws NoSuchElementException when all were given
   * @throws IllegalStateException while the one given last is still pending
   */
  public Future<T> next() {
    if (waiting != null) {
      throw new IllegalStateException("wanted the previous next() to be done, got a second call");
    }
    if (!hasNext()) {
      throw new NoSuchElementException("all inputs were given");
    }
    var promise = new Promise<T>().named("WaitIterator.next()", this);
    waiting = promise;
    promise.onCancel(
        cause -> {
          waiting = null;
          return promise.tryCancel(cause);
        });
    giveFinished();
    return promise;
  }

  /** What names the input given last. */
  public K currentKey() {
    return given().key;
  }

  /** The input given last. */
  public Future<T> currentFuture() {
    return given().future;
  }

  private Item<K, T> given() {
    if (current == null) {
      throw new NoSuchElementException("no input is current: none was given yet, or all were");
    }
    return current;
  }

  private void finish(Item<K, T> item) {
    finished.add(item);
    giveFinished();
  }

  private void giveFinished() {
    var promise = waiting;
    if (promise == null || finished.isEmpty()) {
      return;
    }
    waiting = null;
    remaining--;
    current = finished.remove();
    Futures.chain(current.future, promise);
  }
}
