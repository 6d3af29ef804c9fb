// SPDX-License-Identifier: Apache-2.0

/**
 * Races for the two things of a loop that other threads touch: {@link whirlwind.loop.CallbackQueue}
 * and the protocol by which a loop goes to sleep. In the loop's own package, to get at them.
 *
 * <p>{@code stress/run} runs them, which takes some minutes; {@code stress/README.md} says more.
 */
@NullMarked
package whirlwind.loop;

import org.jspecify.annotations.NullMarked;
