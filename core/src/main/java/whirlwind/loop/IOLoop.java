// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import whirlwind.coroutine.Carrier;
import whirlwind.coroutine.Coroutine;
import whirlwind.coroutine.Mountable;
import whirlwind.diagnosis.LoopDump;
import whirlwind.diagnosis.LoopStats;
import whirlwind.diagnosis.SlowSlice;
import whirlwind.events.Events;
import whirlwind.events.TurnEvent;
import whirlwind.future.CancelledException;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.Scheduler;
import whirlwind.future.TimeoutException;
import whirlwind.io.Interest;
import whirlwind.io.IoProvider;
import whirlwind.io.PollSource;
import whirlwind.io.Poller;

/**
 * One event loop: runs callbacks, timers, I/O handlers and coroutines, one at a time, on one
 * thread. For programs with very many connections; several loops in several threads are
 * independent.
 *
 * <p>One turn, see {@link #turn}: (1) callbacks and coroutines that were ready before the turn, in
 * order; (2) timers that were due by then, by deadline and then by creation; (3) the poll, which
 * blocks only if nothing is ready, and which a busy loop leaves out for some microseconds after one
 * that found nothing; (4) I/O handlers. What is added during a turn waits for the next.
 *
 * <p>All code that the loop runs is inside a coroutine and may {@link Future#await await}; between
 * two awaits nothing else runs.
 *
 * <p><b>Threads:</b> {@link #addCallback}, {@link #execute}, {@link #spawn}, {@link #stop} and the
 * completion of promises are legal from any thread. Everything else belongs on the loop while it
 * runs, and throws {@link IllegalStateException} naming both threads elsewhere; a loop that does
 * not run may be prepared from any one thread, but not from the coroutines of another, which it
 * would keep waiting.
 *
 * <p><b>Errors:</b> what a callback, timer or handler throws is logged at level ERROR, or given to
 * the {@link #exceptionHandler}, and the loop goes on. Cancellations are not reported.
 *
 * <p>Source: Tornado's {@code tornado.ioloop.IOLoop}.
 */
public final class IOLoop implements Scheduler, AutoCloseable {
  /**
   * The system property that names the poller of loops when no {@link #configure(String) configure}
   * does: {@code auto} (default), {@code nio}, or that of another installed provider.
   */
  public static final String POLLER_PROPERTY = "whirlwind.poller";

  private static final System.Logger LOG = System.getLogger("whirlwind.loop");
  private static final double NANOS_PER_SECOND = 1e9;

  /** More than people read, and few enough for a loop that serves many. */
  private static final int MOST_IN_DUMP = 1_000;

  private enum State {
    IDLE,
    RUNNING,
    CLOSING,
    CLOSED
  }

  /** Those that run now. */
  private static final Set<IOLoop> RUNNING = ConcurrentHashMap.newKeySet();

  private final LoopOptions options;
  private final Clock clock;
  private final long clockOrigin;
  private final IoProvider provider;
  private final Poller poller;
  private final LoopIo io;
  private final RunQueue queue;
  private final Timers timers = new Timers();
  private final PollPacer pacer;
  private final LoopMeter meter = new LoopMeter(this);
  private final Handlers handlers;
  private final Set<Task<?>> strayTasks = new LinkedHashSet<>();
  private final Set<TaskScope> scopes = new LinkedHashSet<>();
  private final Task.Owner rootScope = new RootScope();
  private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);

  private final JobsOutside jobsOutside = new JobsOutside(this);

  private volatile boolean stopRequested;

  /** True while the loop may be blocked in its poller: only then a wake-up is needed. */
  private volatile boolean sleeping;

  private volatile boolean lateCallbackReported;

  /** Whether what the loop runs for has ended. */
  private BooleanSupplier done = () -> false;

  private @Nullable TurnEvent turnEvent;
  private long timersCreated;
  private @Nullable ExceptionHandler exceptionHandler;
  private @Nullable Watchdog watchdog;

  // ---------------------------------------------------------------- making one

  /**
   * A loop with the configured provider and options; it takes over as the thread's current loop.
   */
  public IOLoop() {
    this(CurrentLoop.configured());
  }

  /**
   * A loop with these options.
   *
   * @throws IllegalStateException when it shall become current {@link MakeCurrent#OR_FAIL or fail}
   *     and another loop is current
   * @throws UncheckedIOException when the poller cannot be opened
   */
  public IOLoop(LoopOptions options) {
    this.options = options;
    CurrentLoop.checkMayBecomeCurrent(options.makeCurrent());
    Carrier.prepare(); // while the poller is opened, which takes as long
    clock = options.clock();
    clockOrigin = clock.nanoTime();
    var chosen = options.provider();
    provider = chosen != null ? chosen : CurrentLoop.configuredProvider();
    poller = open(provider);
    queue = new RunQueue(this);
    pacer = new PollPacer(this, queue);
    io = new LoopIo(this, queue, provider, poller, options.trackResources());
    handlers = new Handlers(this, poller, queue);
    if (options.makeCurrent() != MakeCurrent.NEVER) {
      CurrentLoop.constructed(this);
    }
    slowCallbackThreshold(options.slowCallbackThreshold());
  }

  private static Poller open(IoProvider provider) {
    try {
      return provider.openPoller();
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "the " + provider.name() + " poller cannot be opened", failure);
    }
  }

  /** Makes a loop, runs {@code main} in it as {@link #runSync(Callable)} does, and closes it. */
  public static <T extends @Nullable Object> T run(Callable<T> main) {
    return run(CurrentLoop.configured(), main);
  }

  /** {@link #run(Callable)} in a loop with these options. */
  public static <T extends @Nullable Object> T run(LoopOptions options, Callable<T> main) {
    try (var loop = new IOLoop(options.withMakeCurrent(MakeCurrent.NEVER))) {
      return loop.runSync(main);
    }
  }

  /**
   * Chooses the poller of the loops made from now on.
   *
   * @param poller {@code auto}, {@code nio}, or the name of another installed provider
   * @throws IllegalArgumentException when there is none of that name, or it is not usable here
   */
  public static void configure(String poller) {
    CurrentLoop.configure(IoProviders.named(poller), null);
  }

  /** Chooses the provider of the loops made from now on. */
  public static void configure(IoProvider provider) {
    CurrentLoop.configure(IoProviders.requireAvailable(provider), null);
  }

  /**
   * Chooses the options of the loops that are made without any from now on.
   *
   * @param provider null keeps the one chosen before
   */
  public static void configure(@Nullable IoProvider provider, LoopOptions defaults) {
    CurrentLoop.configure(
        provider == null ? null : IoProviders.requireAvailable(provider), defaults);
  }

  // ---------------------------------------------------------------- which one

  /**
   * The process-wide loop, made at the first call. It is nobody's current loop until it is made so.
   */
  public static IOLoop instance() {
    return CurrentLoop.instance();
  }

  /** Forgets the process-wide loop. */
  public static void clearInstance() {
    CurrentLoop.clearInstance();
  }

  /**
   * Makes this the process-wide loop.
   *
   * @throws IllegalStateException when there is one, until {@link #clearInstance()}
   */
  public void install() {
    CurrentLoop.install(this);
  }

  /**
   * The loop that runs the caller, or else is current for its thread, or else a new one made
   * current.
   */
  public static IOLoop current() {
    var current = currentOrNull();
    return current != null ? current : new IOLoop();
  }

  /** The loop that runs the caller, or else is current for its thread, or else null. */
  public static @Nullable IOLoop currentOrNull() {
    return CurrentLoop.get();
  }

  /**
   * Makes this the current loop of the calling thread.
   *
   * @throws IllegalStateException inside a coroutine, whose loop is always its own
   */
  public void makeCurrent() {
    CurrentLoop.set(this);
  }

  /** Leaves the calling thread without a current loop. */
  public static void clearCurrent() {
    CurrentLoop.set(null);
  }

  // ---------------------------------------------------------------- running

  /**
   * Runs the loop in the calling thread until {@link #stop()}. It can be started again. The caller
   * must not hold a lock or monitor meanwhile: a coroutine that wants it could never go on.
   *
   * @throws IllegalStateException when it runs already or is closed
   * @throws UncheckedIOException when the poller stops working
   */
  public void start() {
    runUntil(() -> false);
  }

  /**
   * Ends {@link #start()} once the callbacks and timers of the current turn have run; without a
   * running one, the next start makes just one such pass. Any thread.
   */
  public void stop() {
    stopRequested = true;
    wakeUp();
  }

  /**
   * Runs {@code main} as a coroutine in this loop until it ends. A result that is a future, or a
   * list or map of futures, is waited for as well.
   *
   * @return what {@code main} returns
   * @throws RuntimeException or an {@link Error}: what {@code main} throws; a checked one inside a
   *     {@link CompletionException}
   * @throws IllegalStateException when the loop runs already (and {@code main} does not begin), is
   *     closed, or was stopped before {@code main} ended
   */
  public <T extends @Nullable Object> T runSync(Callable<T> main) {
    return runSync(main, null);
  }

  /**
   * {@link #runSync(Callable)} that cancels {@code main} once {@code timeout} has passed, waits for
   * its clean-up, and throws {@link TimeoutException} unless it returned a value nevertheless. With
   * a time-out of zero {@code main} still runs to its first wait.
   */
  public <T extends @Nullable Object> T runSync(Callable<T> main, @Nullable Duration timeout) {
    Objects.requireNonNull(main, "main");
    requireState(State.IDLE);
    return new RunSync<>(this, main).run(timeout);
  }

  /** Runs turns until {@code done} after one of them, or until {@link #stop()}. */
  void runUntil(BooleanSupplier done) {
    if (!state.compareAndSet(State.IDLE, State.RUNNING)) {
      throw notIn(State.IDLE);
    }
    this.done = done;
    BareThread.run(name(), () -> enterAndRun(this::runTurns, State.IDLE));
  }

  private void enterAndRun(Runnable work, State after) {
    var before = CurrentLoop.swap(this);
    queue.enter(Thread.currentThread());
    try {
      work.run();
    } finally {
      queue.leave();
      CurrentLoop.swap(before);
      state.set(after);
    }
  }

  private void runTurns() {
    boolean interrupted = false;
    pacer.begin();
    meter.started();
    RUNNING.add(this);
    try {
      while (turn()) {
        if (Thread.interrupted()) {
          interrupted = true; // somebody wants this thread back
          stopRequested = true;
        }
      }
    } finally {
      RUNNING.remove(this);
      poller.flush();
      io.countMemoryOfPoller();
      meter.stopped();
      stopRequested = false;
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** One turn, as the class comment says; returns whether there shall be another. */
  private boolean turn() {
    beginTurn();
    queue.runBatch();
    boolean another = !isOver();
    if (another) {
      io.countTurn();
      poll();
      queue.runBatch();
    }
    endTurn();
    return another;
  }

  private void beginTurn() {
    queue.takeBatch();
    takeDueTimers();
    turnEvent = Events.turnBegun(this, queue.size());
  }

  private void endTurn() {
    if (turnEvent != null) {
      turnEvent.commit();
      turnEvent = null;
    }
  }

  private boolean isOver() {
    return stopRequested || done.getAsBoolean();
  }

  /**
   * Ends a turn in which nothing is left to do, as its poll is not due, and begins the next one:
   * inside the runner of callbacks, so that those which add callbacks cost no switches.
   *
   * @return false when it is the bare thread that has to go on
   */
  boolean nextTurnInPlace() {
    if (!queue.hasReady() || isOver() || pacer.isDue()) {
      return false;
    }
    io.countTurn();
    endTurn();
    beginTurn();
    return true;
  }

  /**
   * All that are due are taken before anything runs: a timer made in this turn waits for the next,
   * as callbacks do, and comes after those that were queued before it.
   */
  private void takeDueTimers() {
    var first = timers.first();
    if (first == null) {
      return;
    }
    long now = nowNanos();
    if (first.deadlineNanos <= now) {
      meter.late(now - first.deadlineNanos);
    }
    for (; first != null && first.deadlineNanos <= now; first = timers.first()) {
      timers.remove(first);
      queue.addToBatch(first);
    }
  }

  /**
   * The sleep protocol: announce the sleep, look once more at what other threads may have added,
   * and only then block. Whoever adds something afterwards sees the announcement and wakes the
   * poller.
   */
  private void poll() {
    if (queue.hasReady() || !pacer.maySleep()) {
      if (pacer.isDue()) {
        pollFor(0);
      }
      return;
    }
    sleeping = true;
    // Read before the inbox: a job outside that is over by now has put its result there.
    boolean outside = jobsOutside.areUnderWay();
    long before = nowNanos();
    long nanos =
        queue.inboxIsEmpty() && !stopRequested
            ? clock.blockFor(nanosToDeadline(before), outside)
            : 0;
    pollFor(nanos);
    meter.slept(before, pacer.turnBeganNanos());
    sleeping = false;
  }

  private long nanosToDeadline(long now) {
    var first = timers.first();
    return first == null || first.deadlineNanos == Long.MAX_VALUE
        ? -1
        : Math.max(0, first.deadlineNanos - now);
  }

  private void pollFor(long nanos) {
    io.countMemoryOfPoller();
    try {
      pacer.polling();
      pacer.polled(poller.poll(nanos));
    } catch (IOException failure) {
      throw new UncheckedIOException("the " + provider.name() + " poller stopped working", failure);
    }
  }

  private void wakeUp() {
    if (sleeping) {
      sleeping = false;
      poller.wakeup();
    }
  }

  // ---------------------------------------------------------------- closing

  /** {@link #close(boolean)} that leaves open what has a handler. */
  @Override
  public void close() {
    close(false);
  }

  /**
   * Ends a loop that does not run: reports the tasks that have not ended and unwinds them, drops
   * what is queued, kills its child processes, closes the poller with the sockets that it opened,
   * and the executor that the loop made. Closing again does nothing.
   *
   * @param allFds whether channels and descriptors that have a handler are closed, too
   * @throws IllegalStateException when the loop runs; nothing has happened then
   */
  public void close(boolean allFds) {
    if (state.get() == State.CLOSED) {
      return;
    }
    if (!state.compareAndSet(State.IDLE, State.CLOSING)) {
      throw notIn(State.IDLE);
    }
    try {
      BareThread.run(name(), () -> enterAndRun(this::unwind, State.CLOSING));
      Futures.reportUnobservedFailures(this);
      handlers.close(allFds);
      timers.clear();
      slowCallbackThreshold(null);
      jobsOutside.close();
      io.runBeforeClose();
      poller.close();
    } catch (IOException failure) {
      throw new UncheckedIOException("the " + provider.name() + " poller did not close", failure);
    } finally {
      state.set(State.CLOSED);
      CurrentLoop.closed(this);
      takeLateJobs();
    }
  }

  private void unwind() {
    int dropped = queue.beginClosing();
    Closing.report(this, List.copyOf(strayTasks));
    if (dropped > 0) {
      LOG.log(Level.DEBUG, "{0} closes with {1} callbacks queued, which do not run", this, dropped);
    }
    boolean interrupted = Thread.interrupted(); // it would keep the poller from waiting
    try {
      Closing.unwind(this, queue, strayTasks);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  void pollWhileClosing(long nanos) {
    io.countTurn();
    sleeping = true;
    pollFor(queue.inboxIsEmpty() ? nanos : 0);
    sleeping = false;
  }

  boolean isClosed() {
    return state.get() == State.CLOSED;
  }

  boolean isClosing() {
    return state.get() == State.CLOSING;
  }

  /** What came after the close: coroutines still get a thread, callbacks are dropped. */
  private synchronized void takeLateJobs() {
    queue.drainForeign(
        job -> {
          switch (job) {
            case Mountable mountable -> Closing.runLate(mountable);
            case StrayTask late -> late.task.unwind(new CancelledException(this + " was closed"));
            case RunQueue.Note note -> Closing.runLate(note);
            default -> reportLateCallback(job);
          }
        });
  }

  private void reportLateCallback(Runnable callback) {
    if (!lateCallbackReported) {
      lateCallbackReported = true;
      // Not here: this may be another loop's bare thread, which must not wait for a logger's lock.
      var message = this + " is closed: a callback did not run, nor will others: " + callback;
      Closing.runLate(() -> LOG.log(Level.WARNING, message));
    }
  }

  // ---------------------------------------------------------------- callbacks and coroutines

  /**
   * Runs {@code callback} on a later turn, in order. Any thread; dropped when the loop is closed.
   */
  public void addCallback(Runnable callback) {
    execute(Objects.requireNonNull(callback, "callback"));
  }

  /** {@link #addCallback} for signal handlers, which Java runs on threads of their own. */
  public void addCallbackFromSignal(Runnable callback) {
    execute(Objects.requireNonNull(callback, "callback"));
  }

  /** {@link #addCallback} for work that nobody waits for. */
  public void spawnCallback(Runnable callback) {
    execute(Objects.requireNonNull(callback, "callback"));
  }

  @Override
  public void execute(Runnable job) {
    if (queue.isCurrent()) {
      queue.addLocal(job);
      return;
    }
    queue.addForeign(job);
    if (state.get() == State.CLOSED) {
      takeLateJobs();
    } else {
      wakeUp();
    }
  }

  @Override
  public void executeEvenClosed(Runnable job) {
    execute((RunQueue.Note) job::run);
  }

  /**
   * Starts {@code body} as a coroutine on a later turn; failures belong to the returned task. Any
   * thread.
   */
  public <T extends @Nullable Object> Task<T> spawn(Callable<? extends T> body) {
    return spawn("", body);
  }

  /** {@link #spawn(Callable)} with a name, for diagnosis. */
  public <T extends @Nullable Object> Task<T> spawn(String name, Callable<? extends T> body) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(body, "body");
    if (state.get() == State.CLOSED) {
      throw notIn(State.RUNNING);
    }
    return Task.start(this, rootScope, name, body);
  }

  /** The tasks that have not ended and that no {@link TaskScope} owns. */
  public List<Task<?>> tasks() {
    requireCurrent();
    return List.copyOf(strayTasks);
  }

  /** Owns the tasks that no scope owns; they are reported when the loop closes. */
  private final class RootScope implements Task.Owner {
    @Override
    public void began(Task<?> task) {
      if (queue.isCurrent()) {
        strayTasks.add(task);
      } else {
        execute((Runnable) new StrayTask(task));
      }
    }

    @Override
    public void ended(Task<?> task, @Nullable Throwable failure) {
      strayTasks.remove(task);
    }
  }

  /** Notes a task that another thread started. */
  private final class StrayTask implements RunQueue.Note {
    private final Task<?> task;

    StrayTask(Task<?> task) {
      this.task = task;
    }

    @Override
    public void run() {
      if (!task.isDone()) {
        strayTasks.add(task);
      }
    }
  }

  void callbackFailed(Object callback, Throwable failure) {
    if (failure instanceof CancelledException) {
      return;
    }
    var handler = exceptionHandler;
    if (handler == null) {
      logFailure("callback " + callback + " of " + this + " failed", failure);
      return;
    }
    try {
      handler.handle(callback, failure);
    } catch (Throwable again) {
      again.addSuppressed(failure);
      logFailure("the exception handler of " + this + " failed itself", again);
    }
  }

  /** A log may fail itself, where descriptors or memory run out; the loop goes on all the same. */
  private static void logFailure(String message, Throwable failure) {
    try {
      LOG.log(Level.ERROR, message, failure);
    } catch (Throwable again) {
      System.err.println(message + ": " + failure + "; to log that failed with " + again);
    }
  }

  /**
   * Gives the failures of callbacks, timers and handlers to {@code handler}; null logs them again.
   */
  public void exceptionHandler(@Nullable ExceptionHandler handler) {
    requireCurrent();
    exceptionHandler = handler;
  }

  /**
   * Reports a callback that runs longer than {@code threshold} by a log line; null switches that
   * off.
   */
  public void slowCallbackThreshold(@Nullable Duration threshold) {
    watch(threshold, null);
  }

  /** Reports a callback that runs longer than {@code threshold} to {@code handler}. */
  public void slowCallbackThreshold(Duration threshold, SlowCallbackHandler handler) {
    watch(
        Objects.requireNonNull(threshold, "threshold"), Objects.requireNonNull(handler, "handler"));
  }

  private void watch(@Nullable Duration threshold, @Nullable SlowCallbackHandler handler) {
    LoopOptions.requireUsable(threshold);
    if (watchdog != null) {
      watchdog.stop();
    }
    watchdog = threshold == null ? null : Watchdog.watch(this, queue, threshold, handler);
  }

  // ---------------------------------------------------------------- time

  /**
   * Now, in seconds of this loop's monotonic clock, which is what absolute deadlines are given in.
   */
  public double time() {
    return nowNanos() / NANOS_PER_SECOND;
  }

  /**
   * The {@link #time()} as read a few quick turns ago at most: for notes that many make and few
   * look at. Exact under a manual clock and while the loop does not run.
   */
  public double turnTime() {
    return state.get() == State.RUNNING ? pacer.turnNanos() / NANOS_PER_SECOND : time();
  }

  long nowNanos() {
    return clock.nanoTime() - clockOrigin;
  }

  /**
   * Runs {@code callback} at {@code deadline}, in seconds of {@link #time()}; one that has passed
   * means the next turn, infinity never.
   *
   * @throws IllegalArgumentException when it is not a number
   */
  public Timeout addTimeout(double deadline, Runnable callback) {
    if (Double.isNaN(deadline)) {
      throw new IllegalArgumentException("deadline: wanted seconds of the loop's time(), got NaN");
    }
    return scheduleAt((long) Math.ceil(deadline * NANOS_PER_SECOND), callback);
  }

  /** Runs {@code callback} after {@code delay}; zero and negative delays mean the next turn. */
  public Timeout addTimeout(Duration delay, Runnable callback) {
    Objects.requireNonNull(delay, "delay");
    long now = nowNanos();
    long nanos = saturatedNanos(delay);
    return scheduleAt(now + nanos < now && nanos > 0 ? Long.MAX_VALUE : now + nanos, callback);
  }

  private static long saturatedNanos(Duration delay) {
    try {
      return delay.toNanos();
    } catch (ArithmeticException _) {
      return delay.isNegative() ? 0 : Long.MAX_VALUE;
    }
  }

  Timeout scheduleAt(long deadlineNanos, Runnable callback) {
    Objects.requireNonNull(callback, "callback");
    requireCurrent();
    if (state.get() == State.CLOSED) {
      throw notIn(State.RUNNING);
    }
    var timeout = new Timeout(this, deadlineNanos, timersCreated++, callback);
    timers.add(timeout);
    return timeout;
  }

  /** The same as {@link #addTimeout(Duration, Runnable)}. */
  public Timeout callLater(Duration delay, Runnable callback) {
    return addTimeout(delay, callback);
  }

  /** The same as {@link #addTimeout(double, Runnable)}. */
  public Timeout callAt(double deadline, Runnable callback) {
    return addTimeout(deadline, callback);
  }

  @Override
  public Timeout schedule(Duration delay, Runnable job) {
    return addTimeout(delay, job);
  }

  /** Makes sure that the callback does not run; harmless when it has, or was removed before. */
  public void removeTimeout(Timeout timeout) {
    Objects.requireNonNull(timeout, "timeout");
    requireCurrent();
    timeout.takeCallback();
    timers.remove(timeout);
  }

  // ---------------------------------------------------------------- I/O handlers

  /**
   * Calls {@code handler} whenever {@code fd} is ready for one of {@code events}; level-triggered,
   * and {@link Interest#ERROR} is always watched.
   *
   * @throws IllegalStateException when it has a handler already
   * @throws IllegalArgumentException when the poller cannot watch descriptors
   */
  public void addHandler(int fd, int events, FdHandler handler) {
    Objects.requireNonNull(handler, "handler");
    requireUsable();
    handlers.add(
        new PollSource.Descriptor(fd), events, ready -> handler.handle(fd, ready), handler);
  }

  /** {@link #addHandler(int, int, FdHandler)} for a channel, which becomes non-blocking. */
  public void addHandler(SelectableChannel channel, int events, ChannelHandler handler) {
    Objects.requireNonNull(handler, "handler");
    requireUsable();
    handlers.add(
        new PollSource.Channel(channel), events, ready -> handler.handle(channel, ready), handler);
  }

  /**
   * Replaces the events that a handler is called for.
   *
   * @throws IllegalStateException when {@code fd} has no handler
   */
  public void updateHandler(int fd, int events) {
    requireUsable();
    handlers.update(new PollSource.Descriptor(fd), events);
  }

  /** {@link #updateHandler(int, int)} for a channel. */
  public void updateHandler(SelectableChannel channel, int events) {
    requireUsable();
    handlers.update(new PollSource.Channel(channel), events);
  }

  /**
   * Removes the handler, also an event that is ready in this very turn; harmless when there is
   * none.
   */
  public void removeHandler(int fd) {
    requireCurrent();
    handlers.remove(new PollSource.Descriptor(fd));
  }

  /** {@link #removeHandler(int)} for a channel. */
  public void removeHandler(SelectableChannel channel) {
    requireCurrent();
    handlers.remove(new PollSource.Channel(channel));
  }

  // ---------------------------------------------------------------- futures and executors

  /**
   * Calls {@code callback} with {@code future} once that is done: on this loop, on a later turn.
   */
  public <T extends @Nullable Object> void addFuture(
      CompletionStage<T> future, Consumer<? super Future<T>> callback) {
    Objects.requireNonNull(callback, "callback");
    var ours = future instanceof Future<T> own ? own : Futures.from(future, this);
    // The future may be another loop's, and its callbacks run there.
    ours.onComplete(_ -> execute(() -> callback.accept(ours)));
  }

  /**
   * Runs {@code job} on the default executor: by default each on a virtual thread of the JDK's own
   * scheduler.
   */
  public <T extends @Nullable Object> Future<T> runInExecutor(Callable<T> job) {
    return runInExecutor(null, job);
  }

  /**
   * Runs {@code job} on {@code executor}; the future has what came of it. Cancelling it does not
   * stop a job that has begun; if that then fails, its failure is logged.
   */
  @Override
  public <T extends @Nullable Object> Future<T> runInExecutor(
      @Nullable Executor executor, Callable<T> job) {
    Objects.requireNonNull(job, "job");
    return jobsOutside.run(executor, job);
  }

  /** Replaces the default executor for later calls; closing it stays the caller's business. */
  public void setDefaultExecutor(Executor executor) {
    jobsOutside.setDefaultExecutor(executor);
  }

  // ---------------------------------------------------------------- seeing inside

  /**
   * What it is at: who waits for what and who holds that, who waits in a circle, what is open, what
   * has kept it. Costs nothing before somebody looks; a look at a thousand tasks takes about ten
   * milliseconds of the loop.
   *
   * <p>Any thread. Another one asks the loop, and blocks until it answers; if it does not within a
   * second it is stuck, and what can be seen from outside is given.
   */
  public LoopDump dump() {
    return dump(MOST_IN_DUMP);
  }

  /** {@link #dump()} of at most so many tasks, callbacks, timers and resources each. */
  public LoopDump dump(int most) {
    return Inspection.dump(this, most);
  }

  /** The loops of this process that run now, in no order. Any thread. */
  public static List<IOLoop> running() {
    return List.copyOf(RUNNING);
  }

  /** What it is at, in figures. Any thread, as for {@link #dump()}. */
  public LoopStats stats() {
    return Inspection.stats(this);
  }

  /** The figures that it keeps itself, with those that others have counted. */
  LoopStats stats(Duration queueAge, int tasks, int parkedTasks) {
    var first = timers.first();
    long overdue = first == null ? 0 : nowNanos() - first.deadlineNanos;
    return new LoopStats(
        time(),
        meter.running(),
        meter.idle(),
        io.turns(),
        meter.lag(overdue),
        meter.longestLag(overdue),
        queueAge,
        queue.size(),
        timers.size(),
        tasks,
        parkedTasks,
        io.open().size(),
        io.memory().heldBytes());
  }

  /** For how long the turn that is under way has lasted. */
  Duration turnAge() {
    return isRunning() ? Duration.ofNanos(nowNanos() - pacer.turnBeganNanos()) : Duration.ZERO;
  }

  boolean isRunning() {
    return state.get() == State.RUNNING;
  }

  RunQueue queue() {
    return queue;
  }

  Timers timers() {
    return timers;
  }

  /** The tasks that no scope owns, as they are. */
  Set<Task<?>> strayTasks() {
    return strayTasks;
  }

  /** The scopes that are open; each enters itself. */
  Set<TaskScope> scopes() {
    return scopes;
  }

  List<SlowSlice> slowest() {
    return watchdog == null ? List.of() : watchdog.slowest();
  }

  // ---------------------------------------------------------------- what it is

  /** Whether the caller is code that this loop runs. */
  public boolean isCurrent() {
    return queue.isCurrent();
  }

  @Override
  public void requireCurrent() {
    if (queue.isCurrent()) {
      return;
    }
    var bare = queue.thread();
    if (bare != null) {
      throw new IllegalStateException(
          "wanted a caller on "
              + this
              + ", which runs in thread \""
              + bare.getName()
              + "\", got "
              + Thread.currentThread()
              + ofOtherLoop()
              + "; use addCallback");
    }
    if (Coroutine.current() instanceof Coroutine caller && caller.home() != this) {
      throw new IllegalStateException(
          "wanted a caller on "
              + this
              + ", which does not run and so would never answer, got "
              + Thread.currentThread()
              + ofOtherLoop()
              + "; make what is used in a loop inside it: a static field belongs to the loop that"
              + " is current where its class is first used");
    }
  }

  private String ofOtherLoop() {
    var other = currentOrNull();
    return other == null || other == this ? "" : " of " + other;
  }

  private void requireUsable() {
    requireCurrent();
    if (state.get() == State.CLOSED) {
      throw notIn(State.RUNNING);
    }
  }

  private void requireState(State wanted) {
    if (state.get() != wanted) {
      throw notIn(wanted);
    }
  }

  private IllegalStateException notIn(State wanted) {
    var got =
        switch (state.get()) {
          case IDLE -> "one that does not run";
          case RUNNING -> "one that runs, in thread \"" + nameOf(queue.thread()) + "\"";
          case CLOSING, CLOSED -> "one that is closed";
        };
    var want =
        switch (wanted) {
          case IDLE -> "a loop that does not run";
          case RUNNING, CLOSING, CLOSED -> "a loop that is not closed";
        };
    return new IllegalStateException(this + ": wanted " + want + ", got " + got);
  }

  private static String nameOf(@Nullable Thread thread) {
    return thread == null ? "?" : thread.getName();
  }

  /** How it was built, for whoever builds another one like it. */
  public LoopOptions options() {
    return options;
  }

  /** The clock that this loop lives by. */
  public Clock clock() {
    return clock;
  }

  /** The name given in the options. */
  public String name() {
    return options.name();
  }

  /** The name of the poller, such as {@code nio}. */
  public String poller() {
    return provider.name();
  }

  /** How its coroutines are carried: {@code loop} (fast) or {@code baton} (portable). */
  public String carrier() {
    return Carrier.chosen().name();
  }

  /** Where it is, for who cannot wait for it; any thread. */
  StackTraceElement[] stackTrace() {
    var thread = queue.busyThread();
    return thread == null ? new StackTraceElement[0] : thread.getStackTrace();
  }

  /** What it lends to streams and servers. */
  public LoopIo io() {
    return io;
  }

  @Override
  public String toString() {
    return "IOLoop[" + name() + ", " + provider.name() + "]";
  }
}
