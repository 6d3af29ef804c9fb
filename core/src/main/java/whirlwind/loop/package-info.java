// SPDX-License-Identifier: Apache-2.0
/**
 * What runs, when, on the one thread.
 *
 * <p>Reading order: {@link whirlwind.loop.IOLoop} (the face, and one turn), {@code RunQueue} (what
 * is ready, and how a callback gets a coroutine to run in), {@code Timers}, {@code Handlers},
 * {@link whirlwind.loop.Task} and {@link whirlwind.loop.TaskScope} (who owns coroutines), {@code
 * Closing} (how nothing stays behind), {@code Watchdog} (who notices that it hangs).
 */
@NullMarked
package whirlwind.loop;

import org.jspecify.annotations.NullMarked;
