// SPDX-License-Identifier: Apache-2.0
package whirlwind.coroutine;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;

/**
 * Trap 4: a coroutine whose scheduler throws, or drops it, is gone for good. Guards that execute
 * never throws and never loses one, also while and after its loop closes.
 */
class ClosedLoopTrapTest {

  @Test
  void thoseThatAwaitAreUnwoundWhenTheLoopCloses() throws Exception {
    ChildJvm.runs(AwaitingProgram.class);
  }

  @Test
  void thoseThatBlockInTheJdkAreUnwoundToo() throws Exception {
    Assumptions.assumeTrue(
        Carrier.chosen().name().equals("loop"), "a blocking call stops the loop");
    ChildJvm.runs(BlockedProgram.class);
  }

  @Test
  void oneThatBecomesRunnableAfterTheCloseStillEnds() throws Exception {
    Assumptions.assumeTrue(
        Carrier.chosen().name().equals("loop"), "a blocking call stops the loop");
    ChildJvm.runs(LateProgram.class);
  }

  @Test
  void completionsThatRaceTheCloseLoseNobodyAndThrowNothing() throws Exception {
    ChildJvm.runs(RacingProgram.class);
  }

  @Test
  void aThreadStartedInACoroutineRunsAlthoughTheLoopClosesAtOnce() throws Exception {
    ChildJvm.runs(InheritedProgram.class);
  }

  private static void require(boolean condition, Object what) {
    if (!condition) {
      System.out.println("failed: " + what);
      Runtime.getRuntime().halt(2);
    }
  }

  private static void awaitAll(CountDownLatch latch) throws InterruptedException {
    require(latch.await(15, TimeUnit.SECONDS), latch.getCount() + " have not ended");
    System.out.println(ChildJvm.FINE);
  }

  static final class AwaitingProgram {
    public static void main(String[] arguments) throws InterruptedException {
      var unwound = new CountDownLatch(3);
      var loop = new IOLoop();
      for (int i = 0; i < 2; i++) {
        loop.spawn(
            () -> {
              try {
                return new Promise<String>().await();
              } finally {
                unwound.countDown();
              }
            });
      }
      loop.addCallback(
          () -> {
            try {
              new Promise<String>().await();
            } finally {
              unwound.countDown();
            }
          });
      loop.runSync(() -> Futures.moment().await());
      loop.close();
      require(unwound.getCount() == 0, "wanted all unwound when close returns");
      awaitAll(unwound);
    }
  }

  static final class BlockedProgram {
    public static void main(String[] arguments) throws InterruptedException {
      var unwound = new CountDownLatch(2);
      var loop = new IOLoop();
      loop.spawn(() -> sleep(unwound));
      loop.spawn(
          () -> {
            try {
              return new LinkedBlockingQueue<String>().take();
            } finally {
              unwound.countDown();
            }
          });
      loop.runSync(() -> Futures.moment().await());
      loop.close();
      require(unwound.getCount() == 0, "wanted all unwound when close returns");
      awaitAll(unwound);
    }

    private static String sleep(CountDownLatch unwound) throws InterruptedException {
      try {
        Thread.sleep(Duration.ofHours(1));
        return "";
      } finally {
        unwound.countDown();
      }
    }
  }

  /** They wait for a lock, which no interrupt ends, and get it when their loop is long gone. */
  static final class LateProgram {
    public static void main(String[] arguments) throws InterruptedException {
      var ended = new CountDownLatch(3);
      var lock = new ReentrantLock();
      var monitor = new Object();
      var loop = new IOLoop();
      var held = new CountDownLatch(1);
      var release = new CountDownLatch(1);
      // Another thread: the loop's own must hold no monitor while it carries coroutines (trap 5).
      Thread.ofPlatform().start(() -> hold(lock, monitor, held, release));
      held.await();
      loop.spawn(
          () -> {
            lock.lock();
            lock.unlock();
            ended.countDown();
            return "";
          });
      loop.spawn(
          () -> {
            synchronized (monitor) {
              ended.countDown();
            }
            return "";
          });
      loop.spawn(
          () -> {
            lock.lock();
            lock.unlock();
            try {
              return new Promise<String>(loop).await();
            } finally {
              ended.countDown();
            }
          });
      loop.runSync(() -> Futures.moment().await());
      loop.close();
      require(ended.getCount() == 3, "wanted all three still blocked");
      release.countDown();
      loop.execute(() -> require(false, "a callback ran after the close"));
      awaitAll(ended);
    }
  }

  private static void hold(
      ReentrantLock lock, Object monitor, CountDownLatch held, CountDownLatch release) {
    lock.lock();
    try {
      synchronized (monitor) {
        held.countDown();
        release.await();
      }
    } catch (InterruptedException failure) {
      throw new IllegalStateException(failure);
    } finally {
      lock.unlock();
    }
  }

  static final class RacingProgram {
    private static final int ROUNDS = 200;
    private static final int COROUTINES = 5;

    public static void main(String[] arguments) throws InterruptedException {
      for (int round = 0; round < ROUNDS; round++) {
        raceOnce(round % 20);
      }
      System.out.println(ChildJvm.FINE);
    }

    private static void raceOnce(int micros) throws InterruptedException {
      var ended = new CountDownLatch(COROUTINES);
      var failures = new AtomicInteger();
      var loop = new IOLoop(LoopOptions.defaults());
      var promise = new Promise<String>(loop);
      for (int i = 0; i < COROUTINES; i++) {
        loop.spawn(
            () -> {
              try {
                return promise.await() + new Promise<String>(loop).await();
              } finally {
                ended.countDown();
              }
            });
      }
      loop.runSync(() -> Futures.moment().await());
      var completer =
          Thread.ofPlatform()
              .uncaughtExceptionHandler((_, _) -> failures.incrementAndGet())
              .start(
                  () -> {
                    LockSupport.parkNanos(micros * 1000L);
                    promise.trySetResult("");
                    loop.execute(() -> {});
                  });
      loop.close();
      completer.join();
      require(ended.await(15, TimeUnit.SECONDS), ended.getCount() + " lost");
      require(failures.get() == 0, "execute threw");
    }
  }

  /** In JDK 25 it inherits the scheduler, and so hangs on the loop. */
  static final class InheritedProgram {
    public static void main(String[] arguments) throws InterruptedException {
      var ended = new CountDownLatch(2);
      IOLoop.run(
          () -> {
            Thread.ofVirtual().start(ended::countDown);
            Thread.ofVirtual()
                .start(
                    () -> {
                      for (int i = 0; i < 10; i++) {
                        Thread.yield();
                        LockSupport.parkNanos(1_000_000);
                      }
                      ended.countDown();
                    });
            return "";
          });
      awaitAll(ended);
    }
  }
}
