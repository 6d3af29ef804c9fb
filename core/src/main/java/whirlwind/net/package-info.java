// SPDX-License-Identifier: Apache-2.0
/**
 * To and from the world.
 *
 * <p>Reading order: {@link whirlwind.net.TCPServer} (who may come, how it ends), {@link
 * whirlwind.net.ConnectionHandler} (what is done for one of them), {@code Entrance} and {@code
 * Acceptor} (how they come in), {@code Connections} and {@code Connection} (what becomes of them),
 * {@code Opening} (what may come between a socket and its handler), {@code Drain} (how they end),
 * {@code Crew} (several loops instead of one), {@code SocketFile} (the files of Unix-domain
 * sockets).
 */
@NullMarked
package whirlwind.net;

import org.jspecify.annotations.NullMarked;
