// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import whirlwind.coroutine.BareJob;
import whirlwind.coroutine.Carrier;

/**
 * Making, combining and converting futures. Methods that need a loop and are not given one take the
 * caller's, and throw {@link IllegalStateException} when the caller runs on none.
 */
public final class Futures {
  private static final System.Logger LOG = System.getLogger("whirlwind.future");

  private Futures() {}

  // ---------------------------------------------------------------- making

  /** A future that has {@code value} already. */
  public static <T extends @Nullable Object> Future<T> completed(T value) {
    return completed(Scheduler.current(), value);
  }

  /** A future of the loop {@code home} that has {@code value} already. */
  public static <T extends @Nullable Object> Future<T> completed(Scheduler home, T value) {
    return new Completed<>(home, value);
  }

  /** A future that has failed already. */
  public static <T extends @Nullable Object> Future<T> failed(Throwable cause) {
    var promise = new Promise<T>();
    promise.setException(cause);
    return promise;
  }

  /**
   * Completes once {@code delay} has passed on the loop's clock; zero and negative delays mean the
   * next turn. It holds no thread, and cancelling it removes the timer.
   */
  public static Future<@Nullable Void> sleep(Duration delay) {
    return new Sleep(Scheduler.current(), delay).begin();
  }

  /** Completes on the loop's next turn: awaiting it lets everything else that is ready run. */
  public static Future<@Nullable Void> moment() {
    var home = Scheduler.current();
    var promise = new Promise<@Nullable Void>(home);
    home.execute((BareJob) () -> promise.trySetResult(null));
    return promise;
  }

  // ---------------------------------------------------------------- converting

  /**
   * Whether {@code candidate} is something that can be awaited: a future of this library, any
   * {@link CompletionStage}, or a JDK future.
   */
  public static boolean isFuture(@Nullable Object candidate) {
    return candidate instanceof CompletionStage
        || candidate instanceof java.util.concurrent.Future<?>;
  }

  /**
   * The same outcome as a future of the caller's loop; one of the library's own is returned as it
   * is. Cancelling the returned one cancels {@code stage}.
   */
  public static <T extends @Nullable Object> Future<T> from(CompletionStage<T> stage) {
    return stage instanceof Future<T> ours ? ours : from(stage, Scheduler.current());
  }

  /** {@link #from(CompletionStage)} for the class that is both a stage and a JDK future. */
  public static <T extends @Nullable Object> Future<T> from(CompletableFuture<T> future) {
    return from((CompletionStage<T>) future);
  }

  /** {@link #from(CompletionStage)} for the loop {@code home}. */
  public static <T extends @Nullable Object> Future<T> from(
      CompletionStage<T> stage, Scheduler home) {
    var promise = new Promise<T>(home);
    stage.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            promise.trySetResult(value);
          } else {
            fail(promise, failure);
          }
        });
    return promise.onCancel(
        cause -> {
          // First ours: the source's own cancellation must not arrive as the outcome.
          boolean cancelled = promise.tryCancel(cause);
          stage.toCompletableFuture().cancel(false);
          return cancelled;
        });
  }

  /**
   * The outcome of a JDK future as a future of the caller's loop. A future that can only be blocked
   * on is waited for by a virtual thread of the JDK's own scheduler. Cancelling the returned one
   * cancels {@code future}.
   */
  public static <T extends @Nullable Object> Future<T> from(java.util.concurrent.Future<T> future) {
    var home = Scheduler.current();
    if (future instanceof CompletionStage<?>) {
      @SuppressWarnings("unchecked") // one object, one result
      var stage = (CompletionStage<T>) future;
      return from(stage, home);
    }
    var promise = new Promise<T>(home);
    if (future.isDone()) {
      copyBlocking(future, promise);
      return promise;
    }
    Carrier.chosen().threads().newThread(() -> copyBlocking(future, promise)).start();
    return promise.onCancel(
        cause -> {
          boolean cancelled = promise.tryCancel(cause);
          future.cancel(true);
          return cancelled;
        });
  }

  private static <T extends @Nullable Object> void copyBlocking(
      java.util.concurrent.Future<T> from, Promise<T> to) {
    try {
      to.trySetResult(from.get());
    } catch (ExecutionException | CancellationException | InterruptedException failure) {
      fail(to, failure);
    }
  }

  /** Completes with what went wrong, freed of the wrapping that the JDK's futures add. */
  private static void fail(Promise<?> promise, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException || failure instanceof ExecutionException
            ? Objects.requireNonNullElse(failure.getCause(), failure)
            : failure;
    if (cause instanceof CancellationException && !(cause instanceof CancelledException)) {
      promise.tryCancel(new CancelledException("the awaited JDK future was cancelled", cause));
    } else {
      promise.trySetException(cause);
    }
  }

  // ---------------------------------------------------------------- combining

  /**
   * All values in the order of {@code futures}; an empty collection gives an empty list at once.
   * Waits for all of them even after a failure. Then the first failure in order of input is the
   * outcome, a cancellation counting as one, and the others are logged. Cancelling it cancels none
   * of them.
   */
  public static <T extends @Nullable Object> Future<List<T>> all(
      Collection<? extends Future<? extends T>> futures) {
    return all(futures, List.of());
  }

  /** {@link #all(Collection)} that does not log failures of the types {@code quiet}. */
  public static <T extends @Nullable Object> Future<List<T>> all(
      Collection<? extends Future<? extends T>> futures, List<Class<? extends Throwable>> quiet) {
    var inputs = List.<Future<? extends T>>copyOf(futures);
    return gather(
        inputs,
        quiet,
        () -> {
          var values = new ArrayList<T>(inputs.size());
          inputs.forEach(input -> values.add(input.result()));
          return values;
        });
  }

  /** {@link #all(Collection)} for a map: the values under the same keys, in the same order. */
  public static <K, T extends @Nullable Object> Future<Map<K, T>> all(
      Map<K, ? extends Future<? extends T>> futures) {
    return all(futures, List.of());
  }

  /** {@link #all(Map)} that does not log failures of the types {@code quiet}. */
  public static <K, T extends @Nullable Object> Future<Map<K, T>> all(
      Map<K, ? extends Future<? extends T>> futures, List<Class<? extends Throwable>> quiet) {
    var inputs = new LinkedHashMap<K, Future<? extends T>>(futures);
    return gather(
        List.copyOf(inputs.values()),
        quiet,
        () -> {
          var values = new LinkedHashMap<K, T>();
          inputs.forEach((key, input) -> values.put(key, input.result()));
          return values;
        });
  }

  private static <R> Future<R> gather(
      List<? extends Future<?>> inputs,
      List<Class<? extends Throwable>> quiet,
      Supplier<R> values) {
    var promise = new Promise<R>().named("Futures.all()", inputs);
    var pending =
        new Object() {
          int count = 1; // one for this method, so that nothing completes half-way through it
        };
    Runnable countDown =
        () -> {
          if (--pending.count == 0) {
            completeFromInputs(promise, inputs, quiet, values);
          }
        };
    for (var input : inputs) {
      if (!input.isDone()) {
        pending.count++;
        // Inputs may live on other loops; the count is this loop's.
        input.onComplete(_ -> promise.home().execute(countDown));
      }
    }
    countDown.run();
    return promise;
  }

  private static <R> void completeFromInputs(
      Promise<R> promise,
      List<? extends Future<?>> inputs,
      List<Class<? extends Throwable>> quiet,
      Supplier<R> values) {
    Throwable first = null;
    for (var input : inputs) {
      var failure = input.exception();
      if (failure == null || failure == first) {
        continue;
      }
      if (first == null) {
        first = failure;
      } else if (!(failure instanceof CancelledException) && !isOneOf(quiet, failure)) {
        LOG.log(
            Level.ERROR, "several of the futures waited for together failed; one more", failure);
      }
    }
    if (first == null) {
      promise.trySetResult(values.get());
    } else {
      promise.trySetException(first);
    }
  }

  private static boolean isOneOf(List<Class<? extends Throwable>> types, Throwable failure) {
    return types.stream().anyMatch(type -> type.isInstance(failure));
  }

  /**
   * Gives the outcome of {@code source} to {@code target} unless that is done by then; at once when
   * {@code source} is done. Cancelling {@code target} does not cancel {@code source}; a cancelled
   * {@code source} does cancel {@code target}.
   */
  public static <T extends @Nullable Object> void chain(
      CompletionStage<T> source, Promise<T> target) {
    if (!(source instanceof Future<T> future)) {
      source.whenComplete(
          (value, failure) -> {
            if (failure == null) {
              target.trySetResult(value);
            } else {
              fail(target, failure);
            }
          });
    } else if (future.isDone()) {
      copy(future.outcome(), target);
    } else {
      future.onComplete(outcome -> copy(outcome, target));
    }
  }

  private static <T extends @Nullable Object> void copy(Outcome<T> outcome, Promise<T> target) {
    switch (outcome) {
      case Outcome.Success<T>(var value) -> target.trySetResult(value);
      case Outcome.Failure<T>(var cause) -> target.trySetException(cause);
      case Outcome.Cancelled<T>(var cause) -> target.tryCancel(cause);
    }
  }

  /**
   * The outcome of {@code future}, or a {@link TimeoutException} once {@code timeout} has passed;
   * zero and negative time-outs are over on the next turn. {@code future} goes on after a time-out,
   * and a failure of it is then logged. Cancelling the returned future does not cancel {@code
   * future}.
   */
  public static <T extends @Nullable Object> Future<T> withTimeout(
      Duration timeout, CompletionStage<T> future) {
    return withTimeout(timeout, future, List.of());
  }

  /**
   * {@link #withTimeout(Duration, CompletionStage)} that does not log failures of the types {@code
   * quiet}.
   */
  public static <T extends @Nullable Object> Future<T> withTimeout(
      Duration timeout, CompletionStage<T> future, List<Class<? extends Throwable>> quiet) {
    var home = Scheduler.current();
    var source = future instanceof Future<T> ours ? ours : from(future, home);
    var promise = new Promise<T>(home);
    if (source.isDone()) {
      copy(source.outcome(), promise);
      return promise;
    }
    var timer =
        home.schedule(
            timeout,
            () -> {
              if (!source.isDone()) { // else its value is on the way, and must not get lost
                promise.trySetException(
                    new TimeoutException(source + " was not done within " + inWords(timeout)));
              }
            });
    source.onComplete(
        outcome -> {
          timer.cancel();
          boolean late = promise.isDone() && promise.exception() instanceof TimeoutException;
          if (late && outcome instanceof Outcome.Failure<T>(var cause) && !isOneOf(quiet, cause)) {
            LOG.log(Level.ERROR, "a future failed after the time-out on it had passed", cause);
          }
          copy(outcome, promise);
        });
    return promise.onCancel(new TimeLimit<>(promise, source, timer));
  }

  /** One {@link #withTimeout}. */
  private record TimeLimit<T extends @Nullable Object>(
      Promise<T> promise, Future<T> on, Scheduler.Timer timer) implements Promise.Canceller, Wait {
    @Override
    public boolean cancel(CancelledException cause) {
      timer.cancel();
      if (on.isDone() && on.outcome() instanceof Outcome.Success<T>(var value)) {
        promise.setResult(value); // it was on the way, and nobody else would get it
        return false;
      }
      return promise.tryCancel(cause);
    }

    @Override
    public Wait waitsFor() {
      return this;
    }

    @Override
    public String operation() {
      return "withTimeout()";
    }

    @Override
    public double deadline() {
      return timer.deadline();
    }
  }

  /** A duration for an error message: {@code 1.5 s}, {@code 20 ms}. */
  public static String inWords(Duration time) {
    long millis = time.toMillis();
    return Math.abs(millis) < 1000
        ? millis + " ms"
        : (millis / 1000.0 + " s").replace(".0 s", " s");
  }

  /**
   * Logs, now instead of when they are garbage, the failures of {@code home}'s futures that nobody
   * looked at. A loop calls it when it closes.
   */
  public static void reportUnobservedFailures(Scheduler home) {
    UnobservedFailure.reportAll(home);
  }

  // ---------------------------------------------------------------- off the loop

  /**
   * {@code job} as a function that runs on {@code executor} and returns a future of the caller's
   * loop.
   */
  public static <T extends @Nullable Object> Supplier<Future<T>> runOnExecutor(
      Executor executor, Callable<T> job) {
    Objects.requireNonNull(executor, "executor");
    Objects.requireNonNull(job, "job");
    return () -> Scheduler.current().runInExecutor(executor, job);
  }

  /**
   * {@code job} as a function that runs on {@code executor} and returns a future of the caller's
   * loop.
   */
  public static <A extends @Nullable Object, T extends @Nullable Object>
      Function<A, Future<T>> runOnExecutor(
          Executor executor, Function<? super A, ? extends T> job) {
    Objects.requireNonNull(executor, "executor");
    Objects.requireNonNull(job, "job");
    return argument -> Scheduler.current().<T>runInExecutor(executor, () -> job.apply(argument));
  }
}
