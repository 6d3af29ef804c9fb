// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * One of two stops waiting while a third completes: it is told unless it was let go, and the other
 * is told in any case.
 */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "each once: told, or let go")
@State
public class RemovalStress {
  private final Promise<Integer> promise = new Promise<>(Inline.HOME);
  private final Told leaving = new Told();
  private final Told staying = new Told();
  private int left;

  /** Two wait. */
  public RemovalStress() {
    promise.onComplete(leaving);
    promise.onComplete(staying);
  }

  /** Completes. */
  @Actor
  public void completer() {
    promise.setResult(1);
  }

  /** Stops waiting. */
  @Actor
  public void leaver() {
    left = promise.removeCallback(leaving) ? 1 : 0;
  }

  /** How often each was told, or let go. */
  @Arbiter
  public void count(II_Result result) {
    result.r1 = leaving.get() + left;
    result.r2 = staying.get();
  }
}
