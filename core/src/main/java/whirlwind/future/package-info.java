// SPDX-License-Identifier: Apache-2.0
/**
 * One result, later.
 *
 * <p>Reading order: {@link whirlwind.future.Future} (what everybody gets), {@link
 * whirlwind.future.Promise} (what an operation completes), {@link whirlwind.future.Outcome} (how it
 * ended), {@link whirlwind.future.Futures} (combining them), {@link whirlwind.future.Scheduler}
 * (what futures need of the loop, so that they need not know it).
 */
@NullMarked
package whirlwind.future;

import org.jspecify.annotations.NullMarked;
