// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.loop.DrainReport.Straggler;

/**
 * A process that ends in good order at SIGTERM and Ctrl-C, for the main program:
 *
 * <pre>{@code
 * IOLoop.run(() -> {
 *   var server = new TCPServer(handler);
 *   server.listen(8888);
 *   Shutdown.within(Duration.ofSeconds(20)).add("server", server).install();
 *   return server.closed().await();
 * });
 * }</pre>
 *
 * <p>What was added is drained in that order, one after the other: servers come before what their
 * handlers need. All of it has one {@code grace}; what has not ended then is cancelled and has the
 * time for clean-up. A loop that does not answer within a second keeps the others waiting no
 * longer. Loops that have something here are then waited for until they are closed, within a second
 * more than that: so what the program does last is done. Who did not end, and loops that do not
 * answer, are printed to the standard error output, with their stacks: a log may have closed by
 * then.
 *
 * <p>The JVM runs this as a shutdown hook, beside those of others. Its exit status stays 128 and
 * the signal's number, or what {@link System#exit} was called with, unless {@link #exitingWith}
 * names another one. A second signal ends everything at once where the JVM lets that be seen, by
 * the threads that handle signals; the deadline does everywhere. Code on a loop must not call
 * {@code System.exit}, which waits for this hook, and so the hook for its loop.
 *
 * <p><b>Threads:</b> any, but {@link #add} is called on the loop that is to drain.
 */
public final class Shutdown {
  /** Beyond grace and clean-up: for loops to close. */
  private static final Duration LAST_MOMENT = Duration.ofSeconds(1);

  private static final Duration CLEAN_UP = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final long LOOK_MILLIS = 50;

  /** What is to be drained, and on which loop. */
  private record Entry(String name, IOLoop loop, Drainable what) {}

  private final Duration grace;
  private final Duration cleanUp;
  private final Clock clock;
  private final BooleanSupplier hurry;
  private final List<Entry> entries = new ArrayList<>();
  private final Map<IOLoop, CountDownLatch> loops = new LinkedHashMap<>();
  private OptionalInt exitStatus = OptionalInt.empty();

  Shutdown(Duration grace, Duration cleanUp, BooleanSupplier hurry) {
    this.grace = requireUsable("grace", grace);
    this.cleanUp = requireUsable("cleanUp", cleanUp);
    this.clock = Clock.system();
    this.hurry = hurry;
  }

  /** One that lets everything finish for {@code grace}, and then clean up for five seconds. */
  public static Shutdown within(Duration grace) {
    return within(grace, CLEAN_UP);
  }

  /** One that lets everything finish for {@code grace}, and then clean up for {@code cleanUp}. */
  public static Shutdown within(Duration grace, Duration cleanUp) {
    return new Shutdown(grace, cleanUp, Shutdown::isSignalledAgain);
  }

  private static Duration requireUsable(String name, Duration time) {
    if (time.isNegative() || time.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(name + ": wanted zero to " + LONGEST + ", got " + time);
    }
    return time;
  }

  /**
   * Drains {@code what} after all that was added before, on the current loop, where it may await.
   *
   * @param name for the report
   */
  public synchronized Shutdown add(String name, Drainable what) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(what, "what");
    var loop = IOLoop.current();
    loop.requireCurrent();
    if (!loops.containsKey(loop)) {
      var closed = new CountDownLatch(1);
      loops.put(loop, closed);
      loop.io().beforeClose(closed::countDown);
    }
    entries.add(new Entry(name, loop, what));
    return this;
  }

  /**
   * Ends the JVM with {@code status} once all has ended in good order, and else with 1, instead of
   * leaving that to the JVM. Hooks of others that still run are cut short.
   */
  public synchronized Shutdown exitingWith(int status) {
    exitStatus = OptionalInt.of(status);
    return this;
  }

  /** Lets the JVM call this when it ends. */
  public Shutdown install() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::atExit, "whirlwind-shutdown"));
    return this;
  }

  private void atExit() {
    if (!isNeeded()) {
      return; // the program has ended by itself, and so has its status
    }
    var report = now();
    if (!report.isClean()) {
      System.err.println("shutdown: " + report);
    }
    exitStatus.ifPresent(
        status -> {
          System.out.flush();
          System.err.flush();
          Runtime.getRuntime().halt(report.aborted().isEmpty() ? status : 1);
        });
  }

  private synchronized boolean isNeeded() {
    return loops.values().stream().anyMatch(closed -> closed.getCount() > 0);
  }

  /**
   * Does what a signal would begin, and waits for the end of it: on a thread that is no loop's.
   *
   * @return what became of all; a loop that did not answer, or that has not closed, is one that was
   *     aborted
   */
  public DrainReport now() {
    List<Entry> inOrder;
    Map<IOLoop, CountDownLatch> waitedFor;
    synchronized (this) {
      inOrder = List.copyOf(entries);
      waitedFor = new LinkedHashMap<>(loops);
    }
    long begun = clock.nanoTime();
    long finishBy = begun + grace.toNanos();
    long endBy = finishBy + cleanUp.plus(LAST_MOMENT).toNanos();
    var report = DrainReport.NOTHING;
    for (var entry : inOrder) {
      var closed = Objects.requireNonNull(waitedFor.get(entry.loop));
      if (closed.getCount() > 0) {
        var left = Duration.ofNanos(Math.max(0, finishBy - clock.nanoTime()));
        report = report.and(drain(entry, closed, left, endBy));
      }
    }
    for (var loop : waitedFor.entrySet()) {
      if (!waitFor(millis -> loop.getValue().await(millis, TimeUnit.MILLISECONDS), endBy)) {
        report = report.and(aborted(loop.getKey() + " has not closed", loop.getKey()));
      }
    }
    return report;
  }

  private DrainReport drain(Entry entry, CountDownLatch closed, Duration left, long endBy) {
    var begun = new AtomicReference<@Nullable Future<DrainReport>>();
    var heard = new CountDownLatch(1);
    var done = new CountDownLatch(1);
    entry.loop.execute(
        () -> {
          heard.countDown();
          var report = begin(entry, left);
          begun.set(report);
          report.onComplete(_ -> done.countDown());
        });
    long answerBy = Math.min(endBy, clock.nanoTime() + LAST_MOMENT.toNanos());
    if (!waitFor(
        millis -> heard.await(millis, TimeUnit.MILLISECONDS) || closed.getCount() == 0, answerBy)) {
      return aborted(entry.name + " on " + entry.loop + ", which does not answer", entry.loop);
    }
    // The program may close its loop as soon as all has ended, and before callbacks can tell.
    boolean ended =
        waitFor(
            millis -> done.await(millis, TimeUnit.MILLISECONDS) || closed.getCount() == 0, endBy);
    var report = begun.get();
    if (report != null && report.isDone() && !(report.isCancelled() && closed.getCount() == 0)) {
      var failure = report.exception();
      return failure == null ? report.result() : failed(entry, failure);
    }
    return ended
        ? DrainReport.NOTHING // the loop has closed by itself, before this or before its report
        : aborted(entry.name + " on " + entry.loop + " has not ended", entry.loop);
  }

  private Future<DrainReport> begin(Entry entry, Duration left) {
    try {
      return entry.what.drain(left, cleanUp);
    } catch (RuntimeException failure) {
      return Futures.failed(failure);
    }
  }

  private static DrainReport failed(Entry entry, Throwable failure) {
    var stack = List.of(failure.getStackTrace());
    var straggler = new Straggler(entry.name + ", whose end failed: " + failure, null, stack);
    return new DrainReport(0, List.of(), List.of(straggler));
  }

  private static DrainReport aborted(String what, IOLoop loop) {
    var straggler = new Straggler(what, null, List.of(loop.stackTrace()));
    return new DrainReport(0, List.of(), List.of(straggler));
  }

  // ---------------------------------------------------------------- waiting

  /** Waits for something, for so long at most; whether it has come. */
  @FunctionalInterface
  private interface Wait {
    boolean within(long millis) throws InterruptedException;
  }

  private boolean waitFor(Wait wait, long endBy) {
    try {
      while (!wait.within(LOOK_MILLIS)) {
        if (clock.nanoTime() - endBy >= 0 || hurry.getAsBoolean()) {
          return false;
        }
      }
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * The JDK handles each signal in a thread of its own, named like "SIGTERM handler". The first of
   * them waits for the hooks, and so does each further one.
   */
  private static boolean isSignalledAgain() {
    return Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().matches("SIG[A-Z]+ handler"))
            .count()
        > 1;
  }
}
