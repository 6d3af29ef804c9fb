// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static whirlwind.stream.ReadPeer.failureOf;
import static whirlwind.stream.ReadPeer.now;
import static whirlwind.stream.ReadPeer.text;
import static whirlwind.stream.ReadPeer.turns;

import org.junit.jupiter.api.Tag;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

class ReadBytesTest {

  @LoopTest
  @Tag("STR-15")
  void givesExactlyTheCount(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var pending = peer.stream().readBytes(5);
      peer.dribble("abcd");
      assertThat(pending.isDone()).isFalse();
      peer.send("efgh");
      assertThat(text(pending)).isEqualTo("abcde");
      assertThat(now(peer.stream().readBytes(3))).isEqualTo("fgh");
    }
  }

  @LoopTest
  @Tag("STR-15")
  void givesExactlyTheCountOfWhatIsMuchMoreThanAChunk(IOLoop loop) {
    try (var peer = ReadPeer.of(loop, StreamLimits.defaults().withReadChunkSize(7))) {
      peer.send("0123456789".repeat(1000));
      assertThat(text(peer.stream().readBytes(9_999))).hasSize(9_999).endsWith("78");
      assertThat(text(peer.stream().readBytes(1))).isEqualTo("9");
    }
  }

  @LoopTest
  @Tag("STR-16")
  void zeroBytesAreAlwaysThere(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      assertThat(now(peer.stream().readBytes(0))).isEmpty();
      assertThat(now(peer.stream().readPartial(0))).isEmpty();
      assertThat(peer.near().statistics().reads()).isZero();
      peer.send("abc");
      assertThat(now(peer.stream().readBytes(0))).isEmpty();
      assertThat(now(peer.stream().readBytes(1))).isEqualTo("a");
      assertThat(now(peer.stream().readBytes(0))).isEmpty();
      assertThat(now(peer.stream().readBytes(2))).isEqualTo("bc");
      peer.stream().close();
      assertThat(now(peer.stream().readBytes(0))).isEmpty();
      assertThat(now(peer.stream().readPartial(0))).isEmpty();
    }
  }

  @LoopTest
  @Tag("STR-20")
  void afterAnEarlyEndTheShortDataStaysReadable(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var pending = peer.stream().readBytes(10);
      peer.send("abcdef").end();
      assertThat(failureOf(pending).bytesTransferred()).isZero();
      assertThat(peer.stream().closed()).isTrue();
      assertThatThrownBy(() -> peer.stream().readBytes(7))
          .isInstanceOf(StreamClosedException.class);
      assertThat(now(peer.stream().readBytes(2))).isEqualTo("ab");
      assertThat(now(peer.stream().readUntil("c"))).isEqualTo("c");
      assertThat(now(peer.stream().readUntilClose())).isEqualTo("def");
    }
  }

  @LoopTest
  @Tag("STR-20")
  void theEndIsFoundAlsoWhenItIsThereAlready(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send("abc").end();
      turns();
      assertThat(failureOf(peer.stream().readBytes(4)).realError()).isNull();
      assertThat(now(peer.stream().readUntilClose())).isEqualTo("abc");
    }
  }
}
