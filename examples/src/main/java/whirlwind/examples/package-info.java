// SPDX-License-Identifier: Apache-2.0

/**
 * A chat server, as a first thing to run and to read. From the street to the kitchen: {@link
 * whirlwind.examples.Chat} is the program, {@link whirlwind.examples.ChatServer} opens and closes
 * the door, {@link whirlwind.examples.Connection} is one member's coroutine, {@link
 * whirlwind.examples.Member} does what he asks, {@link whirlwind.examples.Room} spreads what is
 * said. {@link whirlwind.examples.LineReader} and {@link whirlwind.examples.Request} make sense of
 * what comes in, {@link whirlwind.examples.Outbox} holds what goes out, {@link
 * whirlwind.examples.Directory} knows all names.
 *
 * <p>All of it runs on one loop: there are no locks, and between two awaits nothing else happens.
 */
@NullMarked
package whirlwind.examples;

import org.jspecify.annotations.NullMarked;
