// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * What the sleep protocol relies on: a queue holds what was added to it, and says so, also while a
 * producer who came before is between its two steps and nothing can be taken.
 */
@JCStressTest
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "not empty, and later taken")
@State
public class QueueEmptinessStress {
  private final CallbackQueue queue = new CallbackQueue();
  private int taken;

  /** Adds a job. */
  @Actor
  public void producer() {
    queue.add(() -> taken++);
  }

  /** Adds one, and looks. */
  @Actor
  public void consumer(ZZ_Result result) {
    queue.add(() -> taken++);
    result.r1 = queue.isEmpty();
  }

  /** Takes both, after which the queue says that it is empty. */
  @Arbiter
  public void rest(ZZ_Result result) {
    queue.drainTo(Runnable::run);
    result.r2 = taken == 2 && queue.isEmpty();
  }
}
