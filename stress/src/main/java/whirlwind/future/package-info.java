// SPDX-License-Identifier: Apache-2.0

/**
 * Races for what other threads may do to a {@link whirlwind.future.Promise}: complete it, wait for
 * it, stop waiting. In its own package, to complete it under a scheduler of the test's.
 *
 * <p>{@code stress/run} runs them, which takes some minutes; {@code stress/README.md} says more.
 */
@NullMarked
package whirlwind.future;

import org.jspecify.annotations.NullMarked;
