// SPDX-License-Identifier: Apache-2.0
/**
 * To and from the world.
 *
 * <p>Reading order, for servers: {@link whirlwind.net.TCPServer} (who may come, how it ends),
 * {@link whirlwind.net.ConnectionHandler} (what is done for one of them), {@code Entrance} and
 * {@code Acceptor} (how they come in), {@code Connections} and {@code Connection} (what becomes of
 * them), {@code Opening} (TLS, which comes between a socket and its handler), {@code Drain} (how
 * they end), {@code Crew} (several loops instead of one), {@code SocketFile} (the files of
 * Unix-domain sockets).
 *
 * <p>For clients: {@link whirlwind.net.TCPClient}, {@code Connecting} (one connect, step by step),
 * {@code HappyEyeballs} (the race to the addresses of a host), {@link whirlwind.net.Resolver}
 * (where they come from) and {@link whirlwind.net.ThreadedResolver} with its {@code Query} (a
 * look-up that several wait for).
 */
@NullMarked
package whirlwind.net;

import org.jspecify.annotations.NullMarked;
