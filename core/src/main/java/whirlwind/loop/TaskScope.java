// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import whirlwind.coroutine.Coroutine;
import whirlwind.future.CancelledException;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.future.Scheduler;
import whirlwind.future.TimeoutException;

/**
 * A block that owns tasks: no child outlives it. For whoever does several things at once and wants
 * either all of them or a clean failure:
 *
 * <pre>{@code
 * var both = TaskScope.run(Duration.ofSeconds(5), scope -> {
 *   var user = scope.spawn(() -> fetchUser());
 *   var order = scope.spawn(() -> fetchOrder());
 *   return new Both(user.await(), order.await());
 * });
 * }</pre>
 *
 * <p><b>Ends:</b> {@code run} returns when the block and all its children have ended. The first
 * failure, of a child or of the block, cancels all the others (a block in an await gets a {@link
 * CancelledException} with that failure as its cause) and is what {@code run} throws; further
 * failures are suppressed in it, and a block that rethrows it as something else has its way. When
 * the deadline passes, that failure is a {@link TimeoutException}; one that passes when all has
 * been done already, so that nothing had to be cut short for it, is none, and the block's value is
 * not lost. A child that ends cancelled is no failure.
 *
 * <p><b>Cancelling:</b> {@link #stop()} asks (soft): children see {@link #stopping()} and finish
 * what they are at. {@link #cancel()} makes their awaits throw (hard). {@link #stop(Duration)} is
 * the one and, after a grace, the other; {@link #drain} does the same and reports. When the task
 * that runs the block is cancelled, so are the children.
 *
 * <p><b>Threads:</b> on the loop only.
 */
public final class TaskScope implements Drainable {

  /** The code of a block. */
  @FunctionalInterface
  public interface Body<T extends @Nullable Object> {
    /** Runs in the caller's coroutine. */
    T run(TaskScope scope) throws Exception;
  }

  /** The time for clean-up when a drain does not name one. */
  private static final Duration CLEAN_UP = Duration.ofSeconds(5);

  private static final Duration NEVER = Duration.ofSeconds(Long.MAX_VALUE);

  private final IOLoop loop;
  private final Coroutine block;
  private final Set<Task<?>> children = new LinkedHashSet<>();
  private final Promise<@Nullable Void> stopping;
  private final Task.Owner owner = new Children();

  private boolean inBlock = true;
  private boolean ended;
  private boolean cancelled;
  private @Nullable Throwable firstFailure;

  /** The first failure if that is the deadline, as long as nothing was cut short for it. */
  private @Nullable TimeoutException harmlessDeadline;

  /**
   * The scope ends early: what an await of the block throws, and is behind what those of children
   * do.
   */
  private @Nullable CancelledException ending;

  private boolean blockWasTold;
  private boolean blockWasInterrupted;
  private @Nullable Promise<@Nullable Void> childEnded;
  private Scheduler.@Nullable Timer deadlineTimer;
  private @Nullable Drain drain;

  /** Whether the block, too, is to end by the drain. */
  private boolean drainsBlock;

  private TaskScope(IOLoop loop, Coroutine block) {
    this.loop = loop;
    this.block = block;
    this.stopping = new Promise<@Nullable Void>(loop).named("TaskScope.stopping()", this);
  }

  /** Runs {@code body} with a scope and returns its value once all children have ended. */
  public static <T extends @Nullable Object> T run(Body<T> body) {
    return run(null, body);
  }

  /** {@link #run(Body)} with a deadline for everything in it; null means none. */
  public static <T extends @Nullable Object> T run(@Nullable Duration deadline, Body<T> body) {
    Objects.requireNonNull(body, "body");
    var block = Coroutine.current();
    if (block == null || !(block.home() instanceof IOLoop loop)) {
      throw new IllegalStateException(
          "wanted a caller that a loop runs, got " + Thread.currentThread());
    }
    var scope = new TaskScope(loop, block);
    if (deadline != null) {
      scope.deadlineTimer = loop.schedule(deadline, () -> scope.expire(deadline));
    }
    loop.scopes().add(scope);
    try {
      return scope.runToEnd(body);
    } finally {
      scope.ended = true;
      loop.scopes().remove(scope);
      if (scope.deadlineTimer != null) {
        scope.deadlineTimer.cancel();
      }
      if (scope.drain != null) {
        scope.drain.allEnded();
      }
    }
  }

  private void expire(Duration deadline) {
    var failure =
        new TimeoutException("the scope had not ended within " + Futures.inWords(deadline));
    harmlessDeadline = firstFailure == null && children.isEmpty() ? failure : null;
    fail(failure);
  }

  @SuppressWarnings("NullAway") // the value is null only if T allows it: there is no failure
  private <T extends @Nullable Object> T runToEnd(Body<T> body) {
    T value = null;
    Throwable thrown = null;
    try {
      value = body.run(this);
    } catch (Throwable failure) {
      thrown = Task.cancellationBehind(failure, block);
    }
    leaveBlock();
    var fromOutside = thrown == null || isOwn(thrown) ? null : settle(thrown);
    var whileWaiting = waitForChildren();
    fromOutside = fromOutside == null ? whileWaiting : fromOutside;
    var failure = outcome(thrown, fromOutside);
    if (failure != null) {
      throw unchecked(failure);
    }
    return value;
  }

  /** What this scope has sent after its block must not hit the code behind it. */
  private void leaveBlock() {
    inBlock = false;
    noteIfDrained();
    if (ending != null && !block.withdrawInterruption(ending)) {
      harmlessDeadline = null; // an await has thrown it
    }
    if (blockWasInterrupted) {
      harmlessDeadline = null;
      Thread.interrupted();
    }
    if (harmlessDeadline != null && firstFailure == harmlessDeadline) {
      firstFailure = null;
    }
  }

  /** Whether this is only the scope's own ending, which has come back from the block or a child. */
  private boolean isOwn(Throwable thrown) {
    if (!(thrown instanceof CancelledException cancellation) || !isBehind(ending, thrown)) {
      return false;
    }
    cancellation.failures().forEach(this::fail);
    return true;
  }

  private static boolean isBehind(@Nullable Throwable cause, Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at == cause) {
        return true;
      }
    }
    return false;
  }

  /**
   * Ends the children for what the block threw, and returns it if it is a cancellation from
   * outside.
   */
  private @Nullable Throwable settle(Throwable thrown) {
    if (thrown instanceof CancelledException) {
      cancelChildren();
      return thrown;
    }
    if (firstFailure != null && isBehind(firstFailure, thrown)) {
      firstFailure = thrown; // the same failure, in the words of the block
    } else {
      fail(thrown);
    }
    return null;
  }

  /** What this block throws: see "Ends" above. */
  private @Nullable Throwable outcome(@Nullable Throwable thrown, @Nullable Throwable fromOutside) {
    var first = firstFailure;
    if (fromOutside == null) {
      return first == null ? thrown : first;
    }
    // A cancellation from outside must reach the task that it was meant for.
    if (first != null && !isBehind(first, fromOutside)) {
      fromOutside.addSuppressed(first);
    }
    return fromOutside;
  }

  private static RuntimeException unchecked(Throwable failure) {
    return switch (failure) {
      case RuntimeException unchecked -> unchecked;
      case Error error -> throw error;
      default -> new CompletionException(failure);
    };
  }

  /** Waits whatever happens, and returns what interrupted the waiting. */
  private @Nullable Throwable waitForChildren() {
    Throwable interruption = null;
    while (!children.isEmpty()) {
      var signal = new Promise<@Nullable Void>(loop).named("end of the children", children);
      childEnded = signal;
      try {
        signal.await();
      } catch (RuntimeException thrown) {
        cancelChildren();
        if (loop.isClosing()) {
          unwindChildren(); // the loop knows of the block only
          return thrown;
        }
        interruption = interruption == null ? thrown : interruption;
      }
    }
    return interruption;
  }

  /** Starts a child. */
  public <T extends @Nullable Object> Task<T> spawn(Callable<? extends T> body) {
    return spawn("", body);
  }

  /**
   * Starts a child with a name, for diagnosis. In a scope that is cancelled already it does not
   * begin.
   *
   * @throws IllegalStateException when the block has ended
   */
  public <T extends @Nullable Object> Task<T> spawn(String name, Callable<? extends T> body) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(body, "body");
    loop.requireCurrent();
    if (ended) {
      throw new IllegalStateException("wanted a scope that still runs, got one that has ended");
    }
    var child = Task.<T>start(loop, owner, name, body);
    if (cancelled || drain != null && drain.isCancelling()) {
      harmlessDeadline = null;
      child.cancel();
    }
    return child;
  }

  /** Asks all to finish: completes {@link #stopping()}. */
  public void stop() {
    loop.requireCurrent();
    stopping.trySetResult(null);
  }

  /** {@link #stop()}, and {@link #cancel()} once {@code grace} has passed. */
  public void stop(Duration grace) {
    stop();
    drainsBlock = true;
    draining().within(grace, NEVER);
  }

  /** {@link #drain(Duration, Duration)} with five seconds for clean-up. */
  public Future<DrainReport> drain(Duration grace) {
    return drain(grace, CLEAN_UP);
  }

  /**
   * Ends in three steps: {@link #stop()}; after {@code grace} the children that have not ended are
   * cancelled, and after {@code cleanUp} more they are reported, with what they wait for and their
   * stacks, and cancelled once more. Who calls it from outside of the block means the block as
   * well; the block itself may await the report, and goes on. Of several calls the one that comes
   * due first counts.
   *
   * @return who had to be cancelled; it completes when all of them have ended, or with the third
   *     step. A child that does not end even then keeps {@code run} waiting.
   */
  @Override
  public Future<DrainReport> drain(Duration grace, Duration cleanUp) {
    Objects.requireNonNull(grace, "grace");
    Objects.requireNonNull(cleanUp, "cleanUp");
    stop();
    drainsBlock |= Coroutine.current() != block;
    return draining().within(grace, cleanUp);
  }

  private Drain draining() {
    if (drain == null || drain.isDone() && !ended) {
      drain = new Drain(loop, this::members);
    }
    return drain;
  }

  private List<Drain.Member> members() {
    var members = new ArrayList<Drain.Member>();
    children.forEach(child -> members.add(new Child(child)));
    if (drainsBlock && inBlock) {
      members.add(new Block());
    }
    return members;
  }

  private void noteIfDrained() {
    if (drain != null && children.isEmpty() && !(drainsBlock && inBlock)) {
      drain.allEnded();
    }
  }

  /** Completes when {@link #stop()} asks to finish. */
  public Future<@Nullable Void> stopping() {
    return stopping.view();
  }

  /** Whether {@link #stop()} has asked to finish. */
  public boolean isStopping() {
    return stopping.isDone();
  }

  /** Cancels the children, and the block unless it is through. */
  public void cancel() {
    loop.requireCurrent();
    if (!ended) {
      cancelChildren();
      interruptBlock();
    }
  }

  Coroutine block() {
    return block;
  }

  /** The children that have not ended, as they are. */
  Set<Task<?>> children() {
    return children;
  }

  /** When it is cut short, in seconds of the loop's time; null when never. */
  @Nullable Double deadline() {
    return deadlineTimer == null ? null : deadlineTimer.deadline();
  }

  /** The children that have not ended. */
  public List<Task<?>> tasks() {
    return List.copyOf(children);
  }

  private void fail(Throwable failure) {
    var first = firstFailure;
    if (first == null) {
      firstFailure = failure;
      cancelChildren();
      interruptBlock();
    } else if (first != failure) {
      first.addSuppressed(failure);
    }
  }

  private void cancelChildren() {
    cancelled = true;
    stopping.trySetResult(null);
    for (var child : List.copyOf(children)) {
      cancelChild(child);
    }
  }

  private void cancelChild(Task<?> child) {
    child.cancel(
        new CancelledException("the scope of task " + child.name() + " was cancelled", ending()));
  }

  private CancelledException ending() {
    if (ending == null) {
      ending = new CancelledException("the scope ended early", firstFailure);
    }
    return ending;
  }

  private void interruptBlock() {
    if (inBlock && !blockWasTold) {
      blockWasTold = true;
      block.interruptAwaitLater(ending());
      blockWasInterrupted = Task.interruptIfBlocked(block);
    }
  }

  private void unwindChildren() {
    var closed = new CancelledException(loop + " was closed");
    List.copyOf(children).forEach(child -> child.unwind(closed));
  }

  private final class Children implements Task.Owner {
    @Override
    public void began(Task<?> task) {
      children.add(task);
      if (drain != null) {
        drain.joined();
      }
    }

    @Override
    public void ended(Task<?> task, @Nullable Throwable failure) {
      children.remove(task);
      if (failure != null) {
        task.exception(); // it is looked at: here
        if (failure instanceof CancelledException cancellation) {
          cancellation.failures().forEach(TaskScope.this::fail);
        } else {
          fail(failure);
        }
      }
      noteIfDrained();
      var signal = childEnded;
      if (signal != null && children.isEmpty()) {
        signal.trySetResult(null);
      }
    }
  }

  /** A child, as one that shall end. */
  private final class Child implements Drain.Member {
    private final Task<?> task;

    Child(Task<?> task) {
      this.task = task;
    }

    @Override
    public String name() {
      return task.name();
    }

    @Override
    public @Nullable Object waitingFor() {
      return task.waitingFor();
    }

    @Override
    public StackTraceElement[] stackTrace() {
      return task.stackTrace();
    }

    @Override
    public void cancel() {
      cancelChild(task);
    }

    @Override
    public void abort() {
      cancelChild(task);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Child child && child.task == task;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(task);
    }
  }

  /** The block, as one that shall end. */
  private final class Block implements Drain.Member {
    @Override
    public String name() {
      var owner = block.owner();
      return "the block of a scope" + (owner instanceof Task<?> task ? " in " + task.name() : "");
    }

    @Override
    public @Nullable Object waitingFor() {
      return block.waitingFor();
    }

    @Override
    public StackTraceElement[] stackTrace() {
      return block.thread().getStackTrace();
    }

    @Override
    public void cancel() {
      interruptBlock();
    }

    /** It was told, and has nothing that could be taken from it. */
    @Override
    public void abort() {}

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Block;
    }

    @Override
    public int hashCode() {
      return 0;
    }
  }
}
