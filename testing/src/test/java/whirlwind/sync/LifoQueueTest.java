// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import whirlwind.testing.LoopTest;

class LifoQueueTest {

  @LoopTest
  @Tag("QUE-25")
  void theLatestComesFirst() {
    var queue = new LifoQueue<Integer>();
    for (int i : new int[] {1, 3, 2}) {
      queue.putNowait(i);
    }
    assertThat(List.of(queue.getNowait(), queue.getNowait(), queue.getNowait()))
        .containsExactly(2, 3, 1);
  }

  @LoopTest
  @Tag("QUE-7")
  void aWaitingPuttersItemIsTheLatest() {
    var queue = new LifoQueue<Integer>(1);
    queue.putNowait(1);
    var putter = queue.put(2);

    assertThat(queue.getNowait()).isEqualTo(2);
    assertThat(putter.isDone()).isTrue();
    assertThat(queue.getNowait()).isEqualTo(1);
  }

  @LoopTest
  @Tag("QUE-26")
  void saysItsItemsTheNextOneFirst() {
    var queue = new LifoQueue<Integer>();
    queue.putNowait(1);
    queue.putNowait(2);
    assertThat(queue)
        .hasToString("LifoQueue[maxsize 0, items [2, 1], 0 getting, 0 putting, 2 unfinished]");
  }
}
