// SPDX-License-Identifier: Apache-2.0
package whirlwind.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Futures;
import whirlwind.loop.Clock;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.loop.MakeCurrent;

/**
 * One test in one loop. The loop runs in a thread of its own, so that whoever started the test can
 * give up on it: first the loop is stopped, then interrupted, and in the end left behind.
 */
final class LoopRun {
  private static final Duration MOST_SLOW = Duration.ofSeconds(5);

  /** How long a loop gets to answer, to stop, and to obey an interrupt, when its time is up. */
  private static final long PATIENCE_MILLIS = 1000;

  /** What ends within so many turns after the test was about to end. */
  private static final int SETTLING_TURNS = 200;

  /** Code of a test. */
  @FunctionalInterface
  interface Body {
    void run() throws Throwable;
  }

  private final String name;
  private final int limitSeconds;
  private final @Nullable ManualClock clock;
  private final IOLoop loop;

  /** The coroutine of the test; written on the loop, read when time is up. */
  private volatile @Nullable Thread coroutine;

  private boolean timedOut;
  private boolean abandoned;

  LoopRun(String name, LoopTest.Time time, int limitSeconds) {
    if (limitSeconds <= 0) {
      throw new IllegalArgumentException(
          "limitSeconds: wanted more than zero, got " + limitSeconds);
    }
    this.name = name;
    this.limitSeconds = limitSeconds;
    this.clock = time == LoopTest.Time.MANUAL ? new ManualClock() : null;
    var half = Duration.ofSeconds(limitSeconds).dividedBy(2);
    this.loop =
        new IOLoop(
            LoopOptions.defaults()
                .withName(name)
                .withClock(clock != null ? clock : Clock.system())
                .withMakeCurrent(MakeCurrent.NEVER)
                .withSlowCallbackThreshold(half.compareTo(MOST_SLOW) < 0 ? half : MOST_SLOW)
                .withTrackResources(true));
  }

  IOLoop loop() {
    return loop;
  }

  @Nullable ManualClock clock() {
    return clock;
  }

  /** Runs {@code body} as a coroutine of the loop and throws what it throws. */
  void inCoroutine(Body body) throws Throwable {
    var failure = new CompletableFuture<@Nullable Throwable>();
    var failureOfLoop =
        withinLimit(
            () ->
                loop.runSync(
                    () -> {
                      coroutine = Thread.currentThread();
                      failure.complete(thrownBy(body));
                      settle();
                      return null;
                    }));
    var thrown = failure.getNow(null);
    if (thrown != null) {
      throw thrown;
    }
    if (failureOfLoop != null) {
      throw failureOfLoop;
    }
  }

  private static @Nullable Throwable thrownBy(Body body) {
    try {
      body.run();
      return null;
    } catch (Throwable thrown) {
      return thrown;
    }
  }

  /** Lets come to an end what is about to: handlers that see their stream closed, and the like. */
  private void settle() {
    for (int turn = 0; turn < SETTLING_TURNS && hasLeftOvers(); turn++) {
      Futures.moment().await();
    }
  }

  private boolean hasLeftOvers() {
    return loop.tasks().size() > 1 || !loop.io().open().isEmpty();
  }

  /** Closes the loop and fails if the test has left something behind. */
  void finish() throws InterruptedException {
    if (abandoned) {
      return;
    }
    var left = new ArrayList<String>();
    loop.tasks().forEach(task -> left.add("a task that has not ended: " + task));
    loop.io().open().entrySet().forEach(resource -> left.add(describe(resource)));
    long held = loop.io().memory().heldBytes();
    if (left.isEmpty() && held != 0) {
      left.add("an account of memory that says " + held + " bytes although all is closed");
    }
    var failureOfLoop = withinLimit(loop::close);
    if (!left.isEmpty() && !timedOut) { // else what is left is no wonder
      throw new AssertionError(
          name + ": wanted nothing left behind, got " + String.join("\n  ", left), failureOfLoop);
    }
    if (failureOfLoop != null) {
      throw new AssertionError(
          name + ": wanted a loop that closes, got " + failureOfLoop, failureOfLoop);
    }
  }

  private static String describe(Map.Entry<Object, Throwable> open) {
    return "something that is not closed: "
        + open.getKey()
        + traceOf(open.getValue().getStackTrace());
  }

  // ---------------------------------------------------------------- the limit

  /** What {@code body} threw, or null. */
  private @Nullable Throwable withinLimit(Body body) throws InterruptedException {
    var over = new CompletableFuture<@Nullable Throwable>();
    var thread =
        Thread.ofPlatform()
            .daemon()
            .name("loop of " + name)
            .start(() -> over.complete(thrownBy(body)));
    boolean inTime;
    try {
      inTime = isOverWithin(TimeUnit.SECONDS.toMillis(limitSeconds), over);
    } catch (InterruptedException interrupted) {
      end(thread, over);
      throw interrupted;
    }
    if (inTime) {
      return over.join();
    }
    timedOut = true;
    var dump = dump(thread);
    end(thread, over);
    throw new AssertionError(
        name + ": wanted an end within " + limitSeconds + " s, got none. " + dump);
  }

  private void end(Thread thread, CompletableFuture<?> over) throws InterruptedException {
    loop.stop();
    if (!isOverWithin(PATIENCE_MILLIS, over)) {
      thread.interrupt();
      interruptCoroutine();
      abandoned = !isOverWithin(PATIENCE_MILLIS, over);
    }
  }

  private void interruptCoroutine() {
    var hanging = coroutine;
    if (hanging != null) {
      hanging.interrupt();
    }
  }

  private static boolean isOverWithin(long millis, CompletableFuture<?> future)
      throws InterruptedException {
    try {
      future.get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException _) {
      return true;
    } catch (TimeoutException _) {
      return false;
    }
  }

  /** What the loop is at, and the thread below it. */
  private String dump(Thread thread) {
    var text = new StringBuilder();
    try {
      text.append(loop.dump());
    } catch (IllegalStateException refused) {
      text.append(refused);
    }
    var hanging = coroutine;
    if (hanging != null) {
      text.append("The test itself:").append(traceOf(hanging.getStackTrace()));
    }
    return text.append("\nThe loop's thread:").append(traceOf(thread.getStackTrace())).toString();
  }

  private static String traceOf(StackTraceElement[] trace) {
    return Stream.of(trace).map(frame -> "\n    at " + frame).collect(Collectors.joining());
  }
}
