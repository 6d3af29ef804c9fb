// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import org.jspecify.annotations.Nullable;
import whirlwind.future.Promise;
import whirlwind.loop.Timeout;

/**
 * Somebody who waits until a stream is connected, by a handshake too if it has one.
 *
 * @param <S> the kind of stream that they are given
 */
final class PendingConnect<S extends BaseIOStream> {
  private final S stream;
  private final Promise<S> promise;
  private final Failure failure;
  private final @Nullable Timeout deadline;
  private @Nullable PendingConnect<?> next;

  /** How they are told that it failed. */
  enum Failure {
    /** By a {@link StreamClosedException} with the cause. */
    AS_CLOSED,
    /** By the cause itself, if there is one. */
    AS_IT_IS
  }

  /**
   * Waits.
   *
   * @param deadline what is cancelled at the end; null if none
   */
  PendingConnect(S stream, Promise<S> promise, Failure failure, @Nullable Timeout deadline) {
    this.stream = stream;
    this.promise = promise;
    this.failure = failure;
    this.deadline = deadline;
  }

  /** Waits together with {@code other}, which is told afterwards. */
  PendingConnect<S> before(@Nullable PendingConnect<?> other) {
    next = other;
    return this;
  }

  void succeed() {
    cancelDeadline();
    promise.trySetResult(stream);
    if (next != null) {
      next.succeed();
    }
  }

  void fail(@Nullable Throwable cause) {
    cancelDeadline();
    promise.trySetException(asTold(cause));
    if (next != null) {
      next.fail(cause);
    }
  }

  private Throwable asTold(@Nullable Throwable cause) {
    return failure == Failure.AS_IT_IS && cause != null ? cause : new StreamClosedException(cause);
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel();
    }
  }
}
