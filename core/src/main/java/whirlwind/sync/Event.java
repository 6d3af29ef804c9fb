// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;

/**
 * Something that has happened or not yet: for coroutines that wait until another says so.
 *
 * <p>The original's {@code wait} is {@link #whenSet}: {@code wait()}, which Java gives to every
 * object, means something else and blocks.
 *
 * <p><b>Threads:</b> on the loop only.
 *
 * <p>Source: Tornado's {@code tornado.locks.Event}.
 */
public final class Event {
  private final IOLoop loop = IOLoop.current();
  private final Waiters<Boolean> waiters = new Waiters<>(loop, this, "whenSet()");
  private final Future<Boolean> passed = Futures.completed(loop, true);
  private boolean set;

  /** An event of the current loop that is not set. */
  public Event() {}

  /** Whether it is set. */
  public boolean isSet() {
    return set;
  }

  /** Wakes everybody who waits, and lets pass all who come until {@link #clear()}. */
  public void set() {
    loop.requireCurrent();
    set = true;
    waiters.wakeAll(true);
  }

  /** Those who come from now on wait for the next {@link #set()}; those who were woken stay so. */
  public void clear() {
    loop.requireCurrent();
    set = false;
  }

  /** Completes, with true, once the event is set; at once when it is. */
  public Future<Boolean> whenSet() {
    return whenSet(null);
  }

  /**
   * Completes with true once the event is set, or with false when {@code timeout} has passed
   * before.
   *
   * @param timeout zero or less means the next turn, null for ever
   */
  public Future<Boolean> whenSet(@Nullable Duration timeout) {
    loop.requireCurrent();
    return set ? passed : waiters.add(TrueOrFalse::new, timeout);
  }

  /** One whose wait may be in vain, which is no failure. */
  private static final class TrueOrFalse extends Claim<Boolean> {
    TrueOrFalse(Recipient<Boolean> recipient) {
      super(recipient);
    }

    @Override
    void expired(String operation, Duration timeout) {
      woken(false);
    }
  }

  Offer<Boolean> setting() {
    return new Offer<>(
        "Event.whenSet()",
        () -> set,
        this::whenSet,
        recipient -> waiters.join(new Claim<>(recipient)));
  }

  /** Who waits, in order, for diagnosis. */
  public List<Waiting> waiting() {
    return waiters.waiting();
  }

  @Override
  public String toString() {
    return "Event[" + (set ? "set" : "clear") + ", " + waiters.size() + " waiting]";
  }
}
