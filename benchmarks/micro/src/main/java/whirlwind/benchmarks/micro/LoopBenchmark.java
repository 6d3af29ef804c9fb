// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks.micro;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Callbacks and timers of one {@link LoopPeer} in a JVM of its own. The time is that from the first
 * call until the loop has run the last callback.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(LoopBenchmark.TIMES)
public class LoopBenchmark {
  static final int TIMES = 100_000;

  /** How many timers are outstanding while others are added and cancelled. */
  private static final int OUTSTANDING = 100_000;

  private static final long HOUR_NANOS = 3_600_000_000_000L;
  private static final int MILLI_NANOS = 1_000_003; // a prime: a stride through it repeats nothing
  private static final int STRIDE = 7_919;

  /** Whose they are. */
  @Param public LoopPeer peer;

  private final ExecutorService others = Executors.newFixedThreadPool(2);
  private LoopOperations loop;
  private LoopOperations crowded;

  /** Opens two loops, one of them with timers outstanding. */
  @Setup
  public void open() throws InterruptedException {
    loop = peer.open();
    crowded = peer.open();
    inLoop(
        crowded,
        () -> {
          for (int i = 0; i < OUTSTANDING; i++) {
            crowded.schedule(delay(i), () -> {});
          }
        });
  }

  /** Closes them. */
  @TearDown
  public void close() {
    others.shutdown();
    loop.close();
    crowded.close();
  }

  /** An hour and a part of a millisecond, another one for each {@code i} of a million. */
  private static long delay(int i) {
    return HOUR_NANOS + soon(i);
  }

  private static long soon(int i) {
    return (long) i * STRIDE % MILLI_NANOS;
  }

  private static void inLoop(LoopOperations loop, Runnable work) throws InterruptedException {
    var done = new CountDownLatch(1);
    loop.submit(
        () -> {
          work.run();
          done.countDown();
        });
    done.await();
  }

  /** Counts callbacks, all in the loop's thread. */
  private static final class Counter implements Runnable {
    private final CountDownLatch all = new CountDownLatch(1);
    private int left = TIMES;

    @Override
    public void run() {
      if (--left == 0) {
        all.countDown();
      }
    }
  }

  /** A callback adds the next one, so that each needs a turn of the loop. */
  @Benchmark
  public void callbackAfterCallback() throws InterruptedException {
    var counter = new Counter();
    loop.submit(
        new Runnable() {
          @Override
          public void run() {
            counter.run();
            if (counter.left > 0) {
              loop.submit(this);
            }
          }
        });
    counter.all.await();
  }

  /** Adds callbacks from inside the loop, all in one turn. */
  @Benchmark
  public void callbackFromLoop() throws InterruptedException {
    var counter = new Counter();
    loop.submit(() -> submit(counter, TIMES));
    counter.all.await();
  }

  /** Adds callbacks from one other thread. */
  @Benchmark
  public void callbackFromOneThread() throws InterruptedException {
    var counter = new Counter();
    submit(counter, TIMES);
    counter.all.await();
  }

  /** Adds callbacks from two other threads at the same time. */
  @Benchmark
  public void callbackFromTwoThreads() throws InterruptedException {
    var counter = new Counter();
    others.execute(() -> submit(counter, TIMES / 2));
    submit(counter, TIMES / 2);
    counter.all.await();
  }

  private void submit(Runnable callback, int times) {
    for (int i = 0; i < times; i++) {
      loop.submit(callback);
    }
  }

  /** Adds a timer to 100,000 others and cancels it. */
  @Benchmark
  public void timerAddedAndCancelled() throws InterruptedException {
    inLoop(
        crowded,
        () -> {
          for (int i = 0; i < TIMES; i++) {
            crowded.cancel(crowded.schedule(delay(i), () -> {}));
          }
        });
  }

  /** Adds 100,000 timers for the next millisecond, and runs each when it is due. */
  @Benchmark
  public void timerFired() throws InterruptedException {
    var counter = new Counter();
    loop.submit(
        () -> {
          for (int i = 0; i < TIMES; i++) {
            loop.schedule(soon(i), counter);
          }
        });
    counter.all.await();
  }
}
