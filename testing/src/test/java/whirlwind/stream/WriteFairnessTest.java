// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

class WriteFairnessTest {
  private static final int MIB = 1 << 20;

  @LoopTest
  @Tag("STR-57")
  void aHugeWriteGoesOutInBoundedSteps(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 64 * MIB)) {
      var huge = pair.stream().write(new byte[32 * MIB]);
      assertThat(pair.near().statistics().bytesWritten())
          .as("within the call")
          .isBetween(1L, (long) MIB);

      long before = pair.near().statistics().bytesWritten();
      int turns = 0;
      for (; !huge.isDone(); turns++) {
        Futures.moment().await();
        long after = pair.near().statistics().bytesWritten();
        assertThat(after - before).as("in one turn").isLessThanOrEqualTo(2 * MIB);
        before = after;
      }
      assertThat(turns).isGreaterThanOrEqualTo(15);
    }
  }

  @LoopTest
  @Tag("STR-57")
  void writesThatNeverWaitLetOthersHaveTheirTurn(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, MIB)) {
      var others = new int[1];
      loop.addCallback(() -> countTurns(loop, others));
      for (int i = 0; i < 10_000; i++) {
        pair.stream().write("x").await();
      }
      assertThat(others[0]).as("turns of others").isGreaterThan(50);
    }
  }

  @LoopTest
  @Tag("STR-57")
  void largeWritesThatNeverWaitLetOthersHaveTheirTurn(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 64 * MIB)) {
      var others = new int[1];
      loop.addCallback(() -> countTurns(loop, others));
      for (int i = 0; i < 60; i++) {
        pair.stream().write(new byte[MIB / 2]).await();
      }
      assertThat(others[0]).as("turns of others").isGreaterThan(15);
    }
  }

  private static void countTurns(IOLoop loop, int[] turns) {
    if (++turns[0] < 1000) {
      loop.addCallback(() -> countTurns(loop, turns));
    }
  }
}
