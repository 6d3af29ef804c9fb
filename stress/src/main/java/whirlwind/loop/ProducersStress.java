// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Two producers add at once: no job is lost, none comes twice, and those of each come in order. */
@JCStressTest
@Outcome(id = "123, 123", expect = Expect.ACCEPTABLE, desc = "every job once, in order")
@State
public class ProducersStress {
  private final CallbackQueue queue = new CallbackQueue();
  private final StringBuilder taken = new StringBuilder();
  private final StringBuilder takenOfOther = new StringBuilder();

  /** Adds three jobs. */
  @Actor
  public void producer() {
    addThree(taken);
  }

  /** Adds three jobs. */
  @Actor
  public void otherProducer() {
    addThree(takenOfOther);
  }

  private void addThree(StringBuilder jobs) {
    for (int i = 1; i <= 3; i++) {
      int job = i;
      queue.add(() -> jobs.append(job));
    }
  }

  /** Takes them. */
  @Arbiter
  public void consumer(LL_Result result) {
    queue.drainTo(Runnable::run);
    result.r1 = taken.toString();
    result.r2 = takenOfOther.toString();
  }
}
