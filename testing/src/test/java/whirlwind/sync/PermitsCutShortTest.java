// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import whirlwind.future.Futures;
import whirlwind.future.TimeoutException;
import whirlwind.testing.CancelEverywhere;
import whirlwind.testing.LogRecorderExtension;
import whirlwind.testing.Trial;

/**
 * Locks and their kind, with one of their users cut short at every place: no permit, notification
 * or place in the line is lost by that.
 */
@ExtendWith(LogRecorderExtension.class)
@ResourceLock("whirlwind.log")
class PermitsCutShortTest {
  private static final Duration MILLI = Duration.ofMillis(1);
  private static final int USERS = 6;
  private static final int SUBJECT = 2;

  /** Acquires, and waits for that. */
  private interface Acquiring {
    Permit acquire(@Nullable Duration timeout);
  }

  /** Those who use one primitive, and what they have seen. */
  private record Users(Acquiring primitive, int most, List<Integer> entered, AtomicInteger inside) {
    @Nullable Object use(int number, @Nullable Duration timeout) {
      try (var _ = primitive.acquire(timeout)) {
        entered.add(number);
        assertThat(inside.incrementAndGet()).isLessThanOrEqualTo(most);
        try {
          Futures.moment().await();
          Futures.sleep(MILLI).await();
        } finally {
          inside.decrementAndGet();
        }
      }
      return null;
    }
  }

  /** All but the subject get their turn, in order, and all permits come back. */
  private static <P> void check(
      Supplier<P> made, Function<P, Acquiring> acquiring, int most, String atRest) {
    int trials =
        CancelEverywhere.check(
            trial -> {
              var primitive = made.get();
              var users =
                  new Users(
                      acquiring.apply(primitive), most, new ArrayList<>(), new AtomicInteger());
              for (int i = 0; i < USERS; i++) {
                start(trial, users, i);
              }
              trial.afterwards(
                  () -> {
                    assertThat(trial.stuck()).isZero();
                    assertThat(users.entered).isSorted().contains(0, 1, 3, 4, 5);
                    assertThat(users.inside).hasValue(0);
                    assertThat(primitive).hasToString(atRest);
                  });
            });
    assertThat(trials).isGreaterThan(10);
  }

  private static void start(Trial trial, Users users, int number) {
    if (number == SUBJECT) {
      trial.subject(() -> users.use(number, trial.timeout()));
    } else {
      trial.alongside(() -> users.use(number, null));
    }
  }

  @Test
  @Tag("LCK-8")
  @Tag("LCK-9")
  void aLock() {
    check(
        Lock::new,
        lock -> timeout -> lock.acquire(timeout).await(),
        1,
        "Lock[unlocked, 0 waiting]");
  }

  @Test
  @Tag("SEM-8")
  void semaphores() {
    check(
        () -> new Semaphore(2),
        semaphore -> timeout -> semaphore.acquire(timeout).await(),
        2,
        "Semaphore[2 free, 0 waiting]");
    check(
        () -> new BoundedSemaphore(1),
        semaphore -> timeout -> semaphore.acquire(timeout).await(),
        1,
        "BoundedSemaphore[1 free, 0 waiting]");
  }

  @Test
  @Tag("LIM-4")
  void aLimiter() {
    check(
        () -> new CapacityLimiter(2),
        limiter -> timeout -> limiter.acquire(timeout).await(),
        2,
        "CapacityLimiter[0 of 2 borrowed, 0 waiting]");
  }

  @Test
  @Tag("SEL-5")
  void aSelectThatIncludesALock() {
    check(Lock::new, lock -> timeout -> select(lock, timeout), 1, "Lock[unlocked, 0 waiting]");
  }

  private static Permit select(Lock lock, @Nullable Duration timeout) {
    return Select.first(
            Case.acquire(new Semaphore(0), permit -> permit),
            Case.acquire(lock, permit -> permit),
            Case.<Permit>after(
                timeout == null ? Duration.ofDays(1) : timeout,
                () -> {
                  throw new TimeoutException("nothing was acquired");
                }))
        .await()
        .run();
  }

  /** A time-out around a wait that its owner can give up, or has got after all. */
  @Test
  @Tag("FUT-18")
  void aWaitWithATimeoutAroundItThatItsOwnerGivesUp() {
    check(Lock::new, lock -> timeout -> around(lock, timeout), 1, "Lock[unlocked, 0 waiting]");
  }

  private static Permit around(Lock lock, @Nullable Duration timeout) {
    var acquired = lock.acquire();
    try {
      return Futures.withTimeout(timeout == null ? Duration.ofDays(1) : timeout, acquired).await();
    } catch (RuntimeException givenUp) {
      if (!acquired.cancel()) {
        acquired.result().close();
      }
      throw givenUp;
    }
  }

  // ---------------------------------------------------------------- notifications

  /** Those who wait for one condition: two notifications reach two of the three. */
  private record Audience(Condition condition, AtomicInteger notified, AtomicInteger inside) {
    @Nullable Object waitForIt(@Nullable Duration timeout) {
      try (var _ = condition.acquire().await()) {
        beAlone();
        try {
          if (condition.whenNotified(timeout).await()) {
            notified.incrementAndGet();
          }
        } finally {
          beAlone();
        }
      }
      return null;
    }

    private void beAlone() {
      assertThat(condition.toString()).startsWith("Condition[Lock[locked");
      assertThat(inside).hasValue(0);
    }

    @Nullable Object notifyTwice() {
      Futures.sleep(MILLI).await();
      for (int i = 0; i < 2; i++) {
        try (var _ = condition.acquire().await()) {
          inside.incrementAndGet();
          condition.notifyOne();
          Futures.moment().await(); // who was notified waits for the lock meanwhile
          inside.decrementAndGet();
        }
        Futures.moment().await();
      }
      return null;
    }
  }

  @Test
  @Tag("CND-11")
  @Tag("CND-12")
  void aCondition() {
    CancelEverywhere.check(
        trial -> {
          var audience = new Audience(new Condition(), new AtomicInteger(), new AtomicInteger());
          trial.subject(() -> audience.waitForIt(trial.timeout()));
          trial.alongside(() -> audience.waitForIt(null));
          trial.alongside(() -> audience.waitForIt(null));
          trial.alongside(audience::notifyTwice);
          trial.afterwards(
              () -> {
                assertThat(audience.notified).hasValue(2);
                assertThat(audience.condition)
                    .hasToString("Condition[Lock[unlocked, 0 waiting], 0 waiting]");
              });
        });
  }

  @Test
  @Tag("EVT-6")
  void anEvent() {
    CancelEverywhere.check(
        trial -> {
          var event = new Event();
          var seen = new AtomicInteger();
          Callable<?> other = () -> event.whenSet().await() ? seen.incrementAndGet() : 0;
          trial.alongside(other);
          trial.subject(() -> event.whenSet(trial.timeout()).await());
          trial.alongside(other);
          trial.alongside(
              () -> {
                Futures.sleep(MILLI).await();
                event.set();
                event.clear();
                return null;
              });
          trial.afterwards(
              () -> {
                assertThat(seen).hasValue(2);
                assertThat(event).hasToString("Event[clear, 0 waiting]");
              });
        });
  }
}
