// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static whirlwind.stream.ReadPeer.now;
import static whirlwind.stream.ReadPeer.text;
import static whirlwind.stream.ReadPeer.turns;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import whirlwind.future.CancelledException;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.loop.TaskScope;
import whirlwind.testing.LoopTest;

/** A read that is given up leaves its bytes and the stream as if it had never been. */
class ReadCancellationTest {

  /** Reads that "abc" does not satisfy. */
  private static final List<Function<IOStream, Future<?>>> READS =
      List.of(
          stream -> stream.readBytes(4),
          stream -> stream.readUntil("d"),
          stream -> stream.readUntil("d", 9),
          stream -> stream.readUntilRegex("d"),
          stream -> stream.readUntilRegex("d", 9),
          stream -> stream.readInto(ByteBuffer.allocate(4)),
          stream -> stream.readInto(ByteBuffer.allocateDirect(4)),
          IOStream::readUntilClose);

  @LoopTest
  @Tag("STR-12")
  void aCancelledReadGivesItsBytesBack(IOLoop loop) {
    for (var read : READS) {
      try (var peer = ReadPeer.of(loop)) {
        var pending = read.apply(peer.stream());
        peer.dribble("abc");
        assertThat(pending.isDone()).isFalse();
        assertThat(pending.cancel()).isTrue();
        assertThat(pending.isCancelled()).isTrue();
        assertThat(peer.stream().reading()).isFalse();
        assertThat(peer.stream().closed()).isFalse();
        peer.send("def");
        turns();
        assertThat(text(peer.stream().readBytes(6))).isEqualTo("abcdef");
      }
    }
  }

  @LoopTest
  @Tag("STR-12")
  void theSameReadSucceedsAfterwards(IOLoop loop) {
    for (var read : READS) {
      try (var peer = ReadPeer.of(loop)) {
        var first = read.apply(peer.stream());
        peer.dribble("abc");
        assertThat(first.cancel()).isTrue();
        var second = read.apply(peer.stream());
        peer.send("d").end();
        var result = second.await();
        assertThat(result instanceof byte[] bytes ? new String(bytes, UTF_8) : result)
            .isIn("abcd", 4);
      }
    }
  }

  @LoopTest
  @Tag("STR-12")
  void beforeAnyByteHasComeTheNextOnesAreForTheNextRead(IOLoop loop) {
    for (var read : READS) {
      try (var peer = ReadPeer.of(loop)) {
        assertThat(read.apply(peer.stream()).cancel()).isTrue();
        assertThat(peer.stream().readPartial(9).cancel()).isTrue();
        assertThat(peer.stream().readInto(ByteBuffer.allocate(9), true).cancel()).isTrue();
        var next = peer.stream().readPartial(9);
        peer.send("abc");
        assertThat(text(next)).isEqualTo("abc");
      }
    }
  }

  @LoopTest
  @Tag("STR-12")
  void bytesThatWereInTheCallersBufferComeFirstAgain(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send("!ab");
      peer.stream().readBytes(1).await();
      var target = ByteBuffer.allocate(12).put((byte) '#');
      var pending = peer.stream().readInto(target);
      peer.dribble("cd");
      assertThat(target.position()).isEqualTo(5);
      assertThat(pending.cancel()).isTrue();
      assertThat(target.position()).isEqualTo(1);
      assertThat(target.limit()).isEqualTo(12);
      assertThat(now(peer.stream().readBytes(1))).isEqualTo("a");
      peer.send("ef");
      Futures.moment().await();
      assertThat(text(peer.stream().readBytes(5))).isEqualTo("bcdef");
    }
  }

  @LoopTest
  @Tag("STR-12")
  void bytesGivenBackMayBeMoreThanTheStreamMayGather(IOLoop loop) {
    try (var peer = ReadPeer.of(loop, ReadPeer.most(10))) {
      var pending = peer.stream().readInto(ByteBuffer.allocate(30));
      peer.send("0123456789".repeat(2));
      turns();
      assertThat(pending.cancel()).isTrue();
      assertThat(now(peer.stream().readBytes(5))).isEqualTo("01234");
      var target = ByteBuffer.allocate(16);
      var again = peer.stream().readInto(target);
      peer.send("x");
      assertThat(again.await()).isEqualTo(16);
      assertThat(target.array()).isEqualTo(ReadPeer.utf8("567890123456789x"));
    }
  }

  @LoopTest
  @Tag("STR-12")
  void aResetAfterwardsIsStillAReset(IOLoop loop) {
    try (var peer = ReadPeer.of(loop, ReadPeer.most(10))) {
      var pending = peer.stream().readInto(ByteBuffer.allocate(30));
      peer.send("0123456789".repeat(2));
      turns();
      assertThat(pending.cancel()).isTrue();
      peer.far().reset();
      turns();
      assertThat(now(peer.stream().readBytes(20))).isEqualTo("0123456789".repeat(2));
      assertThatThrownBy(() -> peer.stream().readBytes(1).await())
          .isInstanceOf(StreamClosedException.class)
          .hasCauseInstanceOf(IOException.class);
    }
  }

  @LoopTest
  @Tag("STR-12")
  void aReadThatIsDoneCannotBeCancelled(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send("abc");
      var done = peer.stream().readBytes(2);
      assertThat(done.cancel()).isFalse();
      assertThat(now(done)).isEqualTo("ab");
      assertThat(now(peer.stream().readBytes(1))).isEqualTo("c");
    }
  }

  @LoopTest
  @Tag("STR-12")
  void cancellingAnOldReadDoesNotDisturbTheNext(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var first = peer.stream().readBytes(3);
      assertThat(first.cancel()).isTrue();
      var second = peer.stream().readBytes(3);
      assertThat(first.cancel()).isFalse();
      peer.send("abc");
      assertThat(text(second)).isEqualTo("abc");
    }
  }

  @LoopTest
  @Tag("STR-12")
  void whenTheTaskThatReadsIsCancelledNothingIsLost(IOLoop loop) {
    for (var read : READS) {
      try (var peer = ReadPeer.of(loop)) {
        var task = loop.spawn(() -> read.apply(peer.stream()).await());
        peer.dribble("abc");
        assertThat(task.cancel()).isTrue();
        assertThatThrownBy(task::await).isInstanceOf(CancelledException.class);
        assertThat(peer.stream().reading()).isFalse();
        assertThat(text(peer.stream().readBytes(3))).isEqualTo("abc");
      }
    }
  }

  @LoopTest
  @Tag("STR-12")
  void whenBytesAndCancellationMeetTheTaskHasTheBytesOrTheStreamHas(IOLoop loop) {
    for (boolean bytesFirst : new boolean[] {true, false}) {
      for (var read : READS.subList(0, READS.size() - 1)) {
        try (var peer = ReadPeer.of(loop)) {
          var task = loop.spawn(() -> read.apply(peer.stream()).await());
          turns();
          if (bytesFirst) {
            peer.send("abcd");
          }
          loop.addCallback(task::cancel);
          if (!bytesFirst) {
            loop.addCallback(() -> peer.send("abcd"));
          }
          turns();
          assertThat(task.isCancelled()).isEqualTo(!bytesFirst);
          if (bytesFirst) {
            assertThat(task.await()).isNotNull();
          } else {
            assertThat(text(peer.stream().readBytes(4))).isEqualTo("abcd");
          }
        }
      }
    }
  }

  @LoopTest
  @Tag("STR-12")
  void whenTheScopeThatReadsRunsOutOfTimeNothingIsLost(IOLoop loop) {
    for (var read : READS) {
      try (var peer = ReadPeer.of(loop)) {
        peer.send("abc");
        assertThatThrownBy(
                () -> TaskScope.run(Duration.ofSeconds(1), _ -> read.apply(peer.stream()).await()))
            .isInstanceOf(TimeoutException.class);
        assertThat(text(peer.stream().readBytes(3))).isEqualTo("abc");
      }
    }
  }

  @LoopTest
  @Tag("STR-12")
  void aReadWhoseWaitWasGivenUpGoesOnUntilItIsCancelled(IOLoop loop) {
    for (var read : READS) {
      try (var peer = ReadPeer.of(loop)) {
        var pending = read.apply(peer.stream());
        peer.send("abc");
        assertThatThrownBy(() -> Futures.withTimeout(Duration.ofSeconds(1), pending).await())
            .isInstanceOf(TimeoutException.class);
        assertThat(peer.stream().reading()).isTrue();
        assertThat(pending.cancel()).isTrue();
        assertThat(text(peer.stream().readBytes(3))).isEqualTo("abc");
      }
    }
  }
}
