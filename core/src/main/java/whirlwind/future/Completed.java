// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A future that has its value from the start, for operations that are done at once. It is no {@link
 * Promise}, so that the JIT can do without it where it is made and awaited in one place.
 *
 * @param <T> the type of the value
 */
final class Completed<T extends @Nullable Object> implements Future<T> {
  private final Scheduler home;
  private final T value;

  Completed(Scheduler home, T value) {
    this.home = Objects.requireNonNull(home, "home");
    this.value = value;
  }

  @Override
  public T await() {
    return value;
  }

  @Override
  public T result() {
    return value;
  }

  @Override
  public @Nullable Throwable exception() {
    return null;
  }

  @Override
  public Outcome<T> outcome() {
    return new Outcome.Success<>(value);
  }

  @Override
  public boolean isDone() {
    return true;
  }

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public @Nullable Wait waitsFor() {
    return null;
  }

  @Override
  public boolean cancel() {
    home.requireCurrent();
    return false;
  }

  @Override
  public Future<T> onComplete(Consumer<? super Outcome<T>> callback) {
    Objects.requireNonNull(callback, "callback");
    home.execute(() -> callback.accept(outcome()));
    return this;
  }

  @Override
  public boolean removeCallback(Consumer<? super Outcome<T>> callback) {
    Objects.requireNonNull(callback, "callback");
    return false;
  }

  @Override
  public CompletableFuture<T> toCompletableFuture() {
    return LoopStage.completed(outcome(), home);
  }

  CompletionStage<T> stage() {
    return LoopStage.following(this, home);
  }

  @Override
  public String toString() {
    return "Future[value " + value + "]";
  }
}
