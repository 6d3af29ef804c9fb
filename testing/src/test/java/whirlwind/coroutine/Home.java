// SPDX-License-Identifier: Apache-2.0
package whirlwind.coroutine;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The least home a coroutine can have: a queue whose jobs one bare thread runs. */
final class Home implements Executor {
  private final LinkedBlockingQueue<Runnable> jobs = new LinkedBlockingQueue<>();

  @Override
  public void execute(Runnable job) {
    jobs.add(job);
  }

  int queued() {
    return jobs.size();
  }

  /** Runs what is queued now. */
  void runQueued() {
    for (int count = jobs.size(); count > 0; count--) {
      jobs.remove().run();
    }
  }

  /** Runs jobs, whenever they come, until {@code done}; false if one is waited for in vain. */
  boolean runUntil(BooleanSupplier done) throws InterruptedException {
    while (!done.getAsBoolean()) {
      var job = jobs.poll(10, TimeUnit.SECONDS);
      if (job == null) {
        return done.getAsBoolean();
      }
      job.run();
    }
    return true;
  }
}
