// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks.micro;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The JDK's blocking classes between virtual threads. The runner gives their scheduler one carrier
 * thread, as all others here have one.
 */
final class VirtualThreadOperations implements Operations {

  /** What a virtual thread runs here. */
  private interface Work {
    void run() throws InterruptedException;
  }

  @Override
  public void lock(int times) throws InterruptedException {
    start(() -> takeAndGive(new ReentrantLock(), times)).join();
  }

  private static void takeAndGive(ReentrantLock lock, int times) {
    for (int i = 0; i < times; i++) {
      lock.lock();
      lock.unlock();
    }
  }

  @Override
  public void lockContended(int times) throws InterruptedException {
    start(
            () -> {
              var lock = new ReentrantLock(true);
              lock.lock();
              var one = start(() -> takeAndGive(lock, times / 2));
              var other = start(() -> takeAndGive(lock, times / 2));
              while (lock.getQueueLength() < 2) {
                Thread.yield();
              }
              lock.unlock();
              one.join();
              other.join();
            })
        .join();
  }

  @Override
  public void semaphore(int times) throws InterruptedException {
    start(() -> takeAndGive(new Semaphore(1), times)).join();
  }

  private static void takeAndGive(Semaphore semaphore, int times) throws InterruptedException {
    for (int i = 0; i < times; i++) {
      semaphore.acquire();
      semaphore.release();
    }
  }

  @Override
  public void semaphoreContended(int times) throws InterruptedException {
    start(
            () -> {
              var semaphore = new Semaphore(0, true);
              var one = start(() -> takeAndGive(semaphore, times / 2));
              var other = start(() -> takeAndGive(semaphore, times / 2));
              while (semaphore.getQueueLength() < 2) {
                Thread.yield();
              }
              semaphore.release();
              one.join();
              other.join();
            })
        .join();
  }

  @Override
  public void queue(int times) throws InterruptedException {
    move(new ArrayBlockingQueue<>(1_000), times);
  }

  @Override
  public void queueOfOne(int times) throws InterruptedException {
    move(new ArrayBlockingQueue<>(1), times);
  }

  private static void move(BlockingQueue<Object> queue, int times) throws InterruptedException {
    var item = new Object();
    var putter =
        start(
            () -> {
              for (int i = 0; i < times; i++) {
                queue.put(item);
              }
            });
    var getter =
        start(
            () -> {
              for (int i = 0; i < times; i++) {
                queue.take();
              }
            });
    putter.join();
    getter.join();
  }

  @Override
  public void switchOver(int times) throws InterruptedException {
    start(
            () -> {
              var one = start(() -> giveWay(times / 2));
              var other = start(() -> giveWay(times / 2));
              one.join();
              other.join();
            })
        .join();
  }

  private static void giveWay(int times) {
    for (int i = 0; i < times; i++) {
      Thread.yield();
    }
  }

  @Override
  public void spawnAndJoin(int times) throws InterruptedException {
    start(
            () -> {
              for (int i = 0; i < times; i++) {
                start(() -> {}).join();
              }
            })
        .join();
  }

  @Override
  public void chainOfTen(int times) throws InterruptedException {
    start(
            () -> {
              for (int i = 0; i < times; i++) {
                var first = new CompletableFuture<Integer>();
                var last = first;
                for (int link = 1; link < 10; link++) {
                  last = last.thenApply(value -> value + 1);
                }
                first.complete(0);
                last.join();
              }
            })
        .join();
  }

  private static Thread start(Work work) {
    return Thread.startVirtualThread(
        () -> {
          try {
            work.run();
          } catch (InterruptedException unexpected) {
            throw new AssertionError("nobody interrupts it", unexpected);
          }
        });
  }

  @Override
  public void close() {}
}
