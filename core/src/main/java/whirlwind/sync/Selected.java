// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The case that has won a {@link Select}, with what it got.
 *
 * @param <R> what its code returns
 */
public final class Selected<R extends @Nullable Object> {
  private final Case<? extends R> winner;
  private final Supplier<? extends R> code;

  Selected(Case<? extends R> winner, Supplier<? extends R> code) {
    this.winner = winner;
    this.code = code;
  }

  /** Which one it is, for those who compare. */
  public Case<? extends R> winner() {
    return winner;
  }

  /** Runs its code, here and now. */
  public R run() {
    return code.get();
  }

  @Override
  public String toString() {
    return "Selected[" + winner + "]";
  }
}
