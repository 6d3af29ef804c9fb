// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import whirlwind.future.Future;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Task;
import whirlwind.stream.StreamLimits.Overflow;
import whirlwind.testing.LoopTest;

class WriteBackpressureTest {
  private static final int CAPACITY = 100;
  private static final int LIMIT = 1000;
  private static final StreamLimits REFUSING =
      StreamLimits.defaults().withMaxWriteBufferSize(LIMIT).withOverflow(Overflow.REFUSE);
  private static final StreamLimits WAITING = REFUSING.withOverflow(Overflow.WAIT);

  @LoopTest
  @Tag("STR-55")
  void aWriteThatFillsTheLimitPassesAndOneMoreByteDoesNot(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, CAPACITY, REFUSING)) {
      pair.stream().write(new byte[CAPACITY]); // with the transport
      var waiting = pair.stream().write(new byte[LIMIT - 10]);
      var exactly = pair.stream().write(ByteBuffer.allocate(4), ByteBuffer.allocate(6));

      assertThatExceptionOfType(StreamBufferFullException.class)
          .isThrownBy(() -> pair.stream().write("x"))
          .satisfies(full -> assertThat(full.buffered()).isEqualTo(LIMIT))
          .satisfies(full -> assertThat(full.wanted()).isEqualTo(1))
          .satisfies(full -> assertThat(full.limit()).isEqualTo(LIMIT));
      pair.stream().write(""); // fits
      assertThat(pair.takeAll()).hasSize(CAPACITY + LIMIT);
      assertThat(List.of(waiting, exactly)).allMatch(Future::isDone);
    }
  }

  @LoopTest
  @Tag("STR-55")
  void aWriteLargerThanTheLimitIsRefusedAlthoughTheTransportHasRoom(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 10 * LIMIT, REFUSING)) {
      var large = ByteBuffer.allocate(LIMIT + 1);

      assertThatExceptionOfType(StreamBufferFullException.class)
          .isThrownBy(() -> pair.stream().write(large));
      assertThat(large.remaining()).isEqualTo(LIMIT + 1);
      assertThat(pair.stream().writing()).isFalse();
      assertThat(pair.stream().closed()).isFalse();
      assertThat(pair.stream().error()).isNull();

      pair.stream().write("after").await();
      assertThat(pair.takeAll()).isEqualTo("after");
    }
  }

  @LoopTest
  void aWriterThatAwaitsHoldsAtMostTheLimitAndOneWrite(IOLoop loop) {
    int one = 300;
    try (var pair = ConnectedPair.of(loop, CAPACITY, WAITING)) {
      var written = new int[1];
      var writer =
          loop.spawn(
              () -> {
                for (int i = 0; i < 100; i++) {
                  written[0] += one;
                  pair.stream().write(new byte[one]).await();
                }
                return null;
              });
      long most = 0;
      for (int read = 0; read < 100 * one; read += pair.take(70).length()) {
        ConnectedPair.settle();
        most = Math.max(most, written[0] - pair.near().statistics().bytesWritten());
      }
      writer.await();

      assertThat(most).isPositive().isLessThanOrEqualTo(LIMIT + one);
    }
  }

  @LoopTest
  void awaitingDoesNotBeginBeforeTheLimitIsReached(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, CAPACITY, WAITING)) {
      int accepted = 0;
      while (accepted < CAPACITY + LIMIT) {
        pair.stream().write(new byte[50]);
        accepted += 50;
      }
      pair.stream().write(new byte[50]); // the one beyond

      assertThatExceptionOfType(StreamBufferFullException.class)
          .isThrownBy(() -> pair.stream().write("x"))
          .satisfies(full -> assertThat(full.buffered()).isEqualTo(LIMIT + 50));
      assertThat(pair.stream().closed()).isFalse();
      assertThat(pair.takeAll()).hasSize(CAPACITY + LIMIT + 50);
    }
  }

  @LoopTest
  void eachOfSeveralWritersMayHaveOneWriteBeyondTheLimit(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, CAPACITY, WAITING)) {
      pair.stream().write(new byte[CAPACITY + LIMIT]);
      var writers = new ArrayList<Task<?>>();
      for (int i = 0; i < 3; i++) {
        var name = Integer.toString(i);
        writers.add(
            loop.spawn(
                () -> {
                  pair.stream().write(name);
                  assertThatExceptionOfType(StreamBufferFullException.class)
                      .isThrownBy(() -> pair.stream().write("never"));
                  return null;
                }));
      }
      writers.forEach(Task::await);

      assertThat(pair.takeAll().substring(CAPACITY + LIMIT)).isEqualTo("012");
      pair.stream().write("later").await();
      assertThat(pair.take()).isEqualTo("later");
    }
  }

  @LoopTest
  void oneHugeWriteIsAccepted(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, CAPACITY, WAITING)) {
      var huge = pair.stream().write(new byte[50 * LIMIT]);

      assertThat(huge.isDone()).isFalse();
      assertThat(pair.takeAll()).hasSize(50 * LIMIT);
      assertThat(huge.isDone()).isTrue();
    }
  }
}
