// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.future.Promise;
import whirlwind.io.Listener;
import whirlwind.loop.DrainReport;
import whirlwind.loop.IOLoop;
import whirlwind.loop.MakeCurrent;
import whirlwind.loop.MemoryLimit;

/**
 * Several loops that serve the connections which one other loop, the boss's, accepts.
 *
 * <p>Each connection goes to a loop that has the fewest, and in turn among equals: the kernel's own
 * way of spreading (several listeners on one port) goes by a hash of the addresses, which is even
 * only for very many connections, and never again once some of them have ended.
 *
 * <p><b>Threads:</b> everything here is the boss's, unless it says otherwise. Boss and members talk
 * by jobs for each other's loops, in order.
 */
final class Crew implements Service {
  /** Makes what serves the connections of one loop; called on that loop. */
  @FunctionalInterface
  interface Equipment {
    Connections connections(IOLoop loop, Runnable whenOneEnds);
  }

  private final IOLoop boss;
  private final Equipment equipment;
  private final Runnable whenOneEnds;
  private final Runnable whenOneFails;
  private final Runnable whenMemoryChanges;
  private final List<CrewMember> members = new ArrayList<>();
  private final Set<CrewMember> starting = new HashSet<>();
  private final Set<CrewMember> running = new HashSet<>();

  /** Those that may still be sent something. */
  private final Set<CrewMember> present = new LinkedHashSet<>();

  /** Those whose connections have not all come to an end. */
  private final Set<CrewMember> busy = new HashSet<>();

  /** What was asked of them before all had started. */
  private final List<Runnable> deferred = new ArrayList<>();

  private final Promise<@Nullable Void> ended;
  private final Promise<DrainReport> drained;
  private boolean drainWanted;
  private DrainReport report = DrainReport.NOTHING;
  private int turn;
  private @Nullable Throwable failure;

  /**
   * @param whenOneEnds called by any thread when a connection has ended, or all have started
   * @param whenOneFails called when a member could not begin or go on
   * @param whenMemoryChanges called by any thread when a member is short of memory, or not any more
   */
  Crew(
      IOLoop boss,
      int loops,
      Equipment equipment,
      Runnable whenOneEnds,
      Runnable whenOneFails,
      Runnable whenMemoryChanges) {
    this.boss = boss;
    this.equipment = equipment;
    this.whenOneEnds = whenOneEnds;
    this.whenOneFails = whenOneFails;
    this.whenMemoryChanges = whenMemoryChanges;
    this.ended = new Promise<@Nullable Void>(boss).named("TCPServer.closed()", null);
    this.drained = new Promise<>(boss);
    openLoops(loops);
    starting.addAll(members);
    running.addAll(members);
    present.addAll(members);
    busy.addAll(members);
    members.forEach(CrewMember::start);
  }

  private void openLoops(int loops) {
    var options =
        boss.options()
            .withProvider(boss.io().provider())
            .withMakeCurrent(MakeCurrent.NEVER)
            .withMemoryLimit(sharedBy(loops, boss.options().memoryLimit()));
    try {
      for (int i = 1; i <= loops; i++) {
        members.add(new CrewMember(this, new IOLoop(options.withName(boss.name() + "-" + i))));
      }
    } catch (RuntimeException unopened) {
      members.forEach(CrewMember::closeUnstarted);
      throw unopened;
    }
  }

  private static @Nullable MemoryLimit sharedBy(int loops, @Nullable MemoryLimit limit) {
    return limit == null ? null : limit.withBytes(Math.max(1, limit.bytes() / loops));
  }

  // ---------------------------------------------------------------- for the server

  @Override
  public boolean isReady() {
    return starting.isEmpty();
  }

  @Override
  public boolean take(Listener listener) throws IOException {
    var incoming = listener.take();
    if (incoming == null) {
      return false;
    }
    leastLoaded().serve(incoming);
    return true;
  }

  private CrewMember leastLoaded() {
    int size = members.size();
    int best = turn;
    for (int i = 1; i < size; i++) {
      int other = (turn + i) % size;
      if (members.get(other).isBetterThan(members.get(best))) {
        best = other;
      }
    }
    turn = (best + 1) % size;
    return members.get(best);
  }

  @Override
  public List<Integer> connectionsByLoop() {
    return members.stream().map(CrewMember::load).toList();
  }

  @Override
  public int connections() {
    int sum = 0;
    for (var member : members) {
      sum += member.load();
    }
    return sum;
  }

  @Override
  public boolean isShortOfMemory() {
    for (var member : members) {
      if (!member.isShortOfMemory()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public long unserved() {
    return members.stream().mapToLong(CrewMember::unserved).sum();
  }

  @Override
  public void finish() {
    whenStarted(() -> present.forEach(CrewMember::finish));
  }

  @Override
  public void cancel() {
    whenStarted(() -> present.forEach(CrewMember::cancel));
  }

  @Override
  public Future<DrainReport> drain(Duration grace, Duration cleanUp) {
    whenStarted(
        () -> {
          drainWanted = true;
          present.forEach(member -> member.drain(grace, cleanUp));
          reportIfDrained();
        });
    return drained.view();
  }

  private void whenStarted(Runnable job) {
    if (isReady()) {
      job.run();
    } else {
      deferred.add(job);
    }
  }

  @Override
  public Future<@Nullable Void> ended() {
    return ended.view();
  }

  // ---------------------------------------------------------------- for its members

  /** Any thread. */
  void tell(Runnable job) {
    boss.execute(job);
  }

  /** Any thread. */
  void roomMade() {
    whenOneEnds.run();
  }

  /** Any thread. */
  void memoryChanged() {
    whenMemoryChanges.run();
  }

  /** On the member's loop. */
  Connections connectionsFor(IOLoop loop, Runnable whenOneOfThemEnds) {
    return equipment.connections(loop, whenOneOfThemEnds);
  }

  void started(CrewMember member) {
    if (starting.remove(member) && isReady()) {
      deferred.forEach(Runnable::run);
      deferred.clear();
      whenOneEnds.run();
    }
  }

  /** Its connections have come to an end, of whichever kind, and there will be no other. */
  void drained(CrewMember member, DrainReport itsReport) {
    if (busy.remove(member)) {
      report = report.and(itsReport);
      reportIfDrained();
    }
    dismiss(member);
  }

  private void reportIfDrained() {
    if (drainWanted && busy.isEmpty()) {
      drained.trySetResult(report);
    }
  }

  private void dismiss(CrewMember member) {
    if (present.remove(member)) {
      member.dismiss();
    }
  }

  /** Its loop is closed and its thread ends. */
  void over(CrewMember member, @Nullable Throwable cause) {
    present.remove(member);
    running.remove(member);
    if (cause != null) {
      failed(cause);
    }
    started(member); // one that could not begin keeps nobody waiting
    if (busy.remove(member)) {
      reportIfDrained();
    }
    if (running.isEmpty()) {
      end();
    }
  }

  private void failed(Throwable cause) {
    if (failure == null) {
      failure = cause;
      whenOneFails.run();
    } else {
      failure.addSuppressed(cause);
    }
  }

  private void end() {
    if (failure == null) {
      ended.trySetResult(null);
    } else {
      ended.trySetException(failure);
    }
  }
}
