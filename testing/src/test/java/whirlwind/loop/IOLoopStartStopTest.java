// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import whirlwind.testing.LogRecorderExtension;
import whirlwind.testing.ManualClock;

/** When a loop begins to run and when it ends. */
@ExtendWith(LogRecorderExtension.class)
class IOLoopStartStopTest {
  private final IOLoop loop =
      new IOLoop(
          LoopOptions.defaults().withMakeCurrent(MakeCurrent.NEVER).withClock(new ManualClock()));
  private final List<String> ran = new ArrayList<>();

  @AfterEach
  void close() {
    loop.close();
  }

  private Thread startElsewhere() throws InterruptedException {
    var running = new CountDownLatch(1);
    loop.addCallback(running::countDown);
    var thread = Thread.ofPlatform().daemon().start(loop::start);
    assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
    return thread;
  }

  private static void awaitEnd(Thread thread) throws InterruptedException {
    assertThat(thread.join(Duration.ofSeconds(20))).as("ended").isTrue();
  }

  @Test
  @Tag("IOL-14")
  void startReturnsOnlyAfterStopHasTakenEffect() throws InterruptedException {
    loop.callLater(
        Duration.ofSeconds(1),
        () -> {
          loop.stop();
          ran.add("stopping");
        });
    loop.addCallback(() -> ran.add("callback"));
    loop.start();
    assertThat(ran).containsExactly("callback", "stopping");
  }

  @Test
  @Tag("IOL-15")
  void stopBeforeStartAllowsOnePassAndAffectsOneStart() {
    loop.stop();
    loop.addCallback(
        () -> {
          ran.add("queued before");
          loop.addCallback(() -> ran.add("added in the pass"));
        });
    loop.start();
    assertThat(ran).containsExactly("queued before");
    loop.callLater(Duration.ofSeconds(5), loop::stop);
    loop.start();
    assertThat(ran).containsExactly("queued before", "added in the pass");
    assertThat(loop.time()).isEqualTo(5);
  }

  @Test
  @Tag("IOL-16")
  void whatWasDueStillRunsAfterStopAndTheRestWaits() {
    loop.addCallback(
        () -> {
          loop.stop();
          loop.addCallback(() -> ran.add("added after"));
        });
    loop.addCallback(() -> ran.add("queued before"));
    loop.callLater(Duration.ZERO, () -> ran.add("due timer"));
    loop.start();
    assertThat(ran).containsExactly("queued before", "due timer");
  }

  @Test
  @Tag("IOL-17")
  void aStoppedLoopStartsAgainAndRunsLeftOvers() {
    for (int run = 0; run < 3; run++) {
      int number = run;
      loop.addCallback(
          () -> {
            loop.stop();
            loop.addCallback(() -> ran.add("left over " + number));
          });
      loop.start();
    }
    assertThat(ran).containsExactly("left over 0", "left over 1");
    loop.runSync(() -> null);
    assertThat(ran).containsExactly("left over 0", "left over 1", "left over 2");
  }

  @Test
  @Tag("IOL-18")
  void startingARunningLoopThrowsOnItsOwnThread() {
    loop.runSync(
        () -> {
          assertThatIllegalStateException()
              .isThrownBy(loop::start)
              .withMessageContaining("one that runs, in thread");
          return null;
        });
  }

  @Test
  @Tag("IOL-18")
  void startingARunningLoopThrowsOnAnotherThread() throws InterruptedException {
    var thread = startElsewhere();
    assertThatIllegalStateException()
        .isThrownBy(loop::start)
        .withMessageContaining(thread.getName());
    loop.stop();
    awaitEnd(thread);
  }

  @Test
  @Tag("IOL-19")
  void stopFromAnotherThreadWakesASleepingLoop() throws InterruptedException {
    for (int round = 0; round < 20; round++) {
      var thread = startElsewhere();
      loop.stop();
      awaitEnd(thread);
    }
  }

  @Test
  @Tag("IOL-20")
  void stopRepeatedInATurnCountsOnce() {
    loop.addCallback(loop::stop);
    loop.addCallback(loop::stop);
    loop.start();
    loop.callLater(Duration.ofSeconds(1), loop::stop);
    loop.start();
    assertThat(loop.time()).isEqualTo(1);
  }

  @Test
  void aVirtualThreadCanStartALoop() throws Exception {
    var result = new CompletableFuture<Boolean>();
    var thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  loop.addCallback(() -> result.complete(loop.isCurrent()));
                  loop.callLater(Duration.ofSeconds(1), loop::stop);
                  loop.start();
                });
    awaitEnd(thread);
    assertThat(result.get()).isTrue();
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                loop.runSync(
                    () -> {
                      throw new IllegalStateException("passed on");
                    }))
        .withMessage("passed on");
  }

  @Test
  void interruptingTheThreadOfASleepingLoopEndsStart() throws InterruptedException {
    var provider = new RecordingProvider();
    var interruptedAfterwards = new CompletableFuture<Boolean>();
    try (var sleeping =
        new IOLoop(
            LoopOptions.defaults().withMakeCurrent(MakeCurrent.NEVER).withProvider(provider))) {
      var thread =
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    sleeping.start();
                    interruptedAfterwards.complete(Thread.currentThread().isInterrupted());
                  });
      while (provider.polls.isEmpty() || thread.getState() != Thread.State.RUNNABLE) {
        Thread.onSpinWait();
      }
      thread.interrupt();
      boolean ended = thread.join(Duration.ofSeconds(5));
      sleeping.stop();
      awaitEnd(thread);
      assertThat(ended).as("ended by the interrupt").isTrue();
      assertThat(interruptedAfterwards.join()).isTrue();
      assertThat(sleeping.runSync(() -> "runs again")).isEqualTo("runs again");
    }
  }

  @Test
  void stopsAndStartsFromTwoThreadsNeverHang() throws InterruptedException {
    int runs = 300;
    var thread =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  for (int run = 0; run < runs; run++) {
                    loop.start();
                  }
                });
    while (thread.isAlive()) {
      loop.stop();
      Thread.onSpinWait();
    }
    awaitEnd(thread);
  }
}
