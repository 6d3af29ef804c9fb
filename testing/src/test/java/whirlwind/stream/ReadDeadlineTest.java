// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static whirlwind.stream.ReadPeer.now;
import static whirlwind.stream.ReadPeer.text;
import static whirlwind.stream.ReadPeer.turns;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.TimeoutException;
import whirlwind.loop.Clock;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.testing.LoopTest;
import whirlwind.testing.ManualClock;

/** Reads that give up after a time. */
class ReadDeadlineTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final Pattern D = Pattern.compile("d");

  /** A read that "abc" does not satisfy, "abcd" does, and how it is called in messages. */
  private record Read(String name, BiFunction<IOStream, @Nullable Duration, Future<?>> start) {}

  private static final List<Read> READS =
      List.of(
          new Read("readBytes(4 bytes)", (stream, limit) -> stream.readBytes(4, limit)),
          new Read("readUntil(\"d\")", (stream, limit) -> stream.readUntil("d", limit)),
          new Read(
              "readUntil(\"d\")", (stream, limit) -> stream.readUntil(ReadPeer.utf8("d"), limit)),
          new Read(
              "readUntil(\"d\", at most 9 bytes)",
              (stream, limit) -> stream.readUntil("d", 9, limit)),
          new Read(
              "readUntil(\"d\", at most 9 bytes)",
              (stream, limit) -> stream.readUntil(ReadPeer.utf8("d"), 9, limit)),
          new Read("readUntilRegex(/d/)", (stream, limit) -> stream.readUntilRegex(D, limit)),
          new Read(
              "readUntilRegex(/d/, at most 9 bytes)",
              (stream, limit) -> stream.readUntilRegex(D, 9, limit)),
          new Read(
              "readInto(4 bytes",
              (stream, limit) -> stream.readInto(ByteBuffer.allocate(4), false, limit)));

  @LoopTest
  void afterTheTimeTheReadFailsAndTheBytesAndTheStreamAreThere(IOLoop loop) {
    for (var read : READS) {
      try (var peer = ReadPeer.of(loop)) {
        double start = loop.time();
        var pending = read.start.apply(peer.stream(), TIMEOUT);
        peer.dribble("abc");
        assertThatThrownBy(pending::await)
            .isExactlyInstanceOf(TimeoutException.class)
            .hasMessageStartingWith(read.name)
            .hasMessageContaining("was not done within 120 s; 3 bytes are buffered");
        assertThat(loop.time() - start).isEqualTo(120);
        assertThat(peer.stream().reading()).isFalse();
        assertThat(peer.stream().closed()).isFalse();
        peer.send("xyz");
        assertThat(text(peer.stream().readBytes(6))).isEqualTo("abcxyz");
      }
    }
  }

  @LoopTest
  void theSameReadSucceedsAfterwards(IOLoop loop) {
    for (var read : READS) {
      try (var peer = ReadPeer.of(loop)) {
        var first = read.start.apply(peer.stream(), TIMEOUT);
        peer.send("abc");
        assertThatThrownBy(first::await).isInstanceOf(TimeoutException.class);
        var second = read.start.apply(peer.stream(), TIMEOUT);
        peer.send("d");
        var result = second.await();
        assertThat(result instanceof byte[] bytes ? new String(bytes, UTF_8) : result)
            .isIn("abcd", 4);
      }
    }
  }

  @LoopTest
  void aReadThatIsInTimeLeavesTheNextOneAlone(IOLoop loop) {
    for (var read : READS) {
      try (var peer = ReadPeer.of(loop)) {
        double start = loop.time();
        var inTime = read.start.apply(peer.stream(), TIMEOUT);
        Futures.sleep(TIMEOUT.minusSeconds(1)).await();
        peer.send("abcd");
        assertThat(inTime.await()).isNotNull();
        var withoutLimit = peer.stream().readBytes(1);
        Futures.sleep(Duration.ofHours(1)).await();
        assertThat(withoutLimit.isDone()).isFalse();
        peer.send("!");
        assertThat(text(withoutLimit)).isEqualTo("!");
        assertThat(loop.time() - start).isEqualTo(3600 + 119);
      }
    }
  }

  @LoopTest
  void zeroAndLessExpireAtOnceButTakeWhatIsThere(IOLoop loop) {
    for (var limit : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
      for (var read : READS) {
        try (var peer = ReadPeer.of(loop)) {
          double start = loop.time();
          var late = read.start.apply(peer.stream(), limit);
          assertThatThrownBy(late::await).isInstanceOf(TimeoutException.class);
          assertThat(loop.time()).isEqualTo(start);
          peer.send("abcd");
          assertThat(read.start.apply(peer.stream(), limit).isDone()).isTrue();
        }
      }
    }
  }

  @LoopTest
  void partialReadsHaveTheirTimeToo(IOLoop loop) {
    List<BiFunction<IOStream, Duration, Future<?>>> reads =
        List.of(
            (stream, limit) -> stream.readPartial(9, limit),
            (stream, limit) -> stream.readInto(ByteBuffer.allocate(9), true, limit));
    for (var read : reads) {
      try (var peer = ReadPeer.of(loop)) {
        var late = read.apply(peer.stream(), TIMEOUT);
        assertThatThrownBy(late::await).isInstanceOf(TimeoutException.class);
        peer.send("abc");
        assertThat(read.apply(peer.stream(), TIMEOUT).isDone()).isTrue();
      }
    }
  }

  @LoopTest
  void readUntilCloseHasItsTimeToo(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var late = peer.stream().readUntilClose(TIMEOUT);
      peer.send("abc");
      assertThatThrownBy(late::await)
          .isInstanceOf(TimeoutException.class)
          .hasMessageStartingWith("readUntilClose()");
      var again = peer.stream().readUntilClose(TIMEOUT);
      peer.send("def").end();
      assertThat(text(again)).isEqualTo("abcdef");
    }
  }

  @LoopTest
  void noTimeMeansNoLimit(IOLoop loop, ManualClock clock) {
    for (var read : READS) {
      try (var peer = ReadPeer.of(loop)) {
        var pending = read.start.apply(peer.stream(), null);
        clock.advance(Duration.ofDays(365));
        turns();
        assertThat(pending.isDone()).isFalse();
        assertThat(pending.cancel()).isTrue();
      }
    }
  }

  @LoopTest
  void aCancelledReadLeavesTheNextOneAlone(IOLoop loop) {
    for (var read : READS) {
      try (var peer = ReadPeer.of(loop)) {
        assertThat(read.start.apply(peer.stream(), TIMEOUT).cancel()).isTrue();
        var next = peer.stream().readBytes(1);
        Futures.sleep(TIMEOUT.multipliedBy(2)).await();
        assertThat(next.isDone()).isFalse();
        peer.send("a");
        assertThat(text(next)).isEqualTo("a");
      }
    }
  }

  @LoopTest
  void bytesThatComeInTheSameTurnAsTheDeadlineAreNotLost(IOLoop loop) {
    for (var read : READS) {
      try (var peer = ReadPeer.of(loop)) {
        var pending = read.start.apply(peer.stream(), TIMEOUT);
        loop.addTimeout(TIMEOUT, () -> peer.send("abcd"));
        pending.onComplete(_ -> {});
        Futures.sleep(TIMEOUT.plusSeconds(1)).await();
        assertThat(pending.isDone()).isTrue();
        if (pending.exception() != null) {
          assertThat(now(peer.stream().readBytes(4))).isEqualTo("abcd");
        }
      }
    }
  }

  @Test
  void aReadThatIsOverKeepsNoTimer() {
    var waits = new WaitRecorder();
    IOLoop.run(
        LoopOptions.defaults().withClock(waits),
        () -> {
          for (var read : READS) {
            try (var peer = ReadPeer.of(IOLoop.current())) {
              var inTime = read.start.apply(peer.stream(), TIMEOUT);
              peer.send("abcd");
              assertThat(inTime.await()).isNotNull();
              assertThat(read.start.apply(peer.stream(), TIMEOUT).cancel()).isTrue();
              var closed = read.start.apply(peer.stream(), TIMEOUT);
              peer.stream().close();
              assertThat(ReadPeer.failureOf(closed)).isNotNull();
            }
            waits.nanos.clear();
            Futures.sleep(Duration.ofHours(1)).await();
            assertThat(waits.nanos).containsExactly(Duration.ofHours(1).toNanos());
          }
          return null;
        });
  }

  /** A clock that notes how long its loop wanted to wait. */
  private static final class WaitRecorder implements Clock {
    private final ManualClock clock = new ManualClock();
    private final List<Long> nanos = new ArrayList<>();

    @Override
    public long nanoTime() {
      return clock.nanoTime();
    }

    @Override
    public long blockFor(long nanosToDeadline, boolean jobsOutside) {
      if (nanosToDeadline > 0) {
        nanos.add(nanosToDeadline);
      }
      return clock.blockFor(nanosToDeadline, jobsOutside);
    }
  }
}
