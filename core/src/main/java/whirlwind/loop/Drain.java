// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.future.Promise;
import whirlwind.loop.DrainReport.Straggler;

/**
 * How what belongs together on one loop comes to its end: the phases of every {@link Drainable},
 * for whoever implements one.
 *
 * <pre>
 *   FINISHING --grace--> CANCELLED --clean-up--> ABORTED
 *       |                    |                      |
 *       +------------- all have ended, or ----------+---> the report
 * </pre>
 *
 * In each state it may be asked again: what comes due first counts. Asking to finish is the owner's
 * business, before all this.
 *
 * <p><b>Threads:</b> the loop's.
 */
public final class Drain {
  /** Taking a stack takes time, during which the loop does nothing else. */
  private static final int MOST_STACKS = 100;

  /** One of those that shall end; equal to itself alone. */
  public interface Member {
    /** For the report. */
    String name();

    /** What it waits for in an await; null if in none. */
    @Nullable Object waitingFor();

    /** Where it is. */
    StackTraceElement[] stackTrace();

    /** Lets its awaits throw. */
    void cancel();

    /** Takes from it what can be taken; it has not ended although it was cancelled. */
    void abort();
  }

  private final IOLoop loop;
  private final Supplier<? extends List<? extends Member>> live;
  private final Promise<DrainReport> report;
  private final List<Timeout> timers = new ArrayList<>();
  private final Map<Member, Straggler> cancelled = new LinkedHashMap<>();
  private int members;
  private boolean cancelling;

  /**
   * One that begins now.
   *
   * @param live those that have not ended, the oldest first
   */
  public Drain(IOLoop loop, Supplier<? extends List<? extends Member>> live) {
    this.loop = loop;
    this.live = live;
    this.members = live.get().size();
    this.report = new Promise<DrainReport>(loop).named("drain()", null);
  }

  /** Cancels after {@code grace}, and gives up {@code cleanUp} later; the report. */
  public Future<DrainReport> within(Duration grace, Duration cleanUp) {
    Objects.requireNonNull(grace, "grace");
    Objects.requireNonNull(cleanUp, "cleanUp");
    if (live.get().isEmpty()) {
      allEnded();
    }
    if (!report.isDone()) {
      timers.add(loop.addTimeout(grace, () -> cancelAndWait(cleanUp)));
    }
    return report.view();
  }

  private void cancelAndWait(Duration cleanUp) {
    cancel();
    timers.add(loop.addTimeout(cleanUp, this::abort));
  }

  /** Cancels those that have not ended, each once. */
  public void cancel() {
    cancelling = true;
    for (var member : live.get()) {
      if (!cancelled.containsKey(member)) {
        cancelled.put(member, straggler(member, false));
        member.cancel();
      }
    }
  }

  /** Whether those that come from now on come too late. */
  public boolean isCancelling() {
    return cancelling;
  }

  /** Whether the report is there. */
  public boolean isDone() {
    return report.isDone();
  }

  /** Another one has come since this began. */
  public void joined() {
    members++;
  }

  private void abort() {
    var stubborn = List.copyOf(live.get());
    var stragglers = new ArrayList<Straggler>();
    for (var member : stubborn) {
      stragglers.add(straggler(member, stragglers.size() < MOST_STACKS));
    }
    cancelled.keySet().removeAll(stubborn);
    complete(stragglers);
    stubborn.forEach(Member::abort);
  }

  private static Straggler straggler(Member member, boolean withStack) {
    var awaited = member.waitingFor();
    var stack = withStack ? List.of(member.stackTrace()) : List.<StackTraceElement>of();
    return new Straggler(member.name(), awaited == null ? null : awaited.toString(), stack);
  }

  /** All have ended, and no other will come. */
  public void allEnded() {
    complete(List.of());
  }

  private void complete(List<Straggler> aborted) {
    if (report.isDone()) {
      return;
    }
    timers.forEach(Timeout::cancel);
    report.setResult(
        new DrainReport(
            members - cancelled.size() - aborted.size(), List.copyOf(cancelled.values()), aborted));
  }
}
