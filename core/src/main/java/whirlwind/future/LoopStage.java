// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's face of a future: a {@link CompletableFuture} that is completed on the loop and whose
 * {@code …Async} methods without an executor stay there.
 */
final class LoopStage<T extends @Nullable Object> extends CompletableFuture<T> {
  private final Executor home;

  private LoopStage(Executor home) {
    this.home = home;
  }

  /** A stage that follows {@code source} on a later turn, even if that is done. */
  static <T extends @Nullable Object> LoopStage<T> following(Future<T> source, Executor home) {
    var stage = new LoopStage<T>(home);
    source.onComplete(stage::complete);
    return stage;
  }

  /** A stage that has {@code outcome} already. */
  static <T extends @Nullable Object> LoopStage<T> completed(Outcome<T> outcome, Executor home) {
    var stage = new LoopStage<T>(home);
    stage.complete(outcome);
    return stage;
  }

  private void complete(Outcome<T> outcome) {
    switch (outcome) {
      case Outcome.Success<T>(var value) -> complete(value);
      case Outcome.Failure<T>(var cause) -> completeExceptionally(cause);
      case Outcome.Cancelled<T>(var cause) -> completeExceptionally(cause);
    }
  }

  @Override
  public Executor defaultExecutor() {
    return home;
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new LoopStage<>(home);
  }

  /**
   * {@link CompletionStage} for every future. Each call follows the future anew, so that what is
   * attached runs on the loop, in the order of attachment, and never inside the attaching call.
   */
  sealed interface Methods<T extends @Nullable Object> extends CompletionStage<T> permits Future {

    /** A stage that follows this future on a later turn. */
    private CompletionStage<T> later() {
      return switch (this) {
        case Promise<T> promise -> promise.stage();
        case Completed<T> completed -> completed.stage();
        case FutureView<T> view -> view.stage();
      };
    }

    @Override
    default <U> CompletionStage<U> thenApply(Function<? super T, ? extends U> fn) {
      return later().thenApply(fn);
    }

    @Override
    default <U> CompletionStage<U> thenApplyAsync(Function<? super T, ? extends U> fn) {
      return later().thenApplyAsync(fn);
    }

    @Override
    default <U> CompletionStage<U> thenApplyAsync(
        Function<? super T, ? extends U> fn, Executor executor) {
      return later().thenApplyAsync(fn, executor);
    }

    @Override
    default CompletionStage<Void> thenAccept(Consumer<? super T> action) {
      return later().thenAccept(action);
    }

    @Override
    default CompletionStage<Void> thenAcceptAsync(Consumer<? super T> action) {
      return later().thenAcceptAsync(action);
    }

    @Override
    default CompletionStage<Void> thenAcceptAsync(Consumer<? super T> action, Executor executor) {
      return later().thenAcceptAsync(action, executor);
    }

    @Override
    default CompletionStage<Void> thenRun(Runnable action) {
      return later().thenRun(action);
    }

    @Override
    default CompletionStage<Void> thenRunAsync(Runnable action) {
      return later().thenRunAsync(action);
    }

    @Override
    default CompletionStage<Void> thenRunAsync(Runnable action, Executor executor) {
      return later().thenRunAsync(action, executor);
    }

    @Override
    default <U, V> CompletionStage<V> thenCombine(
        CompletionStage<? extends U> other, BiFunction<? super T, ? super U, ? extends V> fn) {
      return later().thenCombine(other, fn);
    }

    @Override
    default <U, V> CompletionStage<V> thenCombineAsync(
        CompletionStage<? extends U> other, BiFunction<? super T, ? super U, ? extends V> fn) {
      return later().thenCombineAsync(other, fn);
    }

    @Override
    default <U, V> CompletionStage<V> thenCombineAsync(
        CompletionStage<? extends U> other,
        BiFunction<? super T, ? super U, ? extends V> fn,
        Executor executor) {
      return later().thenCombineAsync(other, fn, executor);
    }

    @Override
    default <U> CompletionStage<Void> thenAcceptBoth(
        CompletionStage<? extends U> other, BiConsumer<? super T, ? super U> action) {
      return later().thenAcceptBoth(other, action);
    }

    @Override
    default <U> CompletionStage<Void> thenAcceptBothAsync(
        CompletionStage<? extends U> other, BiConsumer<? super T, ? super U> action) {
      return later().thenAcceptBothAsync(other, action);
    }

    @Override
    default <U> CompletionStage<Void> thenAcceptBothAsync(
        CompletionStage<? extends U> other,
        BiConsumer<? super T, ? super U> action,
        Executor executor) {
      return later().thenAcceptBothAsync(other, action, executor);
    }

    @Override
    default CompletionStage<Void> runAfterBoth(CompletionStage<?> other, Runnable action) {
      return later().runAfterBoth(other, action);
    }

    @Override
    default CompletionStage<Void> runAfterBothAsync(CompletionStage<?> other, Runnable action) {
      return later().runAfterBothAsync(other, action);
    }

    @Override
    default CompletionStage<Void> runAfterBothAsync(
        CompletionStage<?> other, Runnable action, Executor executor) {
      return later().runAfterBothAsync(other, action, executor);
    }

    @Override
    default <U> CompletionStage<U> applyToEither(
        CompletionStage<? extends T> other, Function<? super T, U> fn) {
      return later().applyToEither(other, fn);
    }

    @Override
    default <U> CompletionStage<U> applyToEitherAsync(
        CompletionStage<? extends T> other, Function<? super T, U> fn) {
      return later().applyToEitherAsync(other, fn);
    }

    @Override
    default <U> CompletionStage<U> applyToEitherAsync(
        CompletionStage<? extends T> other, Function<? super T, U> fn, Executor executor) {
      return later().applyToEitherAsync(other, fn, executor);
    }

    @Override
    default CompletionStage<Void> acceptEither(
        CompletionStage<? extends T> other, Consumer<? super T> action) {
      return later().acceptEither(other, action);
    }

    @Override
    default CompletionStage<Void> acceptEitherAsync(
        CompletionStage<? extends T> other, Consumer<? super T> action) {
      return later().acceptEitherAsync(other, action);
    }

    @Override
    default CompletionStage<Void> acceptEitherAsync(
        CompletionStage<? extends T> other, Consumer<? super T> action, Executor executor) {
      return later().acceptEitherAsync(other, action, executor);
    }

    @Override
    default CompletionStage<Void> runAfterEither(CompletionStage<?> other, Runnable action) {
      return later().runAfterEither(other, action);
    }

    @Override
    default CompletionStage<Void> runAfterEitherAsync(CompletionStage<?> other, Runnable action) {
      return later().runAfterEitherAsync(other, action);
    }

    @Override
    default CompletionStage<Void> runAfterEitherAsync(
        CompletionStage<?> other, Runnable action, Executor executor) {
      return later().runAfterEitherAsync(other, action, executor);
    }

    @Override
    default <U> CompletionStage<U> thenCompose(
        Function<? super T, ? extends CompletionStage<U>> fn) {
      return later().thenCompose(fn);
    }

    @Override
    default <U> CompletionStage<U> thenComposeAsync(
        Function<? super T, ? extends CompletionStage<U>> fn) {
      return later().thenComposeAsync(fn);
    }

    @Override
    default <U> CompletionStage<U> thenComposeAsync(
        Function<? super T, ? extends CompletionStage<U>> fn, Executor executor) {
      return later().thenComposeAsync(fn, executor);
    }

    @Override
    default <U> CompletionStage<U> handle(BiFunction<? super T, Throwable, ? extends U> fn) {
      return later().handle(fn);
    }

    @Override
    default <U> CompletionStage<U> handleAsync(BiFunction<? super T, Throwable, ? extends U> fn) {
      return later().handleAsync(fn);
    }

    @Override
    default <U> CompletionStage<U> handleAsync(
        BiFunction<? super T, Throwable, ? extends U> fn, Executor executor) {
      return later().handleAsync(fn, executor);
    }

    @Override
    default CompletionStage<T> whenComplete(
        BiConsumer<? super T, ? super @Nullable Throwable> action) {
      return later().whenComplete(action);
    }

    @Override
    default CompletionStage<T> whenCompleteAsync(
        BiConsumer<? super T, ? super @Nullable Throwable> action) {
      return later().whenCompleteAsync(action);
    }

    @Override
    default CompletionStage<T> whenCompleteAsync(
        BiConsumer<? super T, ? super @Nullable Throwable> action, Executor executor) {
      return later().whenCompleteAsync(action, executor);
    }

    @Override
    default CompletionStage<T> exceptionally(Function<Throwable, ? extends T> fn) {
      return later().exceptionally(fn);
    }
  }
}
