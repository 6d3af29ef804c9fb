// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import whirlwind.testing.LoopTest;

class PriorityQueueTest {
  private static <E> List<E> drained(Queue<E> queue) {
    var items = new ArrayList<E>();
    while (!queue.empty()) {
      items.add(queue.getNowait());
    }
    return items;
  }

  @LoopTest
  @Tag("QUE-23")
  void theLowestComesFirst() {
    var queue = new PriorityQueue<Integer>();
    for (int i : new int[] {4, 1, 3, 0, 2}) {
      queue.putNowait(i);
    }
    assertThat(drained(queue)).containsExactly(0, 1, 2, 3, 4);
  }

  @LoopTest
  @Tag("QUE-23")
  void equalOnesComeInOrder() {
    record Job(int priority, int number) {}
    var queue = new PriorityQueue<Job>(0, Comparator.comparingInt(Job::priority));
    var jobs = new ArrayList<Job>();
    for (int i = 0; i < 60; i++) {
      var job = new Job(i % 2, i);
      jobs.add(job);
      queue.putNowait(job);
    }
    jobs.sort(Comparator.comparingInt(Job::priority)); // which is stable

    assertThat(drained(queue)).isEqualTo(jobs);
  }

  @LoopTest
  @Tag("QUE-7")
  void theOrderIsDecidedOnceThePuttersItemIsIn() {
    var queue = new PriorityQueue<Integer>(1);
    queue.putNowait(5);
    queue.put(3);
    queue.put(9);

    assertThat(List.of(queue.getNowait(), queue.getNowait(), queue.getNowait()))
        .containsExactly(3, 5, 9);
  }

  @LoopTest
  @Tag("QUE-24")
  void anIncomparableItemChangesNothing() {
    var queue = new PriorityQueue<Object>(3);
    queue.putNowait(2);
    queue.putNowait(1);
    assertThatThrownBy(() -> queue.putNowait("one")).isInstanceOf(ClassCastException.class);
    assertThatThrownBy(() -> queue.put("one")).isInstanceOf(ClassCastException.class);
    assertThat(queue.toString()).contains("items [1, 2]", "2 unfinished");
    queue.putNowait(3);
    assertThatThrownBy(() -> queue.put("full")).isInstanceOf(ClassCastException.class);
    assertThat(queue.toString()).contains("items [1, 2, 3]", "0 putting", "3 unfinished");

    assertThat(drained(queue)).containsExactly(1, 2, 3);
  }

  @LoopTest
  @Tag("QUE-24")
  void whatHasNoOrderIsRefusedByAnEmptyQueueToo() {
    var queue = new PriorityQueue<Object>();
    assertThatThrownBy(() -> queue.putNowait(new Object())).isInstanceOf(ClassCastException.class);
    var getter = queue.get();
    assertThatThrownBy(() -> queue.putNowait(new Object())).isInstanceOf(ClassCastException.class);
    assertThat(queue.toString()).contains("items [], 1 getting, 0 putting, 0 unfinished");
    queue.putNowait(1);

    assertThat(getter.result()).isEqualTo(1);
  }

  @LoopTest
  @Tag("QUE-24")
  void aComparatorThatThrowsSomewhereOnTheWayDoesNoHarm() {
    var queue =
        new PriorityQueue<Integer>(
            0,
            (one, other) -> {
              if (one == -1 && other == 1) {
                throw new IllegalArgumentException("planted");
              }
              return Integer.compare(one, other);
            });
    for (int i = 30; i > 0; i--) {
      queue.putNowait(i);
    }
    int refused = 0;
    for (int i = 0; i < 30; i++) {
      try {
        queue.putNowait(-1);
      } catch (IllegalArgumentException _) {
        refused++;
      }
    }
    assertThat(refused).isEqualTo(30);
    assertThat(drained(queue)).isEqualTo(IntStream.rangeClosed(1, 30).boxed().toList());
  }

  @LoopTest
  @Tag("QUE-24")
  void aPutterWhoseItemHasBecomeIncomparableFailsAlone() {
    // 3 and 9 compare with 5, but not with each other.
    var queue =
        new PriorityQueue<Integer>(
            1,
            (one, other) -> {
              if (one != other && Math.abs(one - other) == 6) {
                throw new IllegalArgumentException("planted");
              }
              return Integer.compare(one, other);
            });
    queue.putNowait(5);
    var second = queue.put(9);
    var third = queue.put(3);
    var fourth = queue.put(10);
    assertThat(queue.getNowait()).isEqualTo(5);
    assertThat(second.exception()).isNull();

    assertThat(queue.getNowait()).isEqualTo(9);
    assertThat(third.exception()).hasMessage("planted");
    assertThat(fourth.exception()).isNull();
    assertThat(drained(queue)).containsExactly(10);
    assertThat(queue.toString()).contains("3 unfinished");
  }
}
