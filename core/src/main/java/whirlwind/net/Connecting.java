// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.Outcome;
import whirlwind.future.Promise;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Timeout;
import whirlwind.stream.IOStream;

/**
 * One connect under way: steps that follow each other under one deadline.
 *
 * <pre>
 *   resolve --> race --> handshake of TLS, if wanted --> done
 *      |          |          |
 *      +----------+----------+--> failed, expired or cancelled: the step at hand is withdrawn
 * </pre>
 *
 * A step is a future that withdraws what it did when it is cancelled.
 */
final class Connecting {
  private final IOLoop loop;
  private final String target;
  private final @Nullable String host;
  private final ConnectOptions options;
  private final Promise<IOStream> promise;
  private final @Nullable Timeout deadline;
  private @Nullable Future<?> step;
  private @Nullable HappyEyeballs race;
  private boolean securing;

  /**
   * The deadline runs from now on.
   *
   * @param target for messages
   * @param host whom TLS shall verify; null if nobody is named
   */
  Connecting(IOLoop loop, String target, @Nullable String host, ConnectOptions options) {
    this.loop = loop;
    this.target = target;
    this.host = host;
    this.options = options;
    this.promise = new Promise<IOStream>(loop).named("TCPClient.connect()", target);
    var timeout = options.timeout();
    this.deadline = timeout == null ? null : loop.addTimeout(timeout, () -> expire(timeout));
    promise.onCancel(
        cause -> {
          boolean cancelled = promise.tryCancel(cause);
          withdraw();
          return cancelled;
        });
  }

  /** Connects to the first that answers of those that {@code resolving} finds. */
  Future<IOStream> to(Future<List<InetSocketAddress>> resolving) {
    follow(resolving, this::resolved);
    return promise;
  }

  /** Connects to that very address. */
  Future<IOStream> to(SocketAddress address) {
    race(List.of(address));
    return promise;
  }

  private void resolved(List<InetSocketAddress> addresses) {
    var local = options.localAddress();
    var reachable = AddressOrder.reachable(addresses, local);
    if (addresses.isEmpty()) {
      throw noneOf("wanted at least one address, got none");
    }
    if (reachable.isEmpty()) {
      throw noneOf("wanted an address of the family of " + local + ", got " + addresses);
    }
    race(AddressOrder.interleaved(reachable, options.firstFamilyCount()));
  }

  private UncheckedIOException noneOf(String reason) {
    var message = "cannot connect to " + target + ": " + reason;
    return new UncheckedIOException(message, new UnknownHostException(message));
  }

  private void race(List<? extends SocketAddress> addresses) {
    race = new HappyEyeballs(loop, target, addresses, options);
    follow(race.run(), this::connected);
  }

  private void connected(IOStream stream) {
    var tls = options.tls();
    if (tls == null) {
      finish(stream);
    } else {
      securing = true;
      var named = host == null || tls.serverName() != null ? tls : tls.withServerName(host);
      follow(stream.startTls(named), this::finish);
    }
  }

  private void finish(IOStream stream) {
    cancelDeadline();
    promise.setResult(stream);
  }

  // ---------------------------------------------------------------- steps

  private <T> void follow(Future<T> next, Consumer<? super T> then) {
    step = next;
    if (next.isDone()) {
      proceed(next.outcome(), then);
    } else {
      next.onComplete(outcome -> proceed(outcome, then));
    }
  }

  private <T> void proceed(Outcome<T> outcome, Consumer<? super T> then) {
    if (promise.isDone()) {
      return; // and the step was withdrawn
    }
    switch (outcome) {
      case Outcome.Success<T>(var value) -> goOn(value, then);
      case Outcome.Failure<T>(IOException cause) when securing -> fail(notSecured(cause));
      case Outcome.Failure<T>(var cause) -> fail(cause);
      case Outcome.Cancelled<T>(var cause) -> fail(cause);
    }
  }

  /** Resolvers and providers are not all ours: what they do wrong must not leave this hanging. */
  private <T> void goOn(T value, Consumer<? super T> then) {
    try {
      then.accept(value);
    } catch (RuntimeException failure) {
      fail(failure);
    }
  }

  private UncheckedIOException notSecured(IOException cause) {
    return new UncheckedIOException(
        "cannot connect to " + target + " by TLS: " + cause.getMessage(), cause);
  }

  private void expire(Duration timeout) {
    var expired =
        new TimeoutException(
            "connect to %s was not done within %s: %s"
                .formatted(
                    target,
                    Futures.inWords(timeout),
                    race == null
                        ? "its name is being looked up"
                        : securing ? "the TLS handshake is under way" : race.report()));
    if (race != null) {
      race.failures().forEach(expired::addSuppressed);
    }
    fail(expired);
  }

  private void fail(Throwable cause) {
    promise.trySetException(cause);
    withdraw();
  }

  private void withdraw() {
    cancelDeadline();
    if (step != null && !step.cancel()) {
      closeUnclaimed(step);
    }
  }

  /** The step was done in this moment, and nobody has come for the stream yet. */
  private static void closeUnclaimed(Future<?> step) {
    if (step.isDone() && step.outcome() instanceof Outcome.Success<?>(IOStream unclaimed)) {
      unclaimed.close();
    }
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel();
    }
  }
}
