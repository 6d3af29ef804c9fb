// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.Outcome;
import whirlwind.future.Promise;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Timeout;

/** One look-up under way and all who wait for it; given up with the last of them. */
final class Query {

  /** One who waits. */
  private static final class Waiter {
    final Endpoint endpoint;
    final Promise<List<InetSocketAddress>> promise;
    @Nullable Timeout deadline;

    Waiter(Endpoint endpoint, Promise<List<InetSocketAddress>> promise) {
      this.endpoint = endpoint;
      this.promise = promise;
    }
  }

  private final IOLoop loop;
  private final Future<Answer> lookup;
  private final Consumer<Query> over;
  private final Set<Waiter> waiters = new LinkedHashSet<>();

  /**
   * Waits for {@code lookup}.
   *
   * @param over called as soon as nobody shall join any more
   */
  Query(IOLoop loop, Future<Answer> lookup, Consumer<Query> over) {
    this.loop = loop;
    this.lookup = lookup;
    this.over = over;
    lookup.onComplete(this::answered);
  }

  Future<List<InetSocketAddress>> join(Endpoint endpoint, @Nullable Duration timeout) {
    var promise = new Promise<List<InetSocketAddress>>(loop).named("resolve", endpoint);
    var waiter = new Waiter(endpoint, promise);
    if (timeout != null) {
      waiter.deadline = loop.addTimeout(timeout, () -> expire(waiter, timeout));
    }
    waiters.add(waiter);
    return waiter.promise.onCancel(
        cause -> {
          leave(waiter);
          return waiter.promise.tryCancel(cause);
        });
  }

  private void expire(Waiter waiter, Duration timeout) {
    leave(waiter);
    waiter.promise.trySetException(
        new TimeoutException(
            "resolve \"%s\" was not done within %s"
                .formatted(waiter.endpoint.host(), Futures.inWords(timeout))));
  }

  private void leave(Waiter waiter) {
    cancelDeadline(waiter);
    waiters.remove(waiter);
    if (waiters.isEmpty()) {
      over.accept(this);
      lookup.cancel(); // what has begun on its thread goes on there, but for nobody
    }
  }

  private static void cancelDeadline(Waiter waiter) {
    if (waiter.deadline != null) {
      waiter.deadline.cancel();
    }
  }

  private void answered(Outcome<Answer> outcome) {
    over.accept(this);
    for (var waiter : waiters) {
      cancelDeadline(waiter);
      switch (outcome) {
        case Outcome.Success<Answer>(var answer) ->
            answer.complete(waiter.promise, waiter.endpoint);
        case Outcome.Failure<Answer>(var cause) -> waiter.promise.trySetException(cause);
        case Outcome.Cancelled<Answer>(var cause) -> waiter.promise.tryCancel(cause);
      }
    }
    waiters.clear();
  }
}
