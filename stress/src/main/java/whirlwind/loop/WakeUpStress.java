// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;
import whirlwind.coroutine.Carrier;
import whirlwind.coroutine.Coroutine;

/** A job from another thread arrives while the loop falls asleep: it runs, without a time-out. */
@JCStressTest
@Outcome(id = "stopped", expect = Expect.ACCEPTABLE, desc = "the job ran, and stopped the loop")
@State
public class WakeUpStress {
  private final SleepingLoop sleeper = new SleepingLoop();

  /** A coroutine and no callback: it needs no runner, of which every loop would keep one. */
  private final Coroutine job = Carrier.chosen().coroutine(sleeper.loop, "", sleeper.loop::stop);

  /** Has nothing to do but to sleep. */
  @Actor
  public void loop(L_Result result) {
    result.r1 = sleeper.run();
  }

  /** Gives it something. */
  @Actor
  public void foreigner() {
    sleeper.from(job::start);
  }
}
