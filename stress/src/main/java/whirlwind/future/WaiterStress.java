// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** One waits, and another begins to while a third completes: each is told exactly once. */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "each was told once")
@State
public class WaiterStress {
  private final Promise<Integer> promise = new Promise<>(Inline.HOME);
  private final Told waiting = new Told();
  private final Told coming = new Told();

  /** One waits. */
  public WaiterStress() {
    promise.onComplete(waiting);
  }

  /** Completes. */
  @Actor
  public void completer() {
    promise.setResult(1);
  }

  /** Begins to wait. */
  @Actor
  public void comer() {
    promise.onComplete(coming);
  }

  /** How often each was told. */
  @Arbiter
  public void count(II_Result result) {
    result.r1 = waiting.get();
    result.r2 = coming.get();
  }
}
