// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import org.jspecify.annotations.Nullable;

/**
 * Who gets what a wait was for: a {@link Reply}, which completes a future, or one case of a {@link
 * Select}, which with that has won. Either takes what it is given; there is no refusing it.
 *
 * @param <T> what it is given
 */
interface Recipient<T extends @Nullable Object> {

  /** The wait is over, with {@code value}. */
  void succeed(T value);

  /** The wait is over, in vain. */
  void fail(RuntimeException cause);
}
