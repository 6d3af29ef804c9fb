// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.io.Interest;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LogRecorderExtension;
import whirlwind.testing.LoopTest;
import whirlwind.testing.NeedsChannels;

/** Code that suspends, wherever it runs, leaves the loop to others. */
@ExtendWith(LogRecorderExtension.class)
class IOLoopRunnersTest {
  private static final String ONLY_LOOP = "on the baton carrier a call that blocks stops the loop";

  private final List<Object> ran = new ArrayList<>();

  @LoopTest
  @NeedsChannels
  void callbacksTimersAndHandlersMayAllAwaitTheSameFuture(IOLoop loop) throws Exception {
    var signal = new Promise<String>();
    var pipe = Pipe.open();
    pipe.sink().write(ByteBuffer.wrap(new byte[1]));
    loop.addCallback(() -> ran.add("callback " + signal.await()));
    loop.callLater(Duration.ZERO, () -> ran.add("timer " + signal.await()));
    loop.addHandler(
        pipe.source(),
        Interest.READ,
        (channel, _) -> {
          loop.removeHandler(channel);
          ran.add("handler " + signal.await());
        });
    Futures.sleep(Duration.ofSeconds(1)).await();
    assertThat(ran).isEmpty();
    signal.setResult("woke");
    Futures.sleep(Duration.ofSeconds(1)).await();
    assertThat(ran).containsExactlyInAnyOrder("callback woke", "timer woke", "handler woke");
    pipe.source().close();
    pipe.sink().close();
  }

  @LoopTest
  void aThousandCallbacksMayWaitAtOnce(IOLoop loop) {
    var signal = new Promise<String>();
    for (int i = 0; i < 1000; i++) {
      loop.addCallback(() -> ran.add(signal.await()));
    }
    loop.addCallback(() -> signal.setResult("go"));
    Futures.sleep(Duration.ofSeconds(1)).await();
    assertThat(ran).hasSize(1000).containsOnly("go");
  }

  @LoopTest
  void whatARunnerTakesOverKeepsItsOrder(IOLoop loop) {
    loop.addCallback(() -> ran.add(1));
    loop.addCallback(
        () -> {
          Futures.moment().await();
          ran.add("late");
        });
    loop.addCallback(() -> ran.add(2));
    loop.spawn(() -> ran.add(3));
    loop.addCallback(() -> ran.add(4));
    Futures.sleep(Duration.ofSeconds(1)).await();
    assertThat(ran).containsExactly(1, 2, 3, 4, "late");
  }

  @LoopTest
  void aCallbackThatBlocksInTheJdkLetsOthersRun(IOLoop loop) {
    assumeTrue(loop.carrier().equals("loop"), ONLY_LOOP);
    var handOver = new SynchronousQueue<String>();
    var taken = new Promise<String>();
    loop.addCallback(() -> taken.setResult(uninterrupted(handOver::take)));
    loop.addCallback(
        () ->
            uninterrupted(
                () -> {
                  handOver.put("from another callback");
                  return null;
                }));
    assertThat(taken.await()).isEqualTo("from another callback");
  }

  private static <T> T uninterrupted(java.util.concurrent.Callable<T> call) {
    try {
      return call.call();
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }

  @LoopTest
  void aLockHeldOverAnAwaitDoesNotStopTheLoop(IOLoop loop) {
    assumeTrue(loop.carrier().equals("loop"), ONLY_LOOP);
    var lock = new ReentrantLock();
    var monitor = new Object();
    loop.spawn(
        () -> {
          lock.lock();
          try {
            synchronized (monitor) {
              Futures.sleep(Duration.ofSeconds(5)).await();
              ran.add("holder");
            }
          } finally {
            lock.unlock();
          }
          return null;
        });
    loop.callLater(
        Duration.ofSeconds(1),
        () -> {
          lock.lock();
          ran.add("by lock");
          lock.unlock();
        });
    loop.callLater(
        Duration.ofSeconds(1),
        () -> {
          synchronized (monitor) {
            ran.add("by monitor");
          }
        });
    loop.callLater(Duration.ofSeconds(2), () -> ran.add("goes on"));
    Futures.sleep(Duration.ofSeconds(10)).await();
    while (ran.size() < 4) {
      Futures.moment().await(); // the JDK gives monitors back from a thread of its own
    }
    assertThat(ran).startsWith("goes on", "holder").contains("by lock", "by monitor");
  }

  @Test
  void aCoroutineThatComesBackAfterTheCloseStillEnds(LogRecorder log) throws Exception {
    var loop = new IOLoop(LoopOptions.defaults().withMakeCurrent(MakeCurrent.NEVER));
    assumeTrue(loop.carrier().equals("loop"), ONLY_LOOP);
    var heldByUs = new ReentrantLock();
    heldByUs.lock();
    var ended = new CompletableFuture<String>();
    loop.spawn(
        "deaf",
        () -> {
          heldByUs.lock(); // which no interrupt ends
          return ended.complete("ended");
        });
    loop.addCallback(loop::stop);
    loop.start();
    loop.close();
    log.expect(Level.WARNING, "closes with tasks that have not ended");
    log.expect(Level.WARNING, "do not come back from what they block on[^$]*deaf");
    heldByUs.unlock();
    assertThat(ended.get(20, TimeUnit.SECONDS)).isEqualTo("ended");
  }

  @LoopTest
  void aChildThreadThatInheritsTheSchedulerIsAForeignThread(IOLoop loop) {
    assumeTrue(loop.carrier().equals("loop"), ONLY_LOOP);
    var seen = new Promise<Boolean>();
    Thread.ofVirtual()
        .start(
            () -> {
              boolean current = loop.isCurrent();
              loop.addCallback(() -> seen.setResult(current));
            });
    assertThat(seen.await()).isFalse();
  }
}
