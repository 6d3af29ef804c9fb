// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import whirlwind.future.CancelledException;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.io.Interest;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LogRecorderExtension;
import whirlwind.testing.LoopTest;
import whirlwind.testing.ManualClock;
import whirlwind.testing.NeedsChannels;

/** Callbacks: when they run, in which order, and what becomes of their failures. */
@ExtendWith(LogRecorderExtension.class)
class IOLoopCallbacksTest {
  private static final LoopOptions PLAIN =
      LoopOptions.defaults().withMakeCurrent(MakeCurrent.NEVER).withClock(new ManualClock());

  private final List<Object> ran = new ArrayList<>();

  @LoopTest
  @Tag("IOL-21")
  void aCallbackNeverRunsInsideTheCall(IOLoop loop) {
    var argument = new Object();
    loop.addCallback(() -> ran.add(argument));
    assertThat(ran).isEmpty();
    Futures.moment().await();
    assertThat(ran).containsExactly(argument);
  }

  @LoopTest
  @Tag("IOL-22")
  void callbacksOfOneThreadRunInOrder(IOLoop loop) throws InterruptedException {
    for (int i = 0; i < 100; i++) {
      int number = i;
      loop.addCallback(() -> ran.add(number));
    }
    Futures.moment().await();
    assertThat(ran).hasSize(100).isSortedAccordingTo((a, b) -> (int) a - (int) b);
  }

  @Test
  @Tag("IOL-22")
  void callbacksOfEveryForeignThreadRunInItsOrder() throws InterruptedException {
    int threads = 4;
    int each = 2000;
    try (var loop = new IOLoop(PLAIN)) {
      var arrived = new int[threads];
      var outOfOrder = new ArrayList<String>();
      var producers = new ArrayList<Thread>();
      for (int t = 0; t < threads; t++) {
        int who = t;
        producers.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int i = 0; i < each; i++) {
                        int number = i;
                        loop.addCallback(
                            () -> {
                              if (arrived[who] != number) {
                                outOfOrder.add(who + ": " + number);
                              }
                              arrived[who]++;
                              if (java.util.stream.IntStream.of(arrived).sum() == threads * each) {
                                loop.stop();
                              }
                            });
                      }
                    }));
      }
      loop.start();
      assertThat(outOfOrder).isEmpty();
      assertThat(arrived).containsOnly(each);
      for (var producer : producers) {
        producer.join();
      }
    }
  }

  @LoopTest
  @Tag("IOL-23")
  @NeedsChannels
  void aCallbackAddedByACallbackLetsIoHaveItsTurn(IOLoop loop) throws Exception {
    var pipe = Pipe.open();
    var readable = new Promise<Integer>();
    var rounds = new int[1];
    loop.addHandler(pipe.source(), Interest.READ, (_, _) -> readable.trySetResult(rounds[0]));
    var again =
        new Runnable() {
          @Override
          public void run() {
            rounds[0]++;
            if (!readable.isDone()) {
              loop.addCallback(this);
            }
          }
        };
    loop.addCallback(again);
    pipe.sink().write(ByteBuffer.wrap(new byte[1]));
    assertThat(readable.await()).as("turns until the handler ran").isLessThan(1000);
    loop.removeHandler(pipe.source());
    pipe.source().close();
    pipe.sink().close();
  }

  @Test
  @Tag("IOL-23")
  void aCallbackAddedByACallbackWaitsATurn() {
    var provider = new RecordingProvider();
    try (var loop = new IOLoop(PLAIN.withProvider(provider))) {
      loop.addCallback(
          () -> {
            ran.add("first after polls: " + provider.polls.size());
            loop.addCallback(() -> ran.add("third after polls: " + provider.polls.size()));
            loop.addCallback(loop::stop);
          });
      loop.addCallback(() -> ran.add("second after polls: " + provider.polls.size()));
      loop.start();
    }
    assertThat(ran)
        .containsExactly("first after polls: 0", "second after polls: 0", "third after polls: 1");
  }

  @Test
  @Tag("IOL-23")
  void aBusyLoopAsksAPollerThatFindsNothingOnceInFiftyMicroseconds() {
    var provider = new RecordingProvider();
    int turns = 10_000;
    long nanos;
    try (var loop = new IOLoop(PLAIN.withClock(Clock.system()).withProvider(provider))) {
      var left = new int[] {turns};
      var again =
          new Runnable() {
            @Override
            public void run() {
              if (--left[0] > 0) {
                loop.addCallback(this);
              } else {
                loop.stop();
              }
            }
          };
      loop.addCallback(again);
      long before = System.nanoTime();
      loop.start();
      nanos = System.nanoTime() - before;
      assertThat(loop.io().turns()).isEqualTo(turns - 1);
    }
    assertThat(provider.polls).hasSizeBetween(1, 1 + (int) (nanos / 50_000)).containsOnly(0L);
  }

  @Test
  @Tag("IOL-25")
  void turnsThatDoNotPollKeepTheOrderOfThoseThatDo() {
    try (var loop =
        new IOLoop(PLAIN.withClock(Clock.system()).withProvider(new RecordingProvider()))) {
      loop.addCallback(() -> afterTurns(10, loop, () -> useTwoTurns(loop)));
      loop.start();
    }
    assertThat(ran)
        .containsExactly("before", "callback", "coroutine", "last callback", "timer", "next turn");
  }

  private static void afterTurns(int turns, IOLoop loop, Runnable then) {
    loop.addCallback(turns == 0 ? then : () -> afterTurns(turns - 1, loop, then));
  }

  private void useTwoTurns(IOLoop loop) {
    loop.callLater(Duration.ZERO, () -> ran.add("timer"));
    loop.addCallback(
        () -> {
          ran.add("callback");
          loop.addCallback(
              () -> {
                ran.add("next turn");
                loop.stop();
              });
        });
    loop.spawn(() -> ran.add("coroutine"));
    loop.addCallback(() -> ran.add("last callback"));
    ran.add("before");
  }

  @Test
  @Tag("IOL-24")
  void pollingBlocksOnlyWithNothingQueued() throws InterruptedException {
    var provider = new RecordingProvider();
    var hour = Duration.ofHours(1);
    try (var loop = new IOLoop(PLAIN.withClock(Clock.system()).withProvider(provider))) {
      loop.addCallback(() -> loop.addCallback(() -> ran.add("second turn")));
      loop.callLater(hour, () -> ran.add("timer"));
      var thread = Thread.ofPlatform().start(loop::start);
      while (provider.polls.size() < 2) {
        Thread.onSpinWait();
      }
      loop.stop();
      thread.join();
    }
    assertThat(provider.polls.get(0)).as("with a callback queued").isZero();
    assertThat(provider.polls.get(1))
        .as("with nothing but a timer")
        .isBetween(hour.dividedBy(2).toNanos(), hour.toNanos());
    assertThat(ran).containsExactly("second turn");
  }

  @Test
  @Tag("IOL-24")
  void withNeitherCallbackNorTimerPollingBlocksForEver() throws InterruptedException {
    var provider = new RecordingProvider();
    try (var loop = new IOLoop(PLAIN.withClock(Clock.system()).withProvider(provider))) {
      var thread = Thread.ofPlatform().start(loop::start);
      while (provider.polls.isEmpty()) {
        Thread.onSpinWait();
      }
      loop.stop();
      thread.join();
    }
    assertThat(provider.polls.getFirst()).isNegative();
  }

  @Test
  @Tag("IOL-25")
  @NeedsChannels
  void oneTurnRunsCallbacksThenTimersThenHandlers() throws Exception {
    var pipe = Pipe.open();
    pipe.sink().write(ByteBuffer.wrap(new byte[1]));
    try (var loop = new IOLoop(PLAIN)) {
      loop.addHandler(
          pipe.source(),
          Interest.READ,
          (channel, _) -> {
            ran.add("handler");
            loop.removeHandler(channel);
          });
      loop.callLater(Duration.ZERO, () -> ran.add("timer"));
      loop.addCallback(
          () -> {
            ran.add("callback");
            loop.addCallback(() -> ran.add("callback of the next turn"));
            loop.callLater(Duration.ZERO, loop::stop);
          });
      loop.start();
    }
    assertThat(ran).containsExactly("callback", "timer", "handler", "callback of the next turn");
    pipe.source().close();
    pipe.sink().close();
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("IOL-26")
  void addCallbackFromAnotherThreadWakesASleepingLoop(IOLoop loop) {
    for (int round = 0; round < 50; round++) {
      var called = new Promise<Boolean>(loop);
      Thread.ofPlatform().start(() -> loop.addCallback(() -> called.setResult(loop.isCurrent())));
      assertThat(called.await()).isTrue();
    }
  }

  @Test
  @Tag("IOL-27")
  void onTheLoopItselfNoWakeUpIsWritten() {
    var provider = new RecordingProvider();
    try (var loop = new IOLoop(PLAIN.withProvider(provider))) {
      loop.runSync(
          () -> {
            for (int i = 0; i < 100; i++) {
              loop.addCallback(() -> {});
              Futures.moment().await();
              Futures.sleep(Duration.ofMillis(1)).await();
            }
            return null;
          });
      assertThat(provider.wakeups).hasValue(0);
    }
  }

  @Test
  @Tag("IOL-28")
  void addCallbackWhileTheLoopClosesNeverThrows(LogRecorder log) throws Exception {
    for (int round = 0; round < 20; round++) {
      var loop = new IOLoop(PLAIN);
      var failures = new ArrayList<Throwable>();
      var begun = new CountDownLatch(1);
      var producer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      for (int i = 0; i < 1000; i++) {
                        loop.addCallback(() -> {});
                        begun.countDown();
                      }
                    } catch (Throwable failure) {
                      failures.add(failure);
                    }
                  });
      begun.await();
      loop.close();
      producer.join();
      assertThat(failures).isEmpty();
      loop.addCallback(() -> ran.add("after close")); // at least this one is dropped
      log.expect(Level.WARNING, "is closed: a callback did not run", Duration.ofSeconds(20));
    }
    assertThat(ran).isEmpty();
  }

  @Test
  @Tag("IOL-29")
  void aSignalHandlersThreadMayAddCallbacks() throws InterruptedException {
    try (var loop = new IOLoop(PLAIN.withClock(Clock.system()))) {
      var running = new CountDownLatch(1);
      loop.addCallback(running::countDown);
      var thread = Thread.ofPlatform().start(loop::start);
      assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
      loop.addCallbackFromSignal(
          () -> {
            ran.add(IOLoop.currentOrNull());
            loop.stop();
          });
      thread.join();
      assertThat(ran).containsExactly(loop);
    }
  }

  @LoopTest
  @Tag("IOL-30")
  void spawnCallbackStartsDetachedWork(IOLoop loop) {
    loop.spawnCallback(
        () -> {
          Futures.sleep(Duration.ofSeconds(1)).await();
          ran.add("woke at " + loop.time());
        });
    assertThat(ran).isEmpty();
    Futures.sleep(Duration.ofSeconds(2)).await();
    assertThat(ran).containsExactly("woke at 1.0");
  }

  /** As java.util.logging does that first loads time zones when no descriptor is left. */
  @LoopTest
  void aLogThatFailsEndsNothing(IOLoop loop) {
    var logger = Logger.getLogger("whirlwind.loop");
    var broken = new BrokenLog();
    var errors = System.err;
    var said = new ByteArrayOutputStream();
    logger.addHandler(broken);
    System.setErr(new PrintStream(said, true));
    try {
      loop.addCallback(
          () -> {
            throw new IllegalStateException("planted");
          });
      loop.addCallback(() -> ran.add("next"));
      Futures.moment().await();
    } finally {
      System.setErr(errors);
      logger.removeHandler(broken);
    }
    assertThat(ran).containsExactly("next");
    assertThat(said.toString()).contains("callback ", "planted", "log is full");
  }

  private static final class BrokenLog extends Handler {
    @Override
    public void publish(LogRecord entry) {
      throw new NoClassDefFoundError("the log is full");
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @LoopTest
  @Tag("IOL-31")
  void aFailingCallbackIsLoggedWithItsNameAndTheLoopGoesOn(IOLoop loop, LogRecorder log) {
    var failure = new IllegalArgumentException("oops");
    loop.addCallback(
        new Runnable() {
          @Override
          public void run() {
            throw failure;
          }

          @Override
          public String toString() {
            return "the bad one";
          }
        });
    loop.addCallback(() -> ran.add("the next one"));
    Futures.moment().await();
    assertThat(log.expect(Level.ERROR, "callback the bad one").thrown()).isSameAs(failure);
    assertThat(ran).containsExactly("the next one");
  }

  @LoopTest
  @Tag("IOL-31")
  void alsoAnErrorOrACheckedExceptionEndsNothing(IOLoop loop, LogRecorder log) {
    loop.addCallback(
        () -> {
          throw new StackOverflowError("deep");
        });
    loop.addCallback(() -> sneaky(new Exception("checked")));
    Futures.moment().await();
    log.expect(Level.ERROR, "StackOverflowError: deep");
    log.expect(Level.ERROR, "Exception: checked");
  }

  @SuppressWarnings("unchecked")
  private static <E extends Exception> void sneaky(Exception failure) throws E {
    throw (E) failure;
  }

  @Test
  @Tag("IOL-32")
  void theFailureOfATaskThatACallbackStartedIsReported(LogRecorder log) {
    try (var loop = new IOLoop(PLAIN)) {
      loop.addCallback(
          () ->
              loop.spawn(
                  () -> {
                    throw new IllegalArgumentException("in the task");
                  }));
      loop.runSync(
          () -> {
            Futures.sleep(Duration.ofSeconds(1)).await();
            return null;
          });
    }
    log.expect(Level.ERROR, "IllegalArgumentException: in the task");
  }

  @LoopTest
  @Tag("IOL-32")
  void aCallbackThatAwaitsAFailureIsReported(IOLoop loop, LogRecorder log) {
    loop.addCallback(
        () -> {
          Futures.moment().await();
          Futures.failed(new IllegalArgumentException("awaited")).await();
        });
    Futures.sleep(Duration.ofSeconds(1)).await();
    log.expect(Level.ERROR, "IllegalArgumentException: awaited");
  }

  @Test
  @Tag("IOL-33")
  void resultsOfTasksNeverMakeTheLoopSpin() {
    var provider = new RecordingProvider();
    try (var loop = new IOLoop(PLAIN.withClock(Clock.system()).withProvider(provider))) {
      loop.addCallback(() -> List.of());
      loop.addCallback(() -> Map.of());
      loop.spawn(() -> List.of());
      loop.spawn(() -> Map.of());
      loop.spawn(() -> List.of(Futures.completed(1)));
      loop.callLater(Duration.ofMillis(50), loop::stop);
      loop.start();
    }
    assertThat(provider.polls).hasSizeLessThan(10);
  }

  @LoopTest
  @Tag("IOL-34")
  void aCancellationThatEscapesIsNotLogged(IOLoop loop, LogRecorder log) {
    loop.addCallback(
        () -> {
          throw new CancelledException("enough");
        });
    loop.spawn(
        () -> {
          throw new CancelledException("enough");
        });
    Futures.sleep(Duration.ofSeconds(1)).await();
    assertThat(log.lines()).noneMatch(line -> line.level() == Level.ERROR);
  }

  @LoopTest
  @Tag("IOL-35")
  void anExceptionHandlerReplacesTheLogging(IOLoop loop, LogRecorder log) {
    var failure = new IllegalStateException("oops");
    Runnable bad =
        () -> {
          throw failure;
        };
    loop.exceptionHandler(
        (callback, thrown) -> {
          ran.add(callback);
          ran.add(thrown);
        });
    loop.addCallback(bad);
    Futures.moment().await();
    assertThat(ran).containsExactly(bad, failure);
    assertThat(log.unexpected()).isEmpty();

    loop.exceptionHandler(null);
    loop.addCallback(bad);
    Futures.moment().await();
    log.expect(Level.ERROR, "oops");
  }

  @LoopTest
  @Tag("IOL-35")
  void anExceptionHandlerThatFailsIsLoggedWithBothFailures(IOLoop loop, LogRecorder log) {
    var first = new IllegalStateException("first");
    loop.exceptionHandler(
        (_, _) -> {
          throw new IllegalStateException("second");
        });
    loop.addCallback(
        () -> {
          throw first;
        });
    Futures.moment().await();
    var line = log.expect(Level.ERROR, "the exception handler of");
    assertThat(line.thrown()).hasMessage("second").hasSuppressedException(first);
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("IOL-36")
  void whatHasRunIsNotKeptWhileTheLoopIsIdle(IOLoop loop) {
    var callback = new WeakReference<>(addForgettable(loop, false));
    var timer = new WeakReference<>(addForgettable(loop, true));
    Futures.sleep(Duration.ofMillis(1)).await();
    var gone = new Promise<Boolean>(loop);
    Thread.ofPlatform()
        .start(
            () -> { // looks while the loop sleeps in its poller
              while (callback.get() != null || timer.get() != null) {
                System.gc();
              }
              gone.setResult(true);
            });
    assertThat(gone.await()).isTrue();
  }

  private static Runnable addForgettable(IOLoop loop, boolean asTimer) {
    var payload = new byte[16];
    Runnable callback = () -> payload[0]++;
    if (asTimer) {
      loop.callLater(Duration.ZERO, callback);
    } else {
      loop.addCallback(callback);
    }
    return callback;
  }

  @LoopTest
  void callbacksMayAwaitAndOthersGoOn(IOLoop loop) {
    for (int i = 0; i < 10; i++) {
      int seconds = 10 - i;
      loop.addCallback(
          () -> {
            Futures.sleep(Duration.ofSeconds(seconds)).await();
            ran.add(seconds);
          });
    }
    loop.addCallback(() -> ran.add("did not wait"));
    Futures.sleep(Duration.ofSeconds(20)).await();
    assertThat(ran).containsExactly("did not wait", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
  }

  @LoopTest
  void anInterruptThatACallbackLeavesBehindDoesNotReachTheNext(IOLoop loop) {
    loop.addCallback(() -> Thread.currentThread().interrupt());
    loop.addCallback(() -> ran.add(Thread.currentThread().isInterrupted()));
    Futures.moment().await();
    assertThat(ran).containsExactly(false);
  }
}
