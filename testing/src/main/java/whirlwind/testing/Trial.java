// SPDX-License-Identifier: Apache-2.0
package whirlwind.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import whirlwind.future.CancelledException;
import whirlwind.future.Futures;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Task;
import whirlwind.loop.TaskScope;

/**
 * One run of a scenario of {@link CancelEverywhere}: what it starts its tasks with.
 *
 * <p><b>Ordering:</b> tasks begin in the order in which they were given.
 */
public final class Trial {

  /** A check, which may await. */
  @FunctionalInterface
  public interface Check {
    /** Throws what is wrong. */
    void run() throws Exception;
  }

  /** How long the others go on after the subject has ended. */
  private static final Duration REST = Duration.ofDays(1);

  private final IOLoop loop;
  private final TurnClock clock;
  private final Plan plan;
  private final List<Task<?>> others = new ArrayList<>();
  private final List<Check> checks = new ArrayList<>();

  private @Nullable Task<?> subject;
  private int stuck;

  Trial(IOLoop loop, TurnClock clock, Plan plan) {
    this.loop = loop;
    this.clock = clock;
    this.plan = plan;
  }

  /** The loop of this trial. */
  public IOLoop loop() {
    return loop;
  }

  /**
   * Starts what is to be cut short.
   *
   * @throws IllegalStateException when there is one already
   */
  public void subject(Callable<?> body) {
    Objects.requireNonNull(body, "body");
    if (subject != null) {
      throw new IllegalStateException("wanted one subject, got another");
    }
    subject = loop.spawn("subject", () -> withinDeadline(body));
  }

  private @Nullable Object withinDeadline(Callable<?> body) {
    plan.started(Task.current(), clock.nanoTime());
    return TaskScope.<@Nullable Object>run(plan.deadline(), _ -> body.call());
  }

  /** Starts something that goes on beside the subject, and must not fail. */
  public void alongside(Callable<?> body) {
    others.add(loop.spawn("other" + others.size(), Objects.requireNonNull(body, "body")));
  }

  /**
   * How long an operation of the subject that begins now may take: null, for ever, unless this
   * trial is about time-outs. Then it is the time left until the place where they happen.
   */
  public @Nullable Duration timeout() {
    return plan.timeout(clock.nanoTime());
  }

  /**
   * Checks something when all tasks have ended. Those that waited for what the subject has not come
   * to do are cancelled before that; {@link #stuck()} counts them.
   */
  public void afterwards(Check check) {
    checks.add(Objects.requireNonNull(check, "check"));
  }

  /** How many tasks would have waited for ever. */
  public int stuck() {
    return stuck;
  }

  void finish() throws Exception {
    if (subject == null) {
      throw new IllegalStateException("wanted a subject, got none");
    }
    awaitEnd(subject);
    awaitOthers();
    for (var check : checks) {
      check.run();
    }
  }

  private void awaitOthers() {
    var rest = Futures.all(others, List.of(CancelledException.class));
    var timer = loop.callLater(REST, this::cancelStuck);
    try {
      rest.await();
    } catch (CancelledException _) {
      // one of those that were stuck
    }
    loop.removeTimeout(timer);
  }

  private void cancelStuck() {
    for (var other : others) {
      if (other.cancel()) {
        stuck++;
      }
    }
  }

  private static void awaitEnd(Task<?> subject) {
    try {
      subject.await();
    } catch (CancelledException | TimeoutException _) {
      // cut short
    }
  }
}
