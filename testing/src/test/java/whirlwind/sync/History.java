// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Random histories of one kind of model. One that fails is shrunk before it is shown: whatever can
 * be left out of it, so that it still fails, is.
 */
final class History {
  /** How many operations each model is put to; the property asks for more. */
  static final long OPERATIONS = Long.getLong("whirlwind.model.operations", 10_000);

  private static final int LONGEST = 160;

  private final Supplier<? extends Model> made;

  private History(Supplier<? extends Model> made) {
    this.made = made;
  }

  /** Tries out so many operations on models that {@code made} makes. */
  static void check(Supplier<? extends Model> made) {
    check(OPERATIONS, made);
  }

  static void check(long operations, Supplier<? extends Model> made) {
    var history = new History(made);
    for (long seed = 0, done = 0; done < operations; seed++) {
      var random = new Random(seed);
      var steps = new ArrayList<Step>();
      for (int length = random.nextInt(5, LONGEST); steps.size() < length; ) {
        steps.add(Step.random(random));
      }
      done += steps.size();
      if (history.failureOf(steps, new ArrayList<>()) != null) {
        throw history.report(seed, history.shrunk(steps));
      }
    }
  }

  private @Nullable Throwable failureOf(List<Step> steps, List<String> told) {
    try {
      var model = made.get();
      for (var step : steps) {
        model.step(step, told);
      }
      model.finish();
      return null;
    } catch (RuntimeException | AssertionError failure) {
      return failure;
    }
  }

  /** Leaves out ever smaller pieces, as long as it fails without them. */
  private List<Step> shrunk(List<Step> steps) {
    var kept = steps;
    for (int piece = steps.size() / 2; piece > 0; piece /= 2) {
      for (int from = 0; from + piece <= kept.size(); ) {
        var without = new ArrayList<>(kept);
        without.subList(from, from + piece).clear();
        if (failureOf(without, new ArrayList<>()) != null) {
          kept = without;
        } else {
          from += piece;
        }
      }
    }
    return kept;
  }

  private AssertionError report(long seed, List<Step> steps) {
    var told = new ArrayList<String>();
    var failure = failureOf(steps, told);
    var text = new StringBuilder("seed " + seed + ", shortest history found:");
    told.forEach(each -> text.append("\n  ").append(each));
    return new AssertionError(
        text.append("\nand then: ")
            .append(failure == null ? "nothing" : failure.getMessage())
            .toString(),
        failure);
  }
}
