// SPDX-License-Identifier: Apache-2.0

/**
 * Programs to run and to read, started by {@code ./example}. Each is one file: {@link
 * whirlwind.examples.Echo} first, which needs no build tool, then {@link
 * whirlwind.examples.KeyValue}, {@link whirlwind.examples.Proxy}, {@link
 * whirlwind.examples.TlsEcho}, {@link whirlwind.examples.Crawler}, {@link
 * whirlwind.examples.Workers}, {@link whirlwind.examples.Pipeline}, {@link whirlwind.examples.Jobs}
 * and {@link whirlwind.examples.AllCores}.
 *
 * <p>The chat server alone is a house of several rooms. From the street to the kitchen: {@link
 * whirlwind.examples.Chat} is the program, {@link whirlwind.examples.ChatServer} opens and closes
 * the door, {@link whirlwind.examples.Connection} is one member's coroutine, {@link
 * whirlwind.examples.Member} does what he asks, {@link whirlwind.examples.Room} spreads what is
 * said. {@link whirlwind.examples.LineReader} and {@link whirlwind.examples.Request} make sense of
 * what comes in, {@link whirlwind.examples.Outbox} holds what goes out, {@link
 * whirlwind.examples.Directory} knows all names.
 *
 * <p>The chat server runs on one loop: there are no locks, and between two awaits nothing else
 * happens.
 */
@NullMarked
package whirlwind.examples;

import org.jspecify.annotations.NullMarked;
