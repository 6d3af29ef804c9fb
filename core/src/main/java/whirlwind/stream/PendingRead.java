// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import org.jspecify.annotations.Nullable;
import whirlwind.buffer.ReadBuffer;
import whirlwind.future.Promise;
import whirlwind.loop.Timeout;

/**
 * A read that has begun: what it asks for, and who waits for it.
 *
 * @param <T> what it results in
 */
final class PendingRead<T> {

  /** Takes the result out of the buffer. */
  @FunctionalInterface
  interface Taker<T> {
    T take(ReadBuffer in, int matched);
  }

  final ReadRequest request;
  final Promise<T> promise;
  private final Taker<T> taker;
  @Nullable Timeout deadline;

  PendingRead(ReadRequest request, Taker<T> taker, Promise<T> promise) {
    this.request = request;
    this.taker = taker;
    this.promise = promise;
  }

  void complete(ReadBuffer in, int matched) {
    cancelDeadline();
    promise.trySetResult(taker.take(in, matched));
  }

  void fail(Throwable cause) {
    cancelDeadline();
    promise.trySetException(cause);
  }

  void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel();
      deadline = null;
    }
  }
}
