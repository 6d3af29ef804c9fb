// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import java.time.Duration;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;
import whirlwind.loop.PeriodicCallback;
import whirlwind.loop.Shutdown;
import whirlwind.loop.TaskScope;
import whirlwind.sync.Queue;

/**
 * Jobs that fall due again and again, and an end in good order: {@code ./example jobs [milliseconds
 * between two]}.
 *
 * <p>Ctrl-C or SIGTERM: no job is added any more, those that were are done, and the program ends.
 */
final class Jobs {
  private static final int WORKERS = 2;
  private static final Duration A_JOB_TAKES = Duration.ofMillis(300);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Queue<Integer> due = new Queue<>();
  private final PeriodicCallback timer;
  private int added;
  private int done;

  private Jobs(double intervalMillis) {
    timer = new PeriodicCallback(() -> due.putNowait(++added), intervalMillis);
  }

  static void main(String[] arguments) {
    double millis = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 500;
    IOLoop.run(
        () -> {
          var jobs = new Jobs(millis);
          System.out.println("jobs: one falls due now and then; end it with Ctrl-C");
          jobs.run();
          System.out.printf("jobs: %d added, %d done%n", jobs.added, jobs.done);
          return null;
        });
  }

  /** Runs until it is drained. */
  private void run() {
    timer.start();
    TaskScope.run(
        scope -> {
          Shutdown.within(PATIENCE).add("jobs", scope).exitingWith(0).install();
          scope.stopping().onComplete(_ -> noMore());
          for (int i = 0; i < WORKERS; i++) {
            scope.spawn("worker " + i, this::work);
          }
          return null; // the scope waits for its workers
        });
  }

  private int work() {
    int own = 0;
    for (int job : due) { // ends when the queue is closed and empty
      Futures.sleep(A_JOB_TAKES).await();
      System.out.printf("job %d done%n", job);
      done++;
      own++;
    }
    return own;
  }

  private void noMore() {
    timer.stop();
    due.close();
  }
}
