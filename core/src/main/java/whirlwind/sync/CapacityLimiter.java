// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.loop.Held;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Task;

/**
 * A number of tokens of which each task may hold one: for a limit on how many do something at a
 * time, where a semaphore's permits have no owner and so cannot tell who holds one, or that one is
 * given back by the wrong hand.
 *
 * <p>Whoever works for somebody else borrows on that one's behalf: any object that is equal to
 * itself, such as the name of a client of whose requests one at a time may run.
 *
 * <p>The total can be changed. If it falls below what is borrowed, nobody loses a token, and nobody
 * gets one before enough have come back.
 *
 * <p><b>Threads:</b> on the loop only. <b>Ordering:</b> first come, first served.
 *
 * <p>Source: Trio's {@code trio.CapacityLimiter}.
 */
public final class CapacityLimiter implements Held {
  private final IOLoop loop = IOLoop.current();
  private final Waiters<@Nullable Void> waiters = new Waiters<>(loop, this, "acquire()");
  private final Map<Object, Permit> borrowed = new HashMap<>();
  private final Set<Object> inLine = new HashSet<>();
  private int total;

  /**
   * So many tokens.
   *
   * @throws IllegalArgumentException when {@code tokens} is negative
   */
  public CapacityLimiter(int tokens) {
    total = checked(tokens);
  }

  private static int checked(int tokens) {
    if (tokens < 0) {
      throw new IllegalArgumentException("tokens: wanted zero or more, got " + tokens);
    }
    return tokens;
  }

  // ---------------------------------------------------------------- borrowing

  /** Borrows a token for the calling task, or waits until there is one for it. */
  public Future<Permit> acquire() {
    return acquire(null);
  }

  /**
   * Borrows a token for the calling task, or waits for one as long as {@code timeout}: then the
   * future fails with a {@link whirlwind.future.TimeoutException}.
   *
   * @param timeout zero or less means the next turn, null for ever
   * @throws IllegalStateException when the caller is no task, or has a token or waits for one
   */
  public Future<Permit> acquire(@Nullable Duration timeout) {
    loop.requireCurrent();
    return acquireOnBehalfOf(Task.current(), timeout);
  }

  /** Borrows a token for {@code borrower}, or waits until there is one for it. */
  public Future<Permit> acquireOnBehalfOf(Object borrower) {
    return acquireOnBehalfOf(borrower, null);
  }

  /**
   * Borrows a token for {@code borrower}, or waits for one as long as {@code timeout}: then the
   * future fails with a {@link whirlwind.future.TimeoutException}.
   *
   * @param timeout zero or less means the next turn, null for ever
   * @throws IllegalStateException when the borrower has a token or waits for one
   */
  public Future<Permit> acquireOnBehalfOf(Object borrower, @Nullable Duration timeout) {
    loop.requireCurrent();
    requireWithout(Objects.requireNonNull(borrower, "borrower"));
    return availableTokens() > 0
        ? Futures.completed(loop, lendTo(borrower))
        : waiters.<Permit>add(recipient -> new Borrower(recipient, borrower), timeout);
  }

  private void requireWithout(Object borrower) {
    if (borrowed.containsKey(borrower) || inLine.contains(borrower)) {
      throw new IllegalStateException(
          this
              + ": wanted a borrower without a token, got "
              + borrower
              + (inLine.contains(borrower) ? ", which waits for one" : ", which has one"));
    }
  }

  private Permit lendTo(Object borrower) {
    var token = new Token(borrower);
    borrowed.put(borrower, token);
    return token;
  }

  /** The permit of one who has borrowed a token. */
  private final class Token extends Permit {
    private final Object borrower;

    Token(Object borrower) {
      this.borrower = borrower;
    }

    @Override
    void giveBack() {
      loop.requireCurrent();
      if (borrowed.remove(borrower, this)) {
        lendToThoseInLine();
      }
    }
  }

  /** One who waits for a token. */
  private final class Borrower extends Waiter<@Nullable Void> {
    private final Recipient<Permit> recipient;
    private final Object borrower;

    Borrower(Recipient<Permit> recipient, Object borrower) {
      this.recipient = recipient;
      this.borrower = borrower;
    }

    @Override
    void woken(@Nullable Void token) {
      recipient.succeed(lendTo(borrower));
    }

    @Override
    void failed(RuntimeException cause) {
      recipient.fail(cause);
    }

    @Override
    void joined() {
      inLine.add(borrower);
    }

    @Override
    void left() {
      inLine.remove(borrower);
    }
  }

  // ---------------------------------------------------------------- giving back

  /**
   * Gives back the calling task's token, whose permit is closed by that.
   *
   * @throws IllegalStateException when the caller is no task, or has none
   */
  public void release() {
    loop.requireCurrent();
    releaseOnBehalfOf(Task.current());
  }

  /**
   * Gives back the token of {@code borrower}, whose permit is closed by that.
   *
   * @throws IllegalStateException when it has none
   */
  public void releaseOnBehalfOf(Object borrower) {
    loop.requireCurrent();
    var permit = borrowed.get(Objects.requireNonNull(borrower, "borrower"));
    if (permit == null) {
      throw new IllegalStateException(
          this + ": wanted a borrower with a token, got " + borrower + ", which has none");
    }
    permit.close();
  }

  private void lendToThoseInLine() {
    while (availableTokens() > 0 && waiters.wakeOne(null)) {}
  }

  // ---------------------------------------------------------------- how many

  /** How many tokens there are. */
  public int totalTokens() {
    return total;
  }

  /**
   * Sets how many tokens there are, and lends what that adds.
   *
   * @throws IllegalArgumentException when {@code tokens} is negative
   */
  public void totalTokens(int tokens) {
    loop.requireCurrent();
    total = checked(tokens);
    lendToThoseInLine();
  }

  /** How many tokens are borrowed. */
  public int borrowedTokens() {
    return borrowed.size();
  }

  /** How many could be borrowed; negative when the total has fallen below what is borrowed. */
  public int availableTokens() {
    return total - borrowed.size();
  }

  /** Who has a token, in no order. */
  public Set<Object> borrowers() {
    return Set.copyOf(borrowed.keySet());
  }

  /** The borrowers that are tasks. */
  @Override
  public List<Task<?>> heldBy() {
    var tasks = new ArrayList<Task<?>>();
    for (var borrower : borrowed.keySet()) {
      if (borrower instanceof Task<?> task) {
        tasks.add(task);
      }
    }
    return tasks;
  }

  // ---------------------------------------------------------------- what it is

  /** For the task that calls {@link Select#first}. */
  Offer<Permit> acquiring() {
    return new Offer<>(
        "CapacityLimiter.acquire()",
        () -> availableTokens() > 0,
        this::acquire,
        recipient -> {
          var borrower = Task.current();
          requireWithout(borrower);
          return waiters.join(new Borrower(recipient, borrower));
        });
  }

  /** Who waits, in order, for diagnosis. */
  public List<Waiting> waiting() {
    return waiters.waiting();
  }

  @Override
  public String toString() {
    return "CapacityLimiter["
        + borrowed.size()
        + " of "
        + total
        + " borrowed, "
        + waiters.size()
        + " waiting]";
  }
}
