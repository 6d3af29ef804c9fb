// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static whirlwind.stream.ReadPeer.failureOf;
import static whirlwind.stream.ReadPeer.now;
import static whirlwind.stream.ReadPeer.text;
import static whirlwind.stream.ReadPeer.turns;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

class ReadRegexTest {

  @LoopTest
  @Tag("STR-34")
  void anOpenEndedExpressionTakesWhatHasArrived(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var pending = peer.stream().readUntilRegex("a+");
      peer.send("a");
      turns();
      peer.send("aa");
      assertThat(text(pending)).isEqualTo("a");
      assertThat(text(peer.stream().readUntilRegex("a+"))).isEqualTo("aa");
    }
  }

  @LoopTest
  @Tag("STR-34")
  void allThatIsAtHandHasArrived(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send("aaa");
      assertThat(now(peer.stream().readUntilRegex("a+"))).isEqualTo("aaa");
    }
  }

  @LoopTest
  @Tag("STR-33")
  void anExpressionThatMatchesNothingWaitsForTheFirstByte(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var pending = peer.stream().readUntilRegex("x*");
      turns();
      assertThat(pending.isDone()).isFalse();
      peer.send("abc");
      assertThat(text(pending)).isEmpty();
      assertThat(now(peer.stream().readUntilRegex("x*"))).isEmpty();
      assertThat(now(peer.stream().readBytes(3))).isEqualTo("abc");
    }
  }

  @LoopTest
  @Tag("STR-33")
  void anExpressionThatMatchesNothingFailsAtAnEndWithoutBytes(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var pending = peer.stream().readUntilRegex("x*");
      peer.end();
      assertThat(failureOf(pending).realError()).isNull();
    }
  }

  @LoopTest
  @Tag("STR-25")
  void bytesLookLikeCharactersOfLatin1(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send(new byte[] {1, (byte) 0xe9, (byte) 0xff, 2});
      assertThat(peer.stream().readUntilRegex("\u00e9[\u00f0-\u00ff]").await())
          .isEqualTo(new byte[] {1, (byte) 0xe9, (byte) 0xff});
    }
  }

  @LoopTest
  @Tag("STR-25")
  void aPatternKeepsItsFlags(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var pattern = Pattern.compile("end", Pattern.CASE_INSENSITIVE);
      peer.send("the END or the end");
      assertThat(now(peer.stream().readUntilRegex(pattern))).isEqualTo("the END");
      assertThat(now(peer.stream().readUntilRegex(pattern, 11))).isEqualTo(" or the end");
    }
  }

  @LoopTest
  void anExpressionThatExhaustsTheStackEndsTheStreamAndTheWait(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var pending = peer.stream().readUntilRegex("(x|y)*z");
      while (!pending.isDone()) {
        peer.send("x".repeat(1000));
        turns();
      }
      assertThat(failureOf(pending)).hasCauseInstanceOf(StackOverflowError.class);
      assertThat(peer.stream().closed()).isTrue();
    }
  }
}
