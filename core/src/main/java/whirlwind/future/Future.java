// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One result, later: what every operation of the library returns, for those who {@link #await} it
 * and for those who want a callback.
 *
 * <p>It is pending, and then for ever one of three: a value, a failure, or cancelled. It is a
 * {@link java.util.concurrent.CompletionStage} too; callbacks attached through that face run on the
 * loop as well, in order, on a later turn.
 *
 * <p><b>Threads:</b> {@link #await} suspends the calling coroutine, whichever loop that lives on;
 * {@link #cancel} belongs on the future's own loop; everything else is legal anywhere.
 *
 * <p>The library makes these; users make a {@link Promise}.
 *
 * @param <T> the type of the value
 */
public sealed interface Future<T extends @Nullable Object> extends LoopStage.Methods<T>
    permits Promise, Completed, FutureView {

  /**
   * Suspends the calling coroutine until there is an outcome; on a future that is done it costs
   * nothing and other work does not get its turn. The only method of the library that suspends.
   *
   * @return the value
   * @throws RuntimeException or an {@link Error}: the failure as it is, with the awaiting place
   *     among its suppressed exceptions
   * @throws CompletionException around a failure that is a checked exception
   * @throws CancelledException when the future was cancelled, or when the calling task is: then the
   *     operation is cancelled too unless others wait for it, and has come to its end; if it turns
   *     out to have a value already, that is returned, and the next await throws
   * @throws IllegalStateException when the caller is no coroutine
   */
  T await();

  /**
   * The value of a future that is done; fails as {@link #await} does.
   *
   * @throws InvalidStateException when it is not done
   */
  T result();

  /**
   * The failure, as it was given; a {@link CancelledException} when it was cancelled; null when
   * there is a value.
   *
   * @throws InvalidStateException when it is not done
   */
  @Nullable Throwable exception();

  /**
   * How it ended.
   *
   * @throws InvalidStateException when it is not done
   */
  Outcome<T> outcome();

  /** Whether there is an outcome. */
  boolean isDone();

  /** Whether the outcome is a cancellation. */
  boolean isCancelled();

  /**
   * What the operation behind a pending future waits for, for diagnosis; null when it is done, or
   * does not say.
   */
  @Nullable Wait waitsFor();

  /**
   * Cancels the operation behind this future: nothing that it would have taken is lost. The future
   * is then done, except that a task first gets to clean up.
   *
   * @return false when it was done already or cannot be cancelled
   */
  boolean cancel();

  /**
   * Calls {@code callback} with the outcome: on the loop, on a later turn, after callbacks attached
   * earlier. A callback that throws is reported as every callback of the loop, and stops no other.
   *
   * @return this future
   */
  Future<T> onComplete(Consumer<? super Outcome<T>> callback);

  /**
   * Takes back a callback that {@link #onComplete} has attached, the same object: for who waits for
   * a future that may stay pending for long, but no longer wants to know.
   *
   * @return false when there is an outcome already, so that the callback has run or will
   */
  boolean removeCallback(Consumer<? super Outcome<T>> callback);

  /**
   * A JDK future with the same outcome, for code that blocks on it from another thread. Completing
   * or cancelling it does not act on this one. What is attached to it runs on the loop unless it is
   * complete already, as always with that class.
   */
  @Override
  CompletableFuture<T> toCompletableFuture();
}
