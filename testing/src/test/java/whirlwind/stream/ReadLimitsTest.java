// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static whirlwind.stream.ReadPeer.failureOf;
import static whirlwind.stream.ReadPeer.now;
import static whirlwind.stream.ReadPeer.text;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import whirlwind.future.Future;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;

/** The limit of the stream itself, {@code maxBufferSize}. */
class ReadLimitsTest {
  private static final StreamLimits TEN = ReadPeer.most(10);

  @LoopTest
  @Tag("STR-19")
  void tooMuchAtHandIsThrownAtTheCallAndClosesTheStream(IOLoop loop) {
    try (var peer = ReadPeer.of(loop, TEN)) {
      peer.send("0123456789abc");
      var thrown =
          catchThrowableOfType(StreamBufferFullException.class, () -> peer.stream().readBytes(11));
      assertThat(thrown).hasMessageContaining("readBytes(11 bytes)");
      assertThat(peer.stream().closed()).isTrue();
      assertThat(peer.stream().reading()).isFalse();
      assertThat(peer.stream().error()).isSameAs(thrown);
    }
  }

  @LoopTest
  @Tag("STR-19")
  void tooMuchLaterFailsTheReadWithItsCauseAndLogsNothing(IOLoop loop, LogRecorder log) {
    try (var peer = ReadPeer.of(loop, TEN)) {
      var pending = peer.stream().readBytes(11);
      peer.dribble("012345678").send("9abc");
      assertThat(failureOf(pending).realError())
          .isInstanceOf(StreamBufferFullException.class)
          .isSameAs(peer.stream().error());
      assertThat(peer.stream().closed()).isTrue();
      assertThat(log.lines()).isEmpty();
      assertThat(now(peer.stream().readUntilClose())).isEqualTo("0123456789");
    }
  }

  @LoopTest
  @Tag("STR-19")
  void whatJustFitsIsRead(IOLoop loop) {
    try (var peer = ReadPeer.of(loop, TEN)) {
      peer.send("0123456789abc");
      assertThat(now(peer.stream().readBytes(10))).isEqualTo("0123456789");
      var pending = peer.stream().readBytes(10);
      peer.dribble("defghij");
      assertThat(text(pending)).isEqualTo("abcdefghij");
    }
  }

  @LoopTest
  @Tag("STR-31")
  void aSearchWithoutMaxBytesIsLimitedByTheBuffer(IOLoop loop) {
    List<Function<IOStream, Future<byte[]>>> searches =
        List.of(stream -> stream.readUntil("\n"), stream -> stream.readUntilRegex("\n"));
    for (var search : searches) {
      try (var late = ReadPeer.of(loop, TEN);
          var early = ReadPeer.of(loop, TEN)) {
        var pending = search.apply(late.stream());
        late.dribble("0123456789");
        assertThat(failureOf(pending).realError()).isInstanceOf(StreamBufferFullException.class);
        assertThat(late.stream().closed()).isTrue();
        early.send("0123456789\n");
        assertThatThrownBy(() -> search.apply(early.stream()))
            .isInstanceOf(StreamBufferFullException.class)
            .hasMessageContaining("needs some more than the 10 bytes buffered");
        assertThat(early.stream().closed()).isTrue();
      }
    }
  }

  @LoopTest
  @Tag("STR-31")
  void aDelimiterThatEndsAtTheLimitIsFound(IOLoop loop) {
    try (var peer = ReadPeer.of(loop, TEN)) {
      peer.send("012345678\n012345678\n012345678\n");
      assertThat(now(peer.stream().readUntil("\n"))).isEqualTo("012345678\n");
      assertThat(now(peer.stream().readUntilRegex("8\n"))).isEqualTo("012345678\n");
      assertThat(now(peer.stream().readUntil("\n", 20))).isEqualTo("012345678\n");
    }
  }

  @LoopTest
  @Tag("STR-31")
  void maxBytesBeyondTheBufferDoNotWidenIt(IOLoop loop) {
    try (var peer = ReadPeer.of(loop, TEN)) {
      var pending = peer.stream().readUntil("\n", 11);
      peer.send("0123456789\n");
      assertThat(failureOf(pending).realError()).isInstanceOf(StreamBufferFullException.class);
    }
  }

  @LoopTest
  @Tag("STR-47")
  void readUntilCloseFailsOverTheLimitAndGivesWhatItHad(IOLoop loop) {
    try (var peer = ReadPeer.of(loop, TEN)) {
      var pending = peer.stream().readUntilClose();
      peer.dribble("012345678").send("9abc");
      var failure = failureOf(pending);
      assertThat(failure.realError())
          .isInstanceOf(StreamBufferFullException.class)
          .isSameAs(peer.stream().error());
      assertThat(failure.partial()).isEqualTo(ReadPeer.utf8("0123456789"));
      assertThat(failure.bytesTransferred()).isEqualTo(10);
    }
  }

  @LoopTest
  @Tag("STR-47")
  void readUntilCloseFailsAlsoWhenTooMuchIsAtHand(IOLoop loop) {
    try (var peer = ReadPeer.of(loop, TEN)) {
      peer.send("0123456789abc").end();
      assertThatThrownBy(() -> peer.stream().readUntilClose())
          .isInstanceOf(StreamBufferFullException.class);
      assertThat(peer.stream().error()).isInstanceOf(StreamBufferFullException.class);
    }
  }

  @LoopTest
  @Tag("STR-47")
  void readUntilCloseByChunksIsNotLimited(IOLoop loop) {
    try (var peer = ReadPeer.of(loop, TEN)) {
      var received = new StringBuilder();
      var pending =
          peer.stream()
              .readUntilClose(chunk -> received.append(new String(chunk, 0, chunk.length)));
      peer.send("0123456789".repeat(10)).end();
      assertThat(pending.await()).isEmpty();
      assertThat(received).hasToString("0123456789".repeat(10));
    }
  }

  @LoopTest
  @Tag("STR-47")
  void whatJustFitsEndsWell(IOLoop loop) {
    try (var early = ReadPeer.of(loop, TEN);
        var late = ReadPeer.of(loop, TEN)) {
      early.send("0123456789").end();
      assertThat(text(early.stream().readUntilClose())).isEqualTo("0123456789");
      var pending = late.stream().readUntilClose();
      late.dribble("0123456789");
      assertThat(pending.isDone()).isFalse();
      late.end();
      assertThat(text(pending)).isEqualTo("0123456789");
    }
  }

  @LoopTest
  @Tag("STR-47")
  void oneByteMoreThanFitsDoesNot(IOLoop loop) {
    try (var peer = ReadPeer.of(loop, TEN)) {
      var pending = peer.stream().readUntilClose();
      peer.dribble("0123456789").send("a").end();
      assertThat(failureOf(pending).realError()).isInstanceOf(StreamBufferFullException.class);
    }
  }
}
