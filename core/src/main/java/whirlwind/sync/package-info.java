// SPDX-License-Identifier: Apache-2.0
/**
 * Making coroutines wait for each other: locks, events, semaphores, queues, and any of them at
 * once.
 *
 * <p>Nothing here suspends: every wait is a future, for coroutines and callbacks alike, and both
 * stand in the same line. Nothing here is for threads: it lives on the loop that was current when
 * it was made.
 *
 * <p>Reading order: {@code Waiters} (the line behind everything, and why nothing gets lost in it),
 * {@link whirlwind.sync.Semaphore} and {@link whirlwind.sync.Permit}, {@link whirlwind.sync.Lock},
 * {@link whirlwind.sync.Event}, {@link whirlwind.sync.Condition} (which waits twice), {@link
 * whirlwind.sync.CapacityLimiter}, {@link whirlwind.sync.Queue} and its two orders, {@link
 * whirlwind.sync.Broadcast}, and {@link whirlwind.sync.Select} over all of them.
 */
@NullMarked
package whirlwind.sync;

import org.jspecify.annotations.NullMarked;
