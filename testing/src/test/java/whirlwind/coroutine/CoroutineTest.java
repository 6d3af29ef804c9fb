// SPDX-License-Identifier: Apache-2.0
package whirlwind.coroutine;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LogRecorderExtension;

/** The carrier of this process, without a loop. */
@Timeout(value = 40, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CoroutineTest {

  private final Home home = new Home();
  private final List<String> events = new ArrayList<>();
  private final AtomicBoolean go = new AtomicBoolean();

  private Coroutine coroutine(Runnable body) {
    return Carrier.chosen().coroutine(home, "the-name", body);
  }

  /** Suspends until it may go on; each early return is an event. */
  private void waitToGo() {
    while (!go.get()) {
      Coroutine.current().suspend();
      events.add("returned");
    }
  }

  @Test
  void runsOnlyWhileItsHomeMountsIt() {
    var coroutine =
        coroutine(
            () -> {
              events.add("begun");
              waitToGo();
              events.add("ended");
            });
    coroutine.start();
    assertThat(events).isEmpty();
    home.runQueued();
    assertThat(events).containsExactly("begun");
    go.set(true);
    coroutine.resume();
    assertThat(events).containsExactly("begun");
    home.runQueued();

    assertThat(events).containsExactly("begun", "returned", "ended");
    assertThat(home.queued()).isZero();
  }

  /**
   * It may wake at any moment, and so see that it runs before its home has begun to wait for it.
   */
  @Test
  void wakingForNoReasonLosesNoHandOver() throws InterruptedException {
    int switches = 100_000;
    var made = new AtomicInteger();
    var coroutine =
        coroutine(
            () -> {
              while (made.incrementAndGet() < switches) {
                Coroutine.current().suspend();
              }
            });
    coroutine.start();
    home.runQueued();
    var disturber =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  while (made.get() < switches) {
                    LockSupport.unpark(coroutine.thread());
                    LockSupport.parkNanos(1); // so that it goes to sleep in between
                  }
                });
    while (made.get() < switches) {
      coroutine.resume();
      home.runQueued();
    }
    disturber.join();
    assertThat(made).hasValue(switches);
  }

  @Test
  void knowsItselfAndItsHome() {
    var seen = new ArrayList<Object>();
    var coroutine =
        coroutine(
            () -> {
              seen.add(Coroutine.current());
              seen.add(Coroutine.current().home());
              seen.add(Thread.currentThread());
            });
    coroutine.start();
    home.runQueued();

    assertThat(seen).containsExactly(coroutine, home, coroutine.thread());
    assertThat(coroutine.thread().isVirtual()).isTrue();
    assertThat(coroutine).hasToString("the-name");
    assertThat(Coroutine.current()).isNull();
  }

  @Test
  void aResumeBeforeTheSuspendIsKeptAsOnePermit() {
    var coroutine =
        coroutine(
            () -> {
              var self = Coroutine.current();
              self.resume();
              self.resume();
              self.resume();
              self.suspend();
              events.add("first returned at once");
              self.suspend();
              events.add("second waited");
            });
    coroutine.start();
    home.runQueued();
    assertThat(events).containsExactly("first returned at once");
    coroutine.resume();
    home.runQueued();

    assertThat(events).containsExactly("first returned at once", "second waited");
  }

  @Test
  void aSecondResumeWhileItIsQueuedAddsNothingThatIsLost() {
    var coroutine =
        coroutine(
            () -> {
              waitToGo();
              events.add("ended");
            });
    coroutine.start();
    home.runQueued();
    coroutine.resume();
    coroutine.resume();
    home.runQueued();
    home.runQueued();
    assertThat(events).allMatch("returned"::equals).hasSizeBetween(1, 2);
    go.set(true);
    coroutine.resume();
    home.runQueued();

    assertThat(events).endsWith("ended");
  }

  @Test
  void aResumeAfterTheEndIsHarmless() {
    var coroutine = coroutine(() -> events.add("ended"));
    coroutine.start();
    home.runQueued();
    coroutine.resume();
    home.runQueued();

    assertThat(events).containsExactly("ended");
  }

  @Test
  void switchToRunsItPastTheQueue() {
    var coroutine =
        coroutine(
            () -> {
              events.add("begun");
              waitToGo();
              events.add("ended");
            });
    coroutine.switchTo();
    assertThat(events).containsExactly("begun");
    go.set(true);
    coroutine.switchTo();

    assertThat(events).containsExactly("begun", "returned", "ended");
    assertThat(home.queued()).isZero();
  }

  @Test
  void anInterruptWhileSuspendedIsKeptForTheBody() {
    var coroutine =
        coroutine(
            () -> {
              waitToGo();
              events.add("while waiting " + Thread.currentThread().isInterrupted());
              Coroutine.current().restoreInterrupt();
              events.add("restored " + Thread.currentThread().isInterrupted());
            });
    coroutine.start();
    home.runQueued();
    coroutine.thread().interrupt();
    coroutine.resume();
    home.runQueued();
    go.set(true);
    coroutine.resume();
    home.runQueued();

    assertThat(events).endsWith("while waiting false", "restored true");
  }

  @Test
  @ExtendWith(LogRecorderExtension.class)
  void whatEscapesTheBodyIsReportedAndTheHomeGoesOn(LogRecorder log) {
    var failure = new IllegalStateException("escaped");
    coroutine(
            () -> {
              throw failure;
            })
        .start();
    coroutine(() -> events.add("another")).start();
    home.runQueued();

    assertThat(events).containsExactly("another");
    assertThat(log.expect(Level.ERROR, "the-name").thrown()).isSameAs(failure);
  }

  /**
   * Each ticket is announced by a resume; were one lost, the coroutine would wait with a ticket
   * there.
   */
  @Test
  void ofManyResumesFromManyThreadsNoneIsLost() throws InterruptedException {
    int threads = 4;
    int each = 5_000;
    var tickets = new AtomicInteger();
    var taken = new AtomicInteger();
    var coroutine =
        coroutine(
            () -> {
              while (taken.get() < threads * each) {
                int here = tickets.getAndSet(0);
                if (here == 0) {
                  Coroutine.current().suspend();
                }
                taken.addAndGet(here);
              }
            });
    coroutine.start();
    var all = new ArrayList<Thread>();
    for (int i = 0; i < threads; i++) {
      all.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int ticket = 0; ticket < each; ticket++) {
                      tickets.incrementAndGet();
                      coroutine.resume();
                      if (ticket % 64 == 0) {
                        Thread.yield();
                      }
                    }
                  }));
    }
    boolean done = home.runUntil(() -> taken.get() == threads * each);
    for (var thread : all) {
      thread.join();
    }

    assertThat(done).as("tickets taken: %s, left: %s", taken, tickets).isTrue();
  }

  /** One resume at a time, answered by the other side: the narrowest race of park and unpark. */
  @Test
  void pingPongWithAForeignThreadNeverStops() throws InterruptedException {
    int rounds = 10_000;
    var ball = new AtomicInteger();
    var coroutine =
        coroutine(
            () -> {
              for (int round = 0; round < rounds; round++) {
                while (ball.get() % 2 == 0) {
                  Coroutine.current().suspend();
                }
                ball.incrementAndGet();
              }
            });
    coroutine.start();
    var opponent =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int round = 0; round < rounds; round++) {
                    while (ball.get() % 2 == 1) {
                      Thread.onSpinWait();
                    }
                    ball.incrementAndGet();
                    coroutine.resume();
                  }
                });
    boolean done = home.runUntil(() -> ball.get() == 2 * rounds);
    opponent.join();

    assertThat(done).as("ball %s", ball).isTrue();
  }

  // ---------------------------------------------------------------- interruptions

  @Test
  void interruptionsArePendingInOrderAndEachIsTakenOnce() {
    var coroutine = coroutine(() -> {});
    var scope = new IllegalStateException("of a scope");
    var outer = new IllegalStateException("of the scope around it");
    var task = new IllegalStateException("of the task");
    coroutine.interruptAwaitLater(scope);
    coroutine.interruptAwaitLater(outer);
    coroutine.interruptAwait(task);

    assertThat(coroutine.takeInterruption()).isSameAs(task);
    assertThat(coroutine.takeInterruption()).isSameAs(scope);
    coroutine.withdrawInterruption(scope);
    assertThat(coroutine.takeInterruption()).isSameAs(outer);
    assertThat(coroutine.takeInterruption()).isNull();
  }

  @Test
  void aWithdrawnInterruptionLeavesTheOthers() {
    var coroutine = coroutine(() -> {});
    var first = new IllegalStateException("first");
    var second = new IllegalStateException("second");
    var third = new IllegalStateException("third");
    coroutine.interruptAwaitLater(first);
    coroutine.interruptAwaitLater(second);
    coroutine.interruptAwaitLater(third);
    coroutine.withdrawInterruption(second);
    coroutine.withdrawInterruption(first);

    assertThat(coroutine.takeInterruption()).isSameAs(third);
    assertThat(coroutine.takeInterruption()).isNull();
  }

  @Test
  void theInterruptionOfAClosingLoopStays() {
    var coroutine = coroutine(() -> {});
    var closed = new IllegalStateException("closed");
    coroutine.interruptAwait(new IllegalStateException("before"));
    coroutine.interruptEveryAwait(closed);
    coroutine.interruptEveryAwait(closed);

    assertThat(coroutine.takeInterruption()).isSameAs(closed);
    assertThat(coroutine.takeInterruption()).isSameAs(closed);
  }
}
