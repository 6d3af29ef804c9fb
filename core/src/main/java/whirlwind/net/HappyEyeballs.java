// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.future.Outcome;
import whirlwind.future.Promise;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Timeout;
import whirlwind.stream.IOStream;
import whirlwind.stream.StreamClosedException;

/**
 * A race of connections to several addresses of one host; the first that is made wins, and all
 * others are closed.
 *
 * <p>An attempt starts when the one before it has failed, or has had its time without success: then
 * both go on. That an older one fails changes nothing, for the last has its time still.
 *
 * <p>Source: RFC 8305 section 5 (Happy Eyeballs version 2). Its Resolution Delay does not apply:
 * the JDK answers for both families at once.
 */
final class HappyEyeballs {

  /** One connection on its way, or one that failed. */
  private static final class Attempt {
    final SocketAddress address;
    final IOStream stream;
    @Nullable Throwable failure;

    Attempt(SocketAddress address, IOStream stream) {
      this.address = address;
      this.stream = stream;
    }
  }

  private final IOLoop loop;
  private final String target;
  private final ConnectOptions options;
  private final Deque<SocketAddress> waiting;

  /** In the order of their start. */
  private final List<Attempt> attempts = new ArrayList<>();

  private final Promise<IOStream> winner;
  private @Nullable Timeout nextStart;

  /**
   * A race to {@code target}, for messages.
   *
   * @param addresses at least one, in the order in which they are tried
   */
  HappyEyeballs(
      IOLoop loop, String target, List<? extends SocketAddress> addresses, ConnectOptions options) {
    this.loop = loop;
    this.target = target;
    this.options = options;
    this.waiting = new ArrayDeque<>(addresses);
    this.winner = new Promise<>(loop);
  }

  /** Starts; cancelling the future ends all attempts. */
  Future<IOStream> run() {
    winner.onCancel(
        cause -> {
          boolean cancelled = winner.tryCancel(cause);
          endAllBut(null);
          return cancelled;
        });
    startNext();
    return winner;
  }

  private void startNext() {
    var attempt = new Attempt(waiting.remove(), new IOStream(loop, options.limits()));
    attempts.add(attempt);
    if (!waiting.isEmpty()) {
      nextStart = loop.addTimeout(options.attemptDelay(), this::startNext);
    }
    try {
      attempt
          .stream
          .connect(attempt.address, options.localAddress(), null)
          .onComplete(outcome -> ended(attempt, outcome));
    } catch (RuntimeException refused) {
      attempt.stream.close(refused);
      lost(attempt, refused);
    }
  }

  private void ended(Attempt attempt, Outcome<IOStream> outcome) {
    if (winner.isDone()) {
      return; // it was closed from here
    }
    switch (outcome) {
      case Outcome.Success<IOStream>(var stream) -> {
        winner.setResult(stream);
        endAllBut(attempt);
      }
      case Outcome.Failure<IOStream>(var cause) -> lost(attempt, realError(cause));
      case Outcome.Cancelled<IOStream>(var cause) -> lost(attempt, cause);
    }
  }

  /** That a stream is closed is news to nobody, why it is may be. */
  private static Throwable realError(Throwable failure) {
    var behind = failure instanceof StreamClosedException closed ? closed.realError() : null;
    return behind == null ? failure : behind;
  }

  private void lost(Attempt attempt, Throwable cause) {
    attempt.failure = cause;
    boolean isLast = attempt == attempts.getLast();
    if (isLast && !waiting.isEmpty()) {
      cancelNextStart();
      startNext();
    } else if (attempts.stream().allMatch(each -> each.failure != null)) {
      winner.trySetException(allFailed());
    }
  }

  private void endAllBut(@Nullable Attempt kept) {
    cancelNextStart();
    for (var attempt : attempts) {
      if (attempt != kept) {
        attempt.stream.close();
      }
    }
  }

  private void cancelNextStart() {
    if (nextStart != null) {
      nextStart.cancel();
      nextStart = null;
    }
  }

  // ---------------------------------------------------------------- what became of them

  /** Why attempts failed, in the order of their start. */
  List<Throwable> failures() {
    var failures = new ArrayList<Throwable>();
    for (var attempt : attempts) {
      if (attempt.failure != null) {
        failures.add(attempt.failure);
      }
    }
    return failures;
  }

  /** Each address that was tried, with what came of it. */
  String report() {
    return attempts.stream().map(HappyEyeballs::report).collect(Collectors.joining("; "));
  }

  private static String report(Attempt attempt) {
    var failure = attempt.failure;
    if (failure == null) {
      return attempt.address + ": no answer yet";
    }
    var message = failure.getMessage();
    var address = attempt.address.toString();
    // who connects names the address, who binds another one does not
    return message != null && message.contains(address) ? message : address + ": " + failure;
  }

  private UncheckedIOException allFailed() {
    var failures = failures();
    var first = failures.getFirst();
    var cause = first instanceof IOException io ? io : new IOException(first);
    var failure = new UncheckedIOException("cannot connect to " + target + ": " + report(), cause);
    failures.stream().skip(1).forEach(failure::addSuppressed);
    return failure;
  }
}
