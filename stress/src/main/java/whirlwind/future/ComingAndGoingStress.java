// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** One stops waiting while another begins to: the one is not told, the other is, once. */
@JCStressTest
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "only who came was told")
@State
public class ComingAndGoingStress {
  private final Promise<Integer> promise = new Promise<>(Inline.HOME);
  private final Told leaving = new Told();
  private final Told coming = new Told();

  /** One waits. */
  public ComingAndGoingStress() {
    promise.onComplete(leaving);
  }

  /** Stops waiting. */
  @Actor
  public void leaver() {
    promise.removeCallback(leaving);
  }

  /** Begins to wait. */
  @Actor
  public void comer() {
    promise.onComplete(coming);
  }

  /** How often each is told. */
  @Arbiter
  public void complete(II_Result result) {
    promise.setResult(1);
    result.r1 = leaving.get();
    result.r2 = coming.get();
  }
}
