// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static whirlwind.stream.ReadPeer.failureOf;
import static whirlwind.stream.ReadPeer.text;
import static whirlwind.stream.ReadPeer.turns;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.loop.TaskScope;
import whirlwind.testing.LoopTest;

class ExceptionsTest {

  @LoopTest
  @Tag("EXC-1")
  @Tag("EXC-2")
  void aFailureOfTheTransportIsTheRealErrorOfAllThatItEnds(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var cause = new IOException("Connection reset");
      var pending = peer.stream().readBytes(1);
      peer.near().failNextRead(cause);
      var failure = failureOf(pending);
      assertThat(failure).hasMessage("Stream is closed").hasCause(cause);
      assertThat(failure.realError()).isSameAs(cause).isSameAs(peer.stream().error());
      assertThatThrownBy(() -> peer.stream().readBytes(1))
          .isInstanceOfSatisfying(
              StreamClosedException.class, later -> assertThat(later.realError()).isSameAs(cause))
          .hasMessage("Stream is closed");
    }
  }

  @LoopTest
  @Tag("EXC-2")
  void theCauseGivenToCloseIsTheRealErrorItself(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var cause = new IllegalStateException("enough");
      var pending = peer.stream().readBytes(1);
      peer.stream().close(cause);
      assertThat(failureOf(pending).realError()).isSameAs(cause).isSameAs(peer.stream().error());
    }
  }

  @LoopTest
  @Tag("EXC-1")
  @Tag("EXC-2")
  void aCleanEndHasNoRealError(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var pending = peer.stream().readBytes(1);
      peer.end();
      var failure = failureOf(pending);
      assertThat(failure).hasMessage("Stream is closed").hasNoCause();
      assertThat(failure.realError()).isNull();
      assertThat(peer.stream().error()).isNull();
    }
  }

  @LoopTest
  @Tag("EXC-1")
  @Tag("EXC-2")
  void aPlainCloseHasNoRealError(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var pending = peer.stream().readBytes(1);
      peer.stream().close();
      var failure = failureOf(pending);
      assertThat(failure).hasMessage("Stream is closed");
      assertThat(failure.realError()).isNull();
      assertThat(peer.stream().error()).isNull();
    }
  }

  @LoopTest
  @Tag("EXC-3")
  void anEndIsNeverCalledUnsatisfiable(IOLoop loop) {
    for (int maxBytes : new int[] {4, 100, Integer.MAX_VALUE}) {
      try (var peer = ReadPeer.of(loop)) {
        var pending = peer.stream().readUntil("\n", maxBytes);
        peer.send("abc").end();
        assertThat(failureOf(pending).realError()).isNull();
        assertThatThrownBy(() -> peer.stream().readUntilRegex("z", maxBytes))
            .isInstanceOf(StreamClosedException.class)
            .hasNoCause();
      }
    }
  }

  @LoopTest
  @Tag("EXC-4")
  void anOverLimitReadFailsAlikeInlineAndLater(IOLoop loop) {
    try (var early = ReadPeer.of(loop);
        var late = ReadPeer.of(loop)) {
      early.send("abcdef");
      var inline = early.stream().readUntil("\n", 5);
      assertThat(inline.isDone()).isTrue();
      var pending = late.stream().readUntil("\n", 5);
      late.send("abcdef");
      for (var failure : new StreamClosedException[] {failureOf(inline), failureOf(pending)}) {
        assertThat(failure).hasMessage("Stream is closed");
        assertThat(failure.realError())
            .isInstanceOf(UnsatisfiableReadException.class)
            .hasMessage("delimiter \"\\n\" not found within 5 bytes")
            .hasNoCause();
      }
      assertThat(early.stream().error()).isInstanceOf(UnsatisfiableReadException.class);
      assertThat(late.stream().error()).isInstanceOf(UnsatisfiableReadException.class);
    }
  }

  @LoopTest
  @Tag("EXC-5")
  void aFullWriteBufferIsThrownAndLeavesTheStreamOpen(IOLoop loop) {
    var limits =
        StreamLimits.defaults()
            .withMaxWriteBufferSize(10)
            .withOverflow(StreamLimits.Overflow.REFUSE);
    try (var peer = ReadPeer.of(loop, limits)) {
      assertThatThrownBy(() -> peer.stream().write("01234567890"))
          .isInstanceOfSatisfying(
              StreamBufferFullException.class,
              full -> {
                assertThat(full.buffered()).isZero();
                assertThat(full.wanted()).isEqualTo(11);
                assertThat(full.limit()).isEqualTo(10);
              })
          .hasMessage(
              "write buffer full: 0 bytes waiting, 11 more wanted, maxWriteBufferSize is 10");
      assertThat(peer.stream().closed()).isFalse();
      assertThat(peer.far().available()).isZero();
      peer.stream().write("0123456789").await();
      assertThat(peer.far().available()).isEqualTo(10);
    }
  }

  @LoopTest
  @Tag("EXC-5")
  void aFullReadBufferClosesTheStream(IOLoop loop) {
    try (var peer = ReadPeer.of(loop, ReadPeer.most(10))) {
      var pending = peer.stream().readBytes(11);
      peer.send("01234567890");
      assertThat(failureOf(pending).realError())
          .isInstanceOfSatisfying(
              StreamBufferFullException.class,
              full -> {
                assertThat(full.buffered()).isEqualTo(10);
                assertThat(full.wanted()).isEqualTo(1);
                assertThat(full.limit()).isEqualTo(10);
              })
          .hasMessage(
              "read buffer full: readBytes(11 bytes) needs 1 bytes more than the 10 bytes buffered,"
                  + " maxBufferSize is 10")
          .isSameAs(peer.stream().error());
      assertThat(peer.stream().closed()).isTrue();
    }
  }

  @LoopTest
  @Tag("EXC-7")
  void everyWaitEndsInTheSameTimeoutException(IOLoop loop) {
    var limit = Duration.ofSeconds(2);
    try (var peer = ReadPeer.of(loop, StreamLimits.defaults(), 1)) {
      assertThatThrownBy(() -> peer.stream().readBytes(1, limit).await())
          .isExactlyInstanceOf(TimeoutException.class)
          .hasMessageContaining("readBytes(1 byte)")
          .hasMessageContaining("2 s");
      assertThatThrownBy(() -> peer.stream().write("long", limit).await())
          .isExactlyInstanceOf(TimeoutException.class)
          .hasMessageContaining("2 s");
      assertThatThrownBy(() -> Futures.withTimeout(limit, new Promise<>()).await())
          .isExactlyInstanceOf(TimeoutException.class)
          .hasMessageContaining("2 s");
      assertThatThrownBy(() -> TaskScope.run(limit, _ -> new Promise<>().await()))
          .isExactlyInstanceOf(TimeoutException.class)
          .hasMessageContaining("2 s");
    }
  }

  @Test
  @Tag("EXC-7")
  void runSyncEndsInTheSameTimeoutException() {
    try (var loop = new IOLoop()) {
      assertThatThrownBy(() -> loop.runSync(() -> new Promise<>().await(), Duration.ofMillis(1)))
          .isExactlyInstanceOf(TimeoutException.class)
          .hasMessageContaining("1 ms");
    }
  }

  @LoopTest
  void streamFailuresHaveOneParentAndNeedNoCatch(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send("abc");
      assertThat(text(peer.stream().readBytes(3))).isEqualTo("abc");
      peer.end();
      turns();
      assertThatThrownBy(() -> peer.stream().readBytes(1).await())
          .isInstanceOf(StreamException.class)
          .isInstanceOf(RuntimeException.class);
    }
  }
}
