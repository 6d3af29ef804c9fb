// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks.micro;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.loop.MakeCurrent;
import whirlwind.sync.Lock;
import whirlwind.sync.Queue;
import whirlwind.sync.Semaphore;

/** Ours: coroutines of one loop. */
final class WhirlwindOperations implements Operations {
  private final IOLoop loop = new IOLoop(LoopOptions.defaults().withMakeCurrent(MakeCurrent.NEVER));

  @Override
  public void lock(int times) {
    loop.runSync(
        () -> {
          takeAndGive(new Lock(), times);
          return null;
        });
  }

  private static void takeAndGive(Lock lock, int times) {
    for (int i = 0; i < times; i++) {
      try (var _ = lock.acquire().await()) {}
    }
  }

  @Override
  public void lockContended(int times) {
    loop.runSync(
        () -> {
          var lock = new Lock();
          var held = lock.acquire().await();
          return bothOnceReady(() -> takeAndGive(lock, times / 2), held::close);
        });
  }

  @Override
  public void semaphore(int times) {
    loop.runSync(
        () -> {
          takeAndGive(new Semaphore(1), times);
          return null;
        });
  }

  private static void takeAndGive(Semaphore semaphore, int times) {
    for (int i = 0; i < times; i++) {
      try (var _ = semaphore.acquire().await()) {}
    }
  }

  @Override
  public void semaphoreContended(int times) {
    loop.runSync(
        () -> {
          var semaphore = new Semaphore(1);
          var held = semaphore.acquire().await();
          return bothOnceReady(() -> takeAndGive(semaphore, times / 2), held::close);
        });
  }

  @Override
  public void queue(int times) {
    loop.runSync(() -> move(new Queue<>(1_000), times));
  }

  @Override
  public void queueOfOne(int times) {
    loop.runSync(() -> move(new Queue<>(1), times));
  }

  private Object move(Queue<Object> queue, int times) {
    var item = new Object();
    var putter =
        loop.spawn(
            () -> {
              for (int i = 0; i < times; i++) {
                queue.put(item).await();
              }
              return null;
            });
    for (int i = 0; i < times; i++) {
      queue.get().await();
    }
    return putter.await();
  }

  @Override
  public void switchOver(int times) {
    loop.runSync(() -> bothOnceReady(() -> giveWay(times / 2), () -> {}));
  }

  private static void giveWay(int times) {
    for (int i = 0; i < times; i++) {
      Futures.moment().await();
    }
  }

  @Override
  public void spawnAndJoin(int times) {
    Callable<Object> nothing = () -> null;
    loop.runSync(
        () -> {
          for (int i = 0; i < times; i++) {
            loop.spawn(nothing).await();
          }
          return null;
        });
  }

  @Override
  public void chainOfTen(int times) {
    loop.runSync(
        () -> {
          for (int i = 0; i < times; i++) {
            var first = new Promise<Integer>(loop);
            CompletionStage<Integer> last = first;
            for (int link = 1; link < 10; link++) {
              last = last.thenApply(value -> value + 1);
            }
            first.setResult(0);
            Futures.from(last).await();
          }
          return null;
        });
  }

  /** Runs {@code work} in two coroutines, and {@code ready} when both wait for their turn. */
  private Object bothOnceReady(Runnable work, Runnable ready) {
    Callable<Object> body =
        () -> {
          work.run();
          return null;
        };
    var one = loop.spawn(body);
    var other = loop.spawn(body);
    Futures.moment().await();
    ready.run();
    one.await();
    return other.await();
  }

  @Override
  public void close() {
    loop.close();
  }
}
