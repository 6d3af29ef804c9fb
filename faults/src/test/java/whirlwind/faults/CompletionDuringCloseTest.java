// SPDX-License-Identifier: Apache-2.0
package whirlwind.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import whirlwind.future.CancelledException;
import whirlwind.future.Promise;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.testing.LogRecorder;

/** Threads that complete promises while their loop closes: whoever waits comes to an end. */
class CompletionDuringCloseTest {
  private static final int ROUNDS = Integer.getInteger("whirlwind.faults.closes", 50);
  private static final int THREADS = 20;

  @Test
  void ofTwentyThreadsLosesNobodyWhoWaits() throws Exception {
    try (var log = new LogRecorder()) {
      for (int round = 0; round < ROUNDS; round++) {
        var start = new CountDownLatch(1);
        var ended = new CountDownLatch(THREADS);
        var threads = new ArrayList<Thread>();
        try (var loop = new IOLoop(LoopOptions.defaults())) {
          loop.runSync(
              () -> {
                for (int i = 0; i < THREADS; i++) {
                  var promise = new Promise<Integer>(loop);
                  loop.spawn(() -> awaitEnd(promise, ended));
                  threads.add(Thread.ofPlatform().start(() -> complete(promise, start)));
                }
                whirlwind.future.Futures.moment().await();
                return null;
              });
          start.countDown();
        }
        for (var thread : threads) {
          thread.join();
        }
        ended.await();
        assertThat(log.lines()).noneMatch(line -> line.thrown() != null);
        log.unexpected().forEach(line -> log.expect(line.level(), "closes with tasks"));
      }
    }
  }

  private static Object awaitEnd(Promise<Integer> promise, CountDownLatch ended) {
    try {
      return promise.await();
    } catch (CancelledException _) {
      return -1;
    } finally {
      ended.countDown();
    }
  }

  private static void complete(Promise<Integer> promise, CountDownLatch start) {
    try {
      start.await();
      promise.trySetResult(1);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
