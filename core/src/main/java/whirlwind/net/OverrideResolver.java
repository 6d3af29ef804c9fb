// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.future.Futures;

/**
 * Answers for some hosts from a table, and asks another resolver for the rest: for tests, and for
 * whoever has to go elsewhere than the names say. Immutable; {@code with} makes another one.
 *
 * <pre>{@code
 * new OverrideResolver(new ThreadedResolver())
 *     .with("example.org", InetAddress.ofLiteral("127.0.0.1"))
 *     .with("login.example.org", 443, new InetSocketAddress("127.0.0.1", 1443));
 * }</pre>
 *
 * <p><b>Ordering:</b> a host with a port comes before a host, and a later {@code with} replaces an
 * earlier one.
 *
 * <p>Source: Tornado's {@code tornado.netutil.OverrideResolver}.
 */
public final class OverrideResolver implements Resolver {
  private final Resolver others;
  private final Map<Host, List<InetAddress>> hosts;
  private final Map<Endpoint, List<InetSocketAddress>> endpoints;

  /** An empty table before {@code others}. */
  public OverrideResolver(Resolver others) {
    this(Objects.requireNonNull(others, "others"), Map.of(), Map.of());
  }

  private OverrideResolver(
      Resolver others,
      Map<Host, List<InetAddress>> hosts,
      Map<Endpoint, List<InetSocketAddress>> endpoints) {
    this.others = others;
    this.hosts = hosts;
    this.endpoints = endpoints;
  }

  /** This table with {@code host}, whatever the port, which is kept. */
  public OverrideResolver with(String host, InetAddress... addresses) {
    var more = new HashMap<>(hosts);
    more.put(Host.of(host), requireSome(List.of(addresses)));
    return new OverrideResolver(others, Map.copyOf(more), endpoints);
  }

  /**
   * This table with {@code port} of {@code host}.
   *
   * @param addresses resolved ones, with the ports to go to
   */
  public OverrideResolver with(String host, int port, InetSocketAddress... addresses) {
    var more = new HashMap<>(endpoints);
    more.put(Endpoint.of(host, port), requireResolved(requireSome(List.of(addresses))));
    return new OverrideResolver(others, hosts, Map.copyOf(more));
  }

  private static <A> List<A> requireSome(List<A> addresses) {
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("addresses: wanted at least one, got none");
    }
    return addresses;
  }

  private static List<InetSocketAddress> requireResolved(List<InetSocketAddress> addresses) {
    for (var address : addresses) {
      if (address.isUnresolved()) {
        throw new IllegalArgumentException("address: wanted a resolved one, got " + address);
      }
    }
    return addresses;
  }

  @Override
  public Future<List<InetSocketAddress>> resolve(
      String host, int port, @Nullable Duration timeout) {
    var endpoint = Endpoint.of(host, port);
    var replaced = endpoints.get(endpoint);
    if (replaced != null) {
      return Futures.completed(replaced);
    }
    var addresses = hosts.get(endpoint.host());
    return addresses == null
        ? others.resolve(host, port, timeout)
        : Futures.completed(new Answer.Found(addresses).withPort(port));
  }
}
