// SPDX-License-Identifier: Apache-2.0
/**
 * To and from the world.
 *
 * <p>Reading order: {@link whirlwind.net.TCPServer} (who may come, how it ends), {@link
 * whirlwind.net.ConnectionHandler} (what is done for one of them), {@code Acceptor} (how they come
 * in).
 */
@NullMarked
package whirlwind.net;

import org.jspecify.annotations.NullMarked;
