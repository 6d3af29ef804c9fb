// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A future that shows a promise's outcome and lets nobody complete it; for whoever hands one
 * promise to many, such as "the server has closed". Cancelling it does nothing.
 *
 * @param <T> the type of the value
 */
public non-sealed class FutureView<T extends @Nullable Object> implements Future<T> {
  private final Promise<T> promise;

  /** A view of {@code promise}. */
  public FutureView(Promise<T> promise) {
    this.promise = promise;
  }

  @Override
  public T await() {
    return promise.await(this, false);
  }

  @Override
  public T result() {
    return promise.result();
  }

  @Override
  public @Nullable Throwable exception() {
    return promise.exception();
  }

  @Override
  public Outcome<T> outcome() {
    return promise.outcome();
  }

  @Override
  public boolean isDone() {
    return promise.isDone();
  }

  @Override
  public boolean isCancelled() {
    return promise.isCancelled();
  }

  @Override
  public @Nullable Wait waitsFor() {
    return promise.waitsFor();
  }

  @Override
  public boolean cancel() {
    return false;
  }

  @Override
  public Future<T> onComplete(Consumer<? super Outcome<T>> callback) {
    promise.onComplete(callback);
    return this;
  }

  @Override
  public boolean removeCallback(Consumer<? super Outcome<T>> callback) {
    return promise.removeCallback(callback);
  }

  @Override
  public CompletableFuture<T> toCompletableFuture() {
    return promise.toCompletableFuture();
  }

  final CompletionStage<T> stage() {
    return promise.stage();
  }

  @Override
  public String toString() {
    return "FutureView[" + promise + "]";
  }
}
