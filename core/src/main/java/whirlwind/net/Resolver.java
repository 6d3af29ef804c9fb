// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;

/**
 * Finds the addresses of a host; what a client asks first. {@link ThreadedResolver} asks the
 * system, {@link OverrideResolver} answers some questions by itself, and a lambda may do anything
 * else.
 *
 * <p>The answer has all addresses of both families, at least one, in the order in which they should
 * be tried; mixing the families is the client's business.
 *
 * <p><b>Errors:</b> throws {@link IllegalArgumentException} at the call for what cannot be a host
 * or a port. A host without addresses fails the future with {@link java.io.UncheckedIOException},
 * whose message names the host and whose cause is a {@link java.net.UnknownHostException}.
 *
 * <p><b>Threads:</b> on the loop only, which it never blocks.
 *
 * <p>Source: Tornado's {@code tornado.netutil.Resolver}.
 */
@FunctionalInterface
public interface Resolver {

  /** The addresses of {@code host}, each with {@code port}. */
  default Future<List<InetSocketAddress>> resolve(String host, int port) {
    return resolve(host, port, null);
  }

  /**
   * {@link #resolve(String, int)} that gives up after {@code timeout} with a {@link
   * whirlwind.future.TimeoutException}; null means never.
   */
  Future<List<InetSocketAddress>> resolve(String host, int port, @Nullable Duration timeout);
}
