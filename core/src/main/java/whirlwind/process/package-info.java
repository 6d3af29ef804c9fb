// SPDX-License-Identifier: Apache-2.0
/**
 * Children: other programs, whose standard streams are streams of a loop.
 *
 * <p>Reading order: {@link whirlwind.process.Command} (what to start), {@link
 * whirlwind.process.Stdio} (where its standard streams lead), {@link whirlwind.process.Subprocess}
 * (one that runs), {@link whirlwind.process.ProcessResult} (what came of one). Below that, {@code
 * Launch} starts a child off the loop, and a {@code StandardStream} is a pipe that the provider
 * opened, or, where it opens none, a thread that carries the bytes ({@code PumpedTransport}).
 */
@NullMarked
package whirlwind.process;

import org.jspecify.annotations.NullMarked;
