// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/** Two complete at once: exactly one wins, and its value is the one that all see, once. */
@JCStressTest
@Outcome(id = "1, 0, 1, 1", expect = Expect.ACCEPTABLE, desc = "the first won")
@Outcome(id = "0, 1, 2, 2", expect = Expect.ACCEPTABLE, desc = "the second won")
@State
public class CompletersStress {
  private final Promise<Integer> promise = new Promise<>(Inline.HOME);

  /** The sum of the values that the one who waits was told. */
  private int told;

  /** One waits. */
  public CompletersStress() {
    promise.onComplete(_ -> told += promise.result());
  }

  /** Completes. */
  @Actor
  public void completer(IIII_Result result) {
    result.r1 = promise.trySetResult(1) ? 1 : 0;
  }

  /** Completes. */
  @Actor
  public void otherCompleter(IIII_Result result) {
    result.r2 = promise.trySetResult(2) ? 1 : 0;
  }

  /** What came of it. */
  @Arbiter
  public void count(IIII_Result result) {
    result.r3 = promise.result();
    result.r4 = told;
  }
}
