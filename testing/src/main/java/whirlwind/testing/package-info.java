// SPDX-License-Identifier: Apache-2.0

/**
 * The test kit, for whoever tests code that lives on an event loop.
 *
 * <p>{@link whirlwind.testing.LoopTest} runs a test method as a coroutine in a loop and fails it
 * for whatever it leaves behind; {@link whirlwind.testing.ManualClock} is time that a test moves;
 * {@link whirlwind.testing.LogRecorder} is what was logged; {@link
 * whirlwind.testing.MemoryTransport} is a connection without a kernel; {@link
 * whirlwind.testing.CancelEverywhere} shows that a cancellation loses nothing. The contract suites
 * are for those who write a transport of their own.
 */
@NullMarked
package whirlwind.testing;

import org.jspecify.annotations.NullMarked;
