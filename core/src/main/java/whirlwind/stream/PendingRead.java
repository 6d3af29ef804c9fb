// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import org.jspecify.annotations.Nullable;
import whirlwind.buffer.ReadBuffer;
import whirlwind.future.CancelledException;
import whirlwind.future.Promise;
import whirlwind.future.Wait;
import whirlwind.loop.Timeout;

/**
 * A read that has begun: what it asks for, and who waits for it.
 *
 * @param <T> what it results in
 */
final class PendingRead<T> implements Promise.Canceller, Wait {

  /** Takes the result out of the buffer. */
  @FunctionalInterface
  interface Taker<T> {
    T take(ReadBuffer in, int matched);
  }

  private final StreamInput input;
  final ReadRequest request;
  final Promise<T> promise;
  private final Taker<T> taker;
  @Nullable Timeout timeout;
  private double since;

  PendingRead(StreamInput input, ReadRequest request, Taker<T> taker, Promise<T> promise) {
    this.input = input;
    this.request = request;
    this.taker = taker;
    this.promise = promise;
  }

  /** It was not satisfied at once. */
  void waitsSince(double time) {
    since = time;
    promise.onCancel(this);
  }

  @Override
  public boolean cancel(CancelledException cause) {
    input.withdraw(this);
    return promise.tryCancel(cause);
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
    if (timeout != null) {
      timeout.cancel();
      timeout = null;
    }
  }

  // ---------------------------------------------------------------- diagnosis

  @Override
  public Wait waitsFor() {
    return this;
  }

  @Override
  public String operation() {
    return request + " with " + input.size() + " bytes buffered";
  }

  @Override
  public Object on() {
    return input.stream();
  }

  @Override
  public double since() {
    return since;
  }

  @Override
  public double deadline() {
    return timeout == null ? Double.POSITIVE_INFINITY : timeout.deadline();
  }
}
