// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** Another thread stops the loop before it starts, while it falls asleep, or in its sleep. */
@JCStressTest
@Outcome(id = "stopped", expect = Expect.ACCEPTABLE, desc = "the stop was noticed")
@State
public class StopStress {
  private final SleepingLoop sleeper = new SleepingLoop();

  /** Has nothing to do but to sleep. */
  @Actor
  public void loop(L_Result result) {
    result.r1 = sleeper.run();
  }

  /** Stops it. */
  @Actor
  public void foreigner() {
    sleeper.from(sleeper.loop::stop);
  }
}
