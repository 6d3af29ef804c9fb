// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import org.jspecify.annotations.Nullable;

/**
 * How a future ended, for callbacks that tell the three ends apart by {@code switch}.
 *
 * @param <T> the type of the value
 */
public sealed interface Outcome<T extends @Nullable Object> {

  /** It has a value, which may be null. */
  record Success<T extends @Nullable Object>(T value) implements Outcome<T> {}

  /** It failed. */
  record Failure<T extends @Nullable Object>(Throwable cause) implements Outcome<T> {}

  /** It was cancelled; the cause says by whom and why, where that is known. */
  record Cancelled<T extends @Nullable Object>(CancelledException cause) implements Outcome<T> {}
}
