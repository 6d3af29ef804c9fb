// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static whirlwind.stream.ReadPeer.failureOf;
import static whirlwind.stream.ReadPeer.now;
import static whirlwind.stream.ReadPeer.text;
import static whirlwind.stream.ReadPeer.turns;

import org.junit.jupiter.api.Tag;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

class ReadPartialTest {

  @LoopTest
  @Tag("STR-18")
  void oneByteIsEnough(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var pending = peer.stream().readPartial(50);
      turns();
      assertThat(pending.isDone()).isFalse();
      peer.send("a");
      assertThat(text(pending)).isEqualTo("a");
    }
  }

  @LoopTest
  @Tag("STR-18")
  void neverMoreThanAskedFor(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var pending = peer.stream().readPartial(3);
      peer.send("abcdefgh");
      assertThat(text(pending)).isEqualTo("abc");
      assertThat(now(peer.stream().readPartial(4))).isEqualTo("defg");
      assertThat(now(peer.stream().readPartial(4))).isEqualTo("h");
    }
  }

  @LoopTest
  @Tag("STR-18")
  void whatIsBufferedIsEnoughWhateverElseMayCome(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send("abc");
      assertThat(now(peer.stream().readBytes(1))).isEqualTo("a");
      peer.send("def");
      assertThat(now(peer.stream().readPartial(100))).isEqualTo("bc");
    }
  }

  @LoopTest
  @Tag("STR-18")
  void anEndIsNoEmptyResult(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var pending = peer.stream().readPartial(50);
      peer.end();
      assertThat(failureOf(pending).realError()).isNull();
    }
  }
}
