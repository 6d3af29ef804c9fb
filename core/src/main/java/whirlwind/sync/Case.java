// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.future.Outcome;

/**
 * One of the things that a {@link Select} waits for, and the code for when it wins. A description
 * without effect, good for any number of selects.
 *
 * @param <R> what the code returns
 */
public abstract sealed class Case<R extends @Nullable Object> {
  private Case() {}

  // ---------------------------------------------------------------- what there is

  /** Takes an item out of {@code queue}. */
  public static <E, R extends @Nullable Object> Case<R> get(
      Queue<E> queue, Function<? super E, ? extends R> then) {
    return new InLine<>(queue.getting(), then);
  }

  /** Takes the next item of {@code subscription}. */
  public static <E, R extends @Nullable Object> Case<R> get(
      Subscription<E> subscription, Function<? super E, ? extends R> then) {
    return new InLine<>(subscription.getting(), then);
  }

  /** Puts {@code item} into {@code queue}. */
  public static <E, R extends @Nullable Object> Case<R> put(
      Queue<E> queue, E item, Supplier<? extends R> then) {
    Objects.requireNonNull(item, "item");
    return new InLine<>(queue.putting(item), ignoring(then));
  }

  /** Acquires {@code lock}; the code is given the permit, and closes it. */
  public static <R extends @Nullable Object> Case<R> acquire(
      Lock lock, Function<? super Permit, ? extends R> then) {
    return new InLine<>(lock.acquiring(), then);
  }

  /** Borrows a token of {@code limiter} for the task that selects; the code closes the permit. */
  public static <R extends @Nullable Object> Case<R> acquire(
      CapacityLimiter limiter, Function<? super Permit, ? extends R> then) {
    return new InLine<>(limiter.acquiring(), then);
  }

  /** Acquires a permit of {@code semaphore}; the code is given it, and closes it. */
  public static <R extends @Nullable Object> Case<R> acquire(
      Semaphore semaphore, Function<? super Permit, ? extends R> then) {
    return new InLine<>(semaphore.acquiring(), then);
  }

  /** Waits until {@code event} is set. */
  public static <R extends @Nullable Object> Case<R> set(Event event, Supplier<? extends R> then) {
    return new InLine<>(event.setting(), ignoring(then));
  }

  /**
   * Waits until {@code future} is done; the code is given its value, or throws its failure. Losing
   * does not cancel the future, which others may wait for. For a signal to very many, an {@link
   * Event} is better: leaving a future costs more the more there are who wait for it.
   */
  public static <T extends @Nullable Object, R extends @Nullable Object> Case<R> done(
      Future<T> future, Function<? super T, ? extends R> then) {
    return new Done<>(future, then);
  }

  /** Waits until {@code delay} has passed; zero and less mean the next turn. */
  public static <R extends @Nullable Object> Case<R> after(
      Duration delay, Supplier<? extends R> then) {
    return new After<>(delay, then);
  }

  /** Wins if none of the cases before it can go at once: put it last, and nothing is waited for. */
  public static <R extends @Nullable Object> Case<R> otherwise(Supplier<? extends R> then) {
    return new Otherwise<>(then);
  }

  private static <R extends @Nullable Object> Function<@Nullable Object, R> ignoring(
      Supplier<? extends R> then) {
    Objects.requireNonNull(then, "then");
    return _ -> then.get();
  }

  // ---------------------------------------------------------------- what a contest asks of it

  /** Whether it could win at once. */
  abstract boolean isReady();

  /** Takes effect, which need not be waited for, and returns the code bound to what it got. */
  abstract Supplier<R> start();

  /** Waits on behalf of {@code contest}; returns what takes that back, harmless when it is over. */
  abstract Runnable enter(Contest<? super R> contest);

  /** One that stands in the line of something in this package. */
  private static final class InLine<T extends @Nullable Object, R extends @Nullable Object>
      extends Case<R> {
    private final Offer<T> offer;
    private final Function<? super T, ? extends R> then;

    InLine(Offer<T> offer, Function<? super T, ? extends R> then) {
      this.offer = offer;
      this.then = Objects.requireNonNull(then, "then");
    }

    @Override
    boolean isReady() {
      return offer.isReady().getAsBoolean();
    }

    @Override
    Supplier<R> start() {
      T value = offer.start().get().result();
      return () -> then.apply(value);
    }

    @Override
    Runnable enter(Contest<? super R> contest) {
      return offer.join().apply(recipient(contest))::leave;
    }

    private Recipient<T> recipient(Contest<? super R> contest) {
      return new Recipient<>() {
        @Override
        public void succeed(T value) {
          contest.win(InLine.this, () -> then.apply(value));
        }

        @Override
        public void fail(RuntimeException cause) {
          contest.fail(cause);
        }
      };
    }

    @Override
    public String toString() {
      return offer.text();
    }
  }

  private static final class Done<T extends @Nullable Object, R extends @Nullable Object>
      extends Case<R> {
    private final Future<T> future;
    private final Function<? super T, ? extends R> then;

    Done(Future<T> future, Function<? super T, ? extends R> then) {
      this.future = Objects.requireNonNull(future, "future");
      this.then = Objects.requireNonNull(then, "then");
    }

    @Override
    boolean isReady() {
      return future.isDone();
    }

    @Override
    Supplier<R> start() {
      return () -> then.apply(future.result());
    }

    /** The future may be another loop's. */
    @Override
    Runnable enter(Contest<? super R> contest) {
      Consumer<Outcome<T>> callback =
          _ -> {
            if (contest.loop().isCurrent()) {
              contest.win(this, start());
            } else {
              contest.loop().execute(() -> contest.win(this, start()));
            }
          };
      future.onComplete(callback);
      return () -> future.removeCallback(callback);
    }

    @Override
    public String toString() {
      return "done " + future;
    }
  }

  private static final class After<R extends @Nullable Object> extends Case<R> {
    private final Duration delay;
    private final Supplier<? extends R> then;

    After(Duration delay, Supplier<? extends R> then) {
      this.delay = Objects.requireNonNull(delay, "delay");
      this.then = Objects.requireNonNull(then, "then");
    }

    @Override
    boolean isReady() {
      return false;
    }

    @Override
    Supplier<R> start() {
      return then::get;
    }

    @Override
    Runnable enter(Contest<? super R> contest) {
      return contest.loop().schedule(delay, () -> contest.win(this, start()))::cancel;
    }

    @Override
    public String toString() {
      return "after " + delay;
    }
  }

  private static final class Otherwise<R extends @Nullable Object> extends Case<R> {
    private final Supplier<? extends R> then;

    Otherwise(Supplier<? extends R> then) {
      this.then = Objects.requireNonNull(then, "then");
    }

    @Override
    boolean isReady() {
      return true;
    }

    @Override
    Supplier<R> start() {
      return then::get;
    }

    @Override
    Runnable enter(Contest<? super R> contest) {
      throw new AssertionError("it never has to wait");
    }

    @Override
    public String toString() {
      return "otherwise";
    }
  }
}
