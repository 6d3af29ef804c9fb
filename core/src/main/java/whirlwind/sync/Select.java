// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;

/**
 * Waits for several things at once, of which exactly one takes effect: for coroutines that take
 * whatever comes first, from one of two queues, or until they are told to stop.
 *
 * <pre>{@code
 * while (true) {
 *   var goesOn = Select.first(
 *           Case.get(orders, order -> handle(order)),
 *           Case.set(stop, () -> false),
 *           Case.after(Duration.ofSeconds(30), () -> sayThatAllIsQuiet()))
 *       .await()
 *       .run();
 *   …
 * }
 * }</pre>
 *
 * <p>The future says which {@link Case} has won; {@link Selected#run()} runs the code of that one,
 * in the coroutine that calls it, so that it may await and throw like any other.
 *
 * <p><b>Losing:</b> a case that does not win has had no effect: no item was taken or put, no permit
 * acquired. The same is true of all when the future is cancelled before one has won. From then on
 * it cannot be cancelled, as ever in this package: what was handed over arrives.
 *
 * <p><b>Ordering:</b> if several can go at once, the first of them in the order of the arguments
 * does; so put first what matters most, and do not starve what comes after. Otherwise each case
 * stands in its line like any other wait, behind those who came before, and whichever's turn comes
 * first wins, in the very call that makes it so. Losing means leaving the line: a {@code Select}
 * that is repeated begins at the end of it each time.
 *
 * <p><b>Errors:</b> if a case fails while it waits, because its queue is closed, the whole does; if
 * it fails at once, or is none of this loop, the call throws, and nothing has changed.
 *
 * <p><b>Threads:</b> on the loop only.
 */
public final class Select {
  private Select() {}

  /**
   * Completes once the first of {@code cases} has taken effect.
   *
   * @throws IllegalArgumentException when there are none
   */
  @SafeVarargs
  public static <R extends @Nullable Object> Future<Selected<R>> first(Case<? extends R>... cases) {
    var list = new ArrayList<Case<? extends R>>(cases.length);
    for (var each : cases) {
      list.add(each);
    }
    return first(list);
  }

  /** {@link #first(Case...)} of a list. */
  public static <R extends @Nullable Object> Future<Selected<R>> first(
      List<? extends Case<? extends R>> cases) {
    return new Contest<R>(cases).start();
  }
}
