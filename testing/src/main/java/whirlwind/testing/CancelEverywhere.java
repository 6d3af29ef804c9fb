// SPDX-License-Identifier: Apache-2.0
package whirlwind.testing;

import java.time.Duration;
import java.util.Objects;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.loop.MakeCurrent;

/**
 * Runs a scenario again and again, and cuts its subject short at another place each time, until
 * there is none left: for whoever claims that a cancellation or a time-out loses nothing.
 *
 * <pre>{@code
 * @Test
 * void noPermitIsLost() {
 *   CancelEverywhere.check(trial -> {
 *     var lock = new Lock();
 *     Callable<?> use = () -> {
 *       try (var held = lock.acquire(trial.timeout()).await()) {
 *         return Futures.moment().await();
 *       }
 *     };
 *     trial.alongside(use);
 *     trial.subject(use);
 *     trial.alongside(use);
 *     trial.afterwards(() -> assertThat(lock).hasToString("Lock[unlocked, 0 waiting]"));
 *   });
 * }
 * }</pre>
 *
 * <p>The places are all turns of the loop at whose beginning the subject is in an await, also those
 * in which what it waits for has arrived already and it is just about to go on. At each of them,
 * one {@link Cut} is made, each kind in trials of its own.
 *
 * <p>A trial has a fresh loop under a clock that moves itself, and must do the same things in the
 * same order each time. It fails when the subject ends in anything but a result, a cancellation or
 * a time-out, when another task fails, or when a check does. The message says which cut it was.
 *
 * <p><b>Threads:</b> the caller's runs the loops; so call it in a plain test, not in a coroutine.
 */
public final class CancelEverywhere {

  /** Ways to cut the subject short. */
  public enum Cut {
    /** Its task is cancelled. */
    CANCELLATION,
    /** It runs in a {@link whirlwind.loop.TaskScope}, whose deadline passes. */
    DEADLINE,
    /** The operations that {@link Trial#timeout()} is given to time out. */
    TIMEOUT
  }

  /** Sets up one trial: makes what it is about, and starts the tasks. Runs on the loop. */
  @FunctionalInterface
  public interface Scenario {
    /** Makes everything anew, as nothing may be left from the trial before. */
    void prepare(Trial trial) throws Exception;
  }

  /** In the time of the loop: longer than any scenario lasts, and a wait that never ends. */
  private static final Duration LIMIT = Duration.ofDays(10_000);

  private CancelEverywhere() {}

  /**
   * Runs {@code scenario} with each cut at each place.
   *
   * @return in how many trials the subject was cut short
   * @throws AssertionError when one of them fails, or when the subject never waits
   */
  public static int check(Scenario scenario) {
    Objects.requireNonNull(scenario, "scenario");
    int trials = 0;
    for (var cut : Cut.values()) {
      trials += check(scenario, cut);
    }
    return trials;
  }

  private static int check(Scenario scenario, Cut cut) {
    var whole = run(scenario, new Plan(cut, Plan.NEVER, 0));
    var places = whole.places();
    if (places.isEmpty()) {
      throw new AssertionError("wanted a subject that waits, got one that never does");
    }
    for (int place = 0; place < places.size(); place++) {
      run(scenario, new Plan(cut, place, places.get(place)));
    }
    return places.size();
  }

  private static Plan run(Scenario scenario, Plan plan) {
    var clock = new TurnClock(plan);
    var options =
        LoopOptions.defaults()
            .withName(plan.toString())
            .withClock(clock)
            .withMakeCurrent(MakeCurrent.NEVER);
    try (var loop = new IOLoop(options)) {
      loop.runSync(
          () -> {
            var trial = new Trial(loop, clock, plan);
            scenario.prepare(trial);
            trial.finish();
            return null;
          },
          LIMIT);
    } catch (Exception | AssertionError failure) {
      throw new AssertionError("with a " + plan + ": " + failure.getMessage(), failure);
    }
    return plan;
  }
}
