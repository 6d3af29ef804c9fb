// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import java.util.concurrent.ConcurrentLinkedQueue;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;
import whirlwind.coroutine.Carrier;
import whirlwind.coroutine.Coroutine;

/**
 * A coroutine awaits what another thread completes: it goes on with the value, whether it has
 * suspended, is about to, or never has to.
 */
@JCStressTest
@Outcome(id = "7", expect = Expect.ACCEPTABLE, desc = "the value arrived")
@State
public class AwaitStress {
  private final Promise<Integer> promise = new Promise<>(Inline.HOME);
  private final ConcurrentLinkedQueue<Runnable> home = new ConcurrentLinkedQueue<>();
  private final Coroutine coroutine = Carrier.chosen().coroutine(home::add, "", this::await);
  private volatile boolean completed;
  private Object got = "nothing";
  private boolean ended;

  private void await() {
    got = promise.await();
    ended = true;
  }

  /** The bare thread: runs the coroutine until it ends, or nobody will ever resume it. */
  @Actor
  public void loop(L_Result result) {
    coroutine.start();
    while (!ended) {
      boolean last = completed;
      var job = home.poll();
      if (job != null) {
        job.run();
      } else if (last) {
        break;
      }
    }
    result.r1 = got;
  }

  /** Completes. */
  @Actor
  public void completer() {
    promise.setResult(7);
    completed = true;
  }
}
