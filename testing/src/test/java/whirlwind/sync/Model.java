// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import whirlwind.future.CancelledException;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.TimeoutException;
import whirlwind.testing.ManualClock;

/**
 * A primitive, and beside it a sequential account of how each wait on it must stand. Every step
 * does the same to both, and then they are compared.
 */
abstract class Model {

  /** How a wait stands. */
  enum Stand {
    PENDING,
    GRANTED,
    TIMED_OUT,
    CANCELLED,
    REFUSED
  }

  /** One wait, and how it should stand; subclasses add what their model needs to know. */
  static class Wait {
    final String name;
    final long deadline;
    @Nullable Future<?> future;
    Stand stand = Stand.PENDING;
    @Nullable Object value;

    Wait(String name, long deadline) {
      this.name = name;
      this.deadline = deadline;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static final int MOST_MILLIS = 4;

  private final ManualClock clock;
  private final List<Wait> pending = new ArrayList<>();
  private final List<Wait> ended = new ArrayList<>();
  private long now;
  private int made;

  Model(ManualClock clock) {
    this.clock = clock;
  }

  /** Does something to primitive and account, and says what. */
  abstract String operate(Step step);

  /** {@code wait} was cancelled: what follows from that, for its stand and for others. */
  abstract void cancelled(Wait wait);

  /** The time of {@code wait} is up: what follows from that. */
  abstract void expired(Wait wait);

  /** The text that the primitive must have. */
  abstract String expectedText();

  abstract Object primitive();

  // ---------------------------------------------------------------- for models

  @Nullable Duration timeout(Step step) {
    int millis = Step.pick(step.time(), 3 * MOST_MILLIS) - 1;
    return millis > MOST_MILLIS ? null : Duration.ofMillis(millis);
  }

  long deadline(@Nullable Duration timeout) {
    return timeout == null ? Long.MAX_VALUE : now + timeout.toMillis();
  }

  String nextName(String operation) {
    return operation + "#" + made++;
  }

  /** Notes what the primitive has answered to the call that began {@code wait}. */
  <W extends Wait> W began(W wait, Future<?> future) {
    wait.future = future;
    if (wait.stand == Stand.PENDING) {
      pending.add(wait);
    } else {
      ended.add(wait);
    }
    return wait;
  }

  void end(Wait wait, Stand stand, @Nullable Object value) {
    wait.stand = stand;
    wait.value = value;
    if (pending.remove(wait)) {
      ended.add(wait);
    }
  }

  void grant(Wait wait, @Nullable Object value) {
    end(wait, Stand.GRANTED, value);
  }

  static <T> T pickOne(Collection<T> some, int which) {
    return List.copyOf(some).get(Step.pick(which, some.size()));
  }

  /** Runs {@code call}, which must throw {@code refusal}. */
  static void refused(Class<? extends RuntimeException> refusal, Runnable call) {
    try {
      call.run();
    } catch (RuntimeException thrown) {
      if (refusal.isInstance(thrown)) {
        return;
      }
      throw thrown;
    }
    throw new AssertionError("wanted " + refusal.getSimpleName() + ", got no exception");
  }

  static void same(@Nullable Object wanted, @Nullable Object got, Object what) {
    if (!Objects.equals(wanted, got)) {
      throw new AssertionError(what + ": wanted " + wanted + ", got " + got);
    }
  }

  // ---------------------------------------------------------------- running

  /** One step, of which it adds to {@code told} what it was, and the comparison after it. */
  final void step(Step step, List<String> told) {
    told.add(
        switch (Step.pick(step.what(), 8)) {
          case 0 -> cancelOne(step);
          case 1, 2 -> letTimePass(Step.pick(step.time(), 3));
          default -> operate(new Step(step.what() / 8, step.which(), step.time()));
        });
    compare();
  }

  private String cancelOne(Step step) {
    if (pending.isEmpty()) {
      return "cancel nothing";
    }
    var wait = pickOne(pending, step.which());
    same(true, Objects.requireNonNull(wait.future).cancel(), "cancel of " + wait);
    cancelled(wait);
    return "cancel " + wait;
  }

  private String letTimePass(int millis) {
    clock.advance(Duration.ofMillis(millis));
    now += millis;
    Futures.moment().await();
    Futures.moment().await();
    pending.stream()
        .filter(wait -> wait.deadline <= now)
        .sorted(Comparator.comparingLong(wait -> wait.deadline)) // stable: else as they came
        .toList()
        .forEach(
            wait -> {
              if (wait.stand == Stand.PENDING) {
                expired(wait);
              }
            });
    return "let " + millis + " ms pass";
  }

  private void compare() {
    for (var wait : ended) {
      same(wait.stand, standOf(wait), wait);
      if (wait.stand == Stand.GRANTED) {
        compareValue(wait, Objects.requireNonNull(wait.future).result());
      }
    }
    ended.clear();
    for (var wait : pending) {
      same(Stand.PENDING, standOf(wait), wait);
    }
    same(expectedText(), primitive().toString(), "text");
  }

  /** Of a wait that was granted. */
  void compareValue(Wait wait, @Nullable Object got) {
    same(wait.value, got, wait);
  }

  private static Stand standOf(Wait wait) {
    var future = Objects.requireNonNull(wait.future);
    if (!future.isDone()) {
      return Stand.PENDING;
    }
    return switch (future.exception()) {
      case null -> Stand.GRANTED;
      case TimeoutException _ -> Stand.TIMED_OUT;
      case CancelledException _ -> Stand.CANCELLED;
      case QueueClosedException _ -> Stand.REFUSED;
      case SlowSubscriberException _ -> Stand.REFUSED;
      case Throwable other -> throw new AssertionError(wait + " failed", other);
    };
  }

  /** Cancels all that still waits, and compares. */
  final void finish() {
    for (int round = 0; !pending.isEmpty() && round < 2; round++) {
      for (var wait : List.copyOf(pending)) {
        if (wait.stand == Stand.PENDING) {
          same(true, Objects.requireNonNull(wait.future).cancel(), "cancel of " + wait);
          cancelled(wait);
          compare();
        }
      }
    }
  }
}
