// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.lang.StackWalker.StackFrame;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import whirlwind.coroutine.Carrier;
import whirlwind.coroutine.Coroutine;
import whirlwind.events.Events;
import whirlwind.future.CancelledException;
import whirlwind.future.FutureView;
import whirlwind.future.Promise;

/**
 * A coroutine and the future of what it returns. {@link IOLoop#spawn} and {@link TaskScope#spawn}
 * start them.
 *
 * <p>Cancelling a task makes the await that it is in, or else the next one that would wait, throw
 * {@link CancelledException}, once: its {@code finally} blocks may await again. A task that has not
 * begun does not begin. One that blocks in the JDK is interrupted. A task that catches the
 * exception and returns a value is not cancelled.
 *
 * @param <T> what it returns
 */
public final class Task<T extends @Nullable Object> extends FutureView<T> {

  /** Who owns a task, and is told at its end: a scope, or the loop itself for stray ones. */
  interface Owner {
    void began(Task<?> task);

    void ended(Task<?> task, @Nullable Throwable failure);
  }

  private static final StackWalker CALLERS = StackWalker.getInstance();
  private static final Set<String> OURS =
      Set.of(
          Task.class.getName(),
          TaskScope.class.getName(),
          IOLoop.class.getName(),
          RunSync.class.getName());

  private final IOLoop loop;
  private final Owner owner;
  private final Promise<T> promise;
  private final String name;

  /** Where it was started, a {@link StackFrame}, or if nobody asked for that, its body's class. */
  private final @Nullable Object origin;

  private final Coroutine coroutine;

  private @Nullable Callable<? extends T> body;

  /** The latest one; pending until an await throws it, or until the task begins and so does not. */
  private @Nullable CancelledException cancellation;

  private boolean began;

  private Task(
      IOLoop loop, Owner owner, Promise<T> promise, String name, Callable<? extends T> body) {
    super(promise);
    this.loop = loop;
    this.owner = owner;
    this.promise = promise;
    this.name = name;
    this.body = body;
    this.origin =
        loop.options().trackResources() ? CALLERS.walk(Task::firstOutsideTheLoop) : body.getClass();
    this.coroutine = Carrier.chosen().coroutine(loop, name, this::run);
  }

  static <T extends @Nullable Object> Task<T> start(
      IOLoop loop, Owner owner, String name, Callable<? extends T> body) {
    var task = new Task<T>(loop, owner, new Promise<>(loop), name, body);
    task.coroutine.owner(task);
    owner.began(task);
    task.coroutine.start();
    return task;
  }

  /**
   * The task that calls this.
   *
   * @throws IllegalStateException when the caller is a callback, or no loop runs it
   */
  public static Task<?> current() {
    var task = currentOrNull();
    if (task == null) {
      throw new IllegalStateException("wanted a caller that is a task, got " + nameOfCaller());
    }
    return task;
  }

  /** The task that calls this; null when the caller is a callback, or no loop runs it. */
  public static @Nullable Task<?> currentOrNull() {
    var coroutine = Coroutine.current();
    return coroutine != null && coroutine.owner() instanceof Task<?> task ? task : null;
  }

  private static String whoCalls() {
    var task = currentOrNull();
    return task == null ? nameOfCaller() : "task " + task.name();
  }

  private static String nameOfCaller() {
    var coroutine = Coroutine.current();
    return coroutine == null
        ? Thread.currentThread().toString()
        : "a callback of " + coroutine.home();
  }

  private static @Nullable StackFrame firstOutsideTheLoop(
      java.util.stream.Stream<StackFrame> frames) {
    return frames.filter(frame -> !isOurs(frame.getClassName())).findFirst().orElse(null);
  }

  private static boolean isOurs(String className) {
    int nested = className.indexOf('$');
    return OURS.contains(nested < 0 ? className : className.substring(0, nested));
  }

  private void run() {
    var callable = body;
    body = null;
    began = true;
    Throwable failure = cancellation;
    try {
      if (failure == null && callable != null) {
        promise.setResult(callable.call());
      }
    } catch (Throwable thrown) {
      failure = cancellationBehind(thrown, coroutine);
    }
    if (failure != null) {
      promise.trySetException(failure);
      if (!(failure instanceof CancelledException)) {
        Events.taskFailed(this::name, failure);
      }
    }
    owner.ended(this, failure);
  }

  /** The name given at the start, else a number. */
  public String name() {
    return name.isEmpty() ? "task#" + coroutine.thread().threadId() : name;
  }

  /**
   * Where it was started: the first caller outside the loop's own code. Null unless the loop {@link
   * LoopOptions#trackResources() tracks resources}, and when a loop's bare thread did.
   */
  public @Nullable StackFrame createdAt() {
    return origin instanceof StackFrame frame ? frame : null;
  }

  /**
   * What it waits for in an await, for diagnosis; null when it runs, has ended, or blocks in the
   * JDK.
   */
  public @Nullable Object waitingFor() {
    return coroutine.waitingFor();
  }

  /** The stack of its coroutine, for diagnosis. */
  public StackTraceElement[] stackTrace() {
    return coroutine.thread().getStackTrace();
  }

  Coroutine coroutine() {
    return coroutine;
  }

  @Override
  public boolean cancel() {
    return cancel(new CancelledException("task " + name() + " was cancelled"));
  }

  boolean cancel(CancelledException cause) {
    loop.requireCurrent();
    if (isDone()) {
      return false;
    }
    Events.taskCancelled(this::name, Task::whoCalls, cause);
    var before = cancellation;
    cancellation = cause;
    if (!began) {
      return true;
    }
    if (before != null) {
      coroutine.withdrawInterruption(before); // once is enough
    }
    coroutine.interruptAwait(cause);
    interruptIfBlocked(coroutine);
    return true;
  }

  /** The loop closes: the task does not begin, or else no await of it waits from now on. */
  void unwind(CancelledException cause) {
    if (!began) {
      cancellation = cause;
      return;
    }
    coroutine.interruptEveryAwait(cause);
    interruptIfBlocked(coroutine);
  }

  /**
   * A coroutine that waits, but in no await, blocks in the JDK: there, interruption is the way.
   *
   * @return whether it was interrupted
   */
  static boolean interruptIfBlocked(Coroutine coroutine) {
    var thread = coroutine.thread();
    if (coroutine.waitingFor() != null || thread == Thread.currentThread()) {
      return false;
    }
    return switch (thread.getState()) {
      case WAITING, TIMED_WAITING -> {
        thread.interrupt();
        yield true;
      }
      case NEW, RUNNABLE, BLOCKED, TERMINATED -> false;
    };
  }

  /**
   * The cancellation that led to {@code thrown}, if that is how a blocking call of the JDK told of
   * it.
   */
  static Throwable cancellationBehind(Throwable thrown, Coroutine coroutine) {
    boolean interrupted =
        thrown instanceof InterruptedException
            || thrown instanceof CompletionException
                && thrown.getCause() instanceof InterruptedException;
    var pending = interrupted ? coroutine.takeInterruption() : null;
    return pending == null ? thrown : pending;
  }

  @Override
  public String toString() {
    var text = new StringBuilder("Task[").append(name());
    if (isDone()) {
      text.append(", ").append(promise);
    } else if (coroutine.waitingFor() instanceof Object awaited) {
      text.append(", awaiting ").append(awaited);
    }
    switch (origin) {
      case StackFrame frame -> text.append(", started at ").append(frame);
      case Class<?> body -> text.append(", runs ").append(body.getName());
      case null, default -> {}
    }
    return text.append(']').toString();
  }
}
