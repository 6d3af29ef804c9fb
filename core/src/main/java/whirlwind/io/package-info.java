// SPDX-License-Identifier: Apache-2.0
/**
 * The kernel boundary: who is ready, and moving bytes without blocking.
 *
 * <p>A platform is four small classes: a provider, a poller, a transport and a listener. Reading
 * order: {@link whirlwind.io.Poller} (who is ready), {@link whirlwind.io.Interest} (the words of
 * that question), {@link whirlwind.io.Transport} (the bytes of one connection), {@link
 * whirlwind.io.Listener} (where connections come from), {@link whirlwind.io.Incoming} (one that
 * another loop will serve), {@link whirlwind.io.ChildPipe} (what a child process is given), {@link
 * whirlwind.io.IoProvider} (the SPI that opens all of them, since Java does not hand out the
 * descriptor of a channel, so that the sockets must belong to the poller). The implementation over
 * {@code java.nio} is the portable one and the measure for the others.
 *
 * <p>Nothing here knows of loops, coroutines or futures.
 */
@NullMarked
package whirlwind.io;

import org.jspecify.annotations.NullMarked;
