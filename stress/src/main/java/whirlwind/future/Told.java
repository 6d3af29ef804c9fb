// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A callback that counts how often it is called, by whichever thread. */
final class Told extends AtomicInteger implements Consumer<Outcome<Integer>> {
  private static final long serialVersionUID = 1L;

  @Override
  public void accept(Outcome<Integer> outcome) {
    incrementAndGet();
  }
}
