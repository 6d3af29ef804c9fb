// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import whirlwind.future.CancelledException;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.future.Wait;
import whirlwind.loop.IOLoop;

/**
 * One {@link Select} under way. Whatever ends it, all cases have left their lines before the call
 * that did so goes on, so that none of them can be handed anything more.
 *
 * @param <R> what the cases' code returns
 */
final class Contest<R extends @Nullable Object> implements Promise.Canceller, Wait {
  private final IOLoop loop = IOLoop.current();
  private final Promise<Selected<R>> promise = new Promise<>(loop);
  private final List<? extends Case<? extends R>> cases;
  private final List<Runnable> withdrawals;

  Contest(List<? extends Case<? extends R>> cases) {
    if (cases.isEmpty()) {
      throw new IllegalArgumentException("cases: wanted at least one, got none");
    }
    this.cases = List.copyOf(cases);
    this.withdrawals = new ArrayList<>(cases.size());
  }

  Future<Selected<R>> start() {
    loop.requireCurrent();
    for (var each : cases) {
      if (each.isReady()) {
        return Futures.completed(loop, new Selected<>(each, each.start()));
      }
    }
    try {
      cases.forEach(each -> withdrawals.add(each.enter(this)));
    } catch (RuntimeException refused) {
      withdrawAll();
      throw refused;
    }
    return promise.onCancel(this);
  }

  IOLoop loop() {
    return loop;
  }

  /** Once: whoever could be the second has left its line by then, or is not listened to. */
  void win(Case<? extends R> winner, Supplier<? extends R> code) {
    withdrawAll();
    promise.trySetResult(new Selected<>(winner, code));
  }

  void fail(RuntimeException cause) {
    withdrawAll();
    promise.trySetException(cause);
  }

  @Override
  public boolean cancel(CancelledException cause) {
    withdrawAll();
    return promise.tryCancel(cause);
  }

  private void withdrawAll() {
    withdrawals.forEach(Runnable::run);
    withdrawals.clear();
  }

  @Override
  public Wait waitsFor() {
    return this;
  }

  @Override
  public String operation() {
    return "Select of " + cases;
  }

  @Override
  public @Nullable Object on() {
    return null; // any of the cases will do
  }
}
