// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** A producer adds while the consumer drains: no job is lost, none comes twice, all in order. */
@JCStressTest
@Outcome(id = "123", expect = Expect.ACCEPTABLE, desc = "every job once, in order")
@State
public class DrainStress {
  private final CallbackQueue queue = new CallbackQueue();
  private final StringBuilder taken = new StringBuilder();

  /** Adds three jobs. */
  @Actor
  public void producer() {
    for (int i = 1; i <= 3; i++) {
      int job = i;
      queue.add(() -> taken.append(job));
    }
  }

  /** Takes what is there, twice. */
  @Actor
  public void consumer() {
    queue.drainTo(Runnable::run);
    queue.drainTo(Runnable::run);
  }

  /** Takes the rest. */
  @Arbiter
  public void rest(L_Result result) {
    queue.drainTo(Runnable::run);
    result.r1 = taken.toString();
  }
}
