// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/** The least that a loop does: jobs that are queued run in the next turn, in order. */
final class TurnQueue implements Executor {
  private Queue<Runnable> jobs = new ArrayDeque<>();

  @Override
  public void execute(Runnable job) {
    jobs.add(job);
  }

  /** Runs what was queued before; what that queues waits for the next turn. */
  void turn() {
    var now = jobs;
    jobs = new ArrayDeque<>();
    now.forEach(Runnable::run);
  }

  boolean isIdle() {
    return jobs.isEmpty();
  }
}
