// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import org.jspecify.annotations.Nullable;

/** An operation that cannot say much of itself, and so was given a name. */
final class NamedOperation implements Promise.Canceller, Wait {
  private final Promise<?> promise;
  private final String operation;
  private final @Nullable Object on;
  Promise.@Nullable Canceller canceller;

  NamedOperation(
      Promise<?> promise,
      String operation,
      @Nullable Object on,
      Promise.@Nullable Canceller canceller) {
    this.promise = promise;
    this.operation = operation;
    this.on = on;
    this.canceller = canceller;
  }

  @Override
  public boolean cancel(CancelledException cause) {
    return canceller == null ? promise.tryCancel(cause) : canceller.cancel(cause);
  }

  @Override
  public void awaited() {
    if (canceller != null) {
      canceller.awaited();
    }
  }

  @Override
  public Wait waitsFor() {
    return this;
  }

  @Override
  public String operation() {
    return operation;
  }

  @Override
  public @Nullable Object on() {
    return on;
  }
}
