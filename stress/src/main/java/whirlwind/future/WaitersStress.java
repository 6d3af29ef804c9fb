// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two begin to wait at once: both are told, once. */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "each was told once")
@State
public class WaitersStress {
  private final Promise<Integer> promise = new Promise<>(Inline.HOME);
  private final Told one = new Told();
  private final Told other = new Told();

  /** Begins to wait. */
  @Actor
  public void comer() {
    promise.onComplete(one);
  }

  /** Begins to wait. */
  @Actor
  public void otherComer() {
    promise.onComplete(other);
  }

  /** How often each is told. */
  @Arbiter
  public void complete(II_Result result) {
    promise.setResult(1);
    result.r1 = one.get();
    result.r2 = other.get();
  }
}
