// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

/** The way into a loop, under several producers. */
class CallbackQueueTest {
  private final CallbackQueue queue = new CallbackQueue();

  /** A job that says who added it. */
  private record Job(int producer, int number) implements Runnable {
    @Override
    public void run() {}
  }

  @Test
  void jobsComeOutInTheOrderInWhichTheyWentIn() {
    assertThat(queue.isEmpty()).isTrue();
    var jobs = List.of(new Job(0, 0), new Job(0, 1), new Job(0, 2));
    jobs.forEach(queue::add);
    assertThat(queue.isEmpty()).isFalse();
    var taken = new ArrayList<Runnable>();
    queue.drainTo(taken::add);
    assertThat(taken).containsExactlyElementsOf(jobs);
    assertThat(queue.isEmpty()).isTrue();
    queue.drainTo(taken::add);
    assertThat(taken).hasSize(3);
  }

  @Test
  void aJobAddedWhileDrainingIsTakenToo() {
    var taken = new ArrayList<Runnable>();
    queue.add(new Job(0, 0));
    queue.drainTo(
        job -> {
          taken.add(job);
          if (taken.size() < 3) {
            queue.add(new Job(0, taken.size()));
          }
        });
    assertThat(taken).containsExactly(new Job(0, 0), new Job(0, 1), new Job(0, 2));
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void ofSeveralProducersNothingIsLostAndEachKeepsItsOrder() throws Exception {
    int producers = 4;
    int each = 50_000;
    var begin = new CyclicBarrier(producers);
    var threads = new ArrayList<Thread>();
    for (int p = 0; p < producers; p++) {
      int producer = p;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    awaitAll(begin);
                    for (int number = 0; number < each; number++) {
                      queue.add(new Job(producer, number));
                    }
                  }));
    }
    var next = new int[producers];
    var outOfOrder = new ArrayList<Job>();
    for (int taken = 0; taken < producers * each; ) {
      int before = taken;
      var count = new int[1];
      queue.drainTo(
          job -> {
            var arrived = (Job) job;
            if (next[arrived.producer]++ != arrived.number) {
              outOfOrder.add(arrived);
            }
            count[0]++;
          });
      taken = before + count[0];
    }
    for (var thread : threads) {
      thread.join();
    }
    assertThat(outOfOrder).isEmpty();
    assertThat(next).containsOnly(each);
    assertThat(queue.isEmpty()).isTrue();
  }

  private static void awaitAll(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }
}
