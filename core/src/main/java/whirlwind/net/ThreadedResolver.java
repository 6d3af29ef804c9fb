// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.future.Outcome;
import whirlwind.future.Promise;
import whirlwind.loop.IOLoop;

/**
 * Asks the system, through the JDK and on threads of its own, and remembers the answers for a
 * while. The resolver of every client that is given no other.
 *
 * <p>An IP address is its own answer, at once and without a thread. Who asks for a name that is
 * being looked up waits for the same answer; when nobody waits for it any more it is given up.
 *
 * <p><b>Ordering:</b> of the addresses, as the JDK has them, which is IPv4 first unless the system
 * property {@code java.net.preferIPv6Addresses} is {@code true}, or {@code system} for the order of
 * RFC 6724.
 *
 * <p><b>Threads:</b> on its loop only, which is the one that is current where it is made. All
 * resolvers of the process share a few daemon threads.
 *
 * <p>Source: Tornado's {@code tornado.netutil.ThreadedResolver}.
 */
public final class ThreadedResolver implements Resolver {

  /** The look-up itself: by default the JDK's. */
  @FunctionalInterface
  public interface Lookup {
    /**
     * The addresses of {@code host}, in the order in which they should be tried. It may block, and
     * is called on threads of no loop, on several at a time.
     *
     * @param host a name in lower case, never an address
     * @throws UnknownHostException when there are none, as far as can be known now; that is
     *     remembered, other failures are not
     */
    List<InetAddress> lookup(String host) throws UnknownHostException;
  }

  private final IOLoop loop;
  private final Lookup lookup;
  private final AnswerCache cache;
  private final Map<String, Query> queries = new HashMap<>();

  /** A resolver of the current loop with the default options. */
  public ThreadedResolver() {
    this(ResolverOptions.defaults());
  }

  /** A resolver of the current loop. */
  public ThreadedResolver(ResolverOptions options) {
    this(options, host -> List.of(InetAddress.getAllByName(host)));
  }

  /** A resolver of the current loop that looks up by {@code lookup}. */
  public ThreadedResolver(ResolverOptions options, Lookup lookup) {
    Objects.requireNonNull(options, "options");
    this.lookup = Objects.requireNonNull(lookup, "lookup");
    this.loop = IOLoop.current();
    this.cache = new AnswerCache(loop.clock(), options);
  }

  @Override
  public Future<List<InetSocketAddress>> resolve(
      String host, int port, @Nullable Duration timeout) {
    var endpoint = Endpoint.of(host, port);
    loop.requireCurrent();
    return switch (endpoint.host()) {
      case Host.Literal(var address) -> done(new Answer.Found(List.of(address)), endpoint);
      case Host.Name(var name) -> resolve(name, endpoint, timeout);
    };
  }

  private Future<List<InetSocketAddress>> resolve(
      String name, Endpoint endpoint, @Nullable Duration timeout) {
    var known = cache.get(name);
    return known != null
        ? done(known, endpoint)
        : queries.computeIfAbsent(name, this::begin).join(endpoint, timeout);
  }

  private Future<List<InetSocketAddress>> done(Answer answer, Endpoint endpoint) {
    var promise = new Promise<List<InetSocketAddress>>(loop);
    answer.complete(promise, endpoint);
    return promise;
  }

  private Query begin(String name) {
    var lookup = loop.runInExecutor(LookupThreads.shared(), () -> ask(name));
    lookup.onComplete(outcome -> remember(name, outcome));
    return new Query(loop, lookup, query -> queries.remove(name, query));
  }

  private void remember(String name, Outcome<Answer> outcome) {
    if (outcome instanceof Outcome.Success<Answer>(var answer)) {
      cache.put(name, answer);
    }
  }

  /** On a thread of the pool. */
  private Answer ask(String name) {
    try {
      var addresses = List.copyOf(lookup.lookup(name));
      return addresses.isEmpty()
          ? new Answer.NotFound(new UnknownHostException(name + ": it has no addresses"))
          : new Answer.Found(addresses);
    } catch (UnknownHostException unknown) {
      return new Answer.NotFound(unknown);
    }
  }
}
