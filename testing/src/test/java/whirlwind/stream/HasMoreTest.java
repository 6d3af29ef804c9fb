// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static whirlwind.stream.ReadPeer.failureOf;
import static whirlwind.stream.ReadPeer.now;
import static whirlwind.stream.ReadPeer.text;
import static whirlwind.stream.ReadPeer.turns;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

/** Whether there is more to read, or the end. */
class HasMoreTest {

  private static List<String> lines(IOStream stream) {
    var lines = new ArrayList<String>();
    while (stream.hasMore().await()) {
      lines.add(new String(stream.readUntil("\n").await(), UTF_8).strip());
    }
    return lines;
  }

  @LoopTest
  void messagesAreReadUntilThereAreNoMore(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var lines = loop.spawn(() -> lines(peer.stream()));
      peer.dribble("one\ntwo\n").send("three\nfour\n").end();
      assertThat(lines.await()).containsExactly("one", "two", "three", "four");
      assertThat(peer.stream().error()).isNull();
    }
  }

  @LoopTest
  void anEndWithinAMessageIsAnError(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var lines = loop.spawn(() -> lines(peer.stream()));
      peer.send("one\ntw").end();
      assertThat(failureOf(lines).realError()).isNull();
      assertThat(now(peer.stream().readUntilClose())).isEqualTo("tw");
    }
  }

  @LoopTest
  void aConnectionThatBreaksBetweenMessagesIsAnError(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var lines = loop.spawn(() -> lines(peer.stream()));
      peer.send("one\n").far().reset();
      assertThat(failureOf(lines).realError())
          .isInstanceOf(IOException.class)
          .isSameAs(peer.stream().error());
    }
  }

  @LoopTest
  void itTakesNothing(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var more = peer.stream().hasMore();
      turns();
      assertThat(more.isDone()).isFalse();
      peer.send("abc");
      assertThat(more.await()).isTrue();
      assertThat(peer.stream().hasMore().result()).isTrue();
      assertThat(now(peer.stream().readBytes(3))).isEqualTo("abc");
    }
  }

  @LoopTest
  void whatWasReceivedBeforeTheConnectionBrokeComesFirst(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send("abc");
      peer.stream().readBytes(1).await();
      peer.stream().close(new IOException("planned"));
      assertThat(peer.stream().hasMore().result()).isTrue();
      assertThat(now(peer.stream().readBytes(2))).isEqualTo("bc");
      assertThat(catchThrowableOfType(StreamClosedException.class, peer.stream()::hasMore))
          .hasCauseInstanceOf(IOException.class);
    }
  }

  @LoopTest
  void afterAPlainCloseThereIsNoMore(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var more = peer.stream().hasMore();
      turns();
      peer.stream().close();
      assertThat(more.await()).isFalse();
      assertThat(peer.stream().hasMore().result()).isFalse();
    }
  }

  @LoopTest
  void withHalfCloseTheEndLeavesTheStreamOpen(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.stream().setAllowHalfClose(true);
      peer.send("one\n").end();
      assertThat(lines(peer.stream())).containsExactly("one");
      assertThat(peer.stream().hasMore().result()).isFalse();
      assertThat(peer.stream().closed()).isFalse();
    }
  }

  @LoopTest
  void itGivesUpAfterItsTime(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      assertThatThrownBy(peer.stream().hasMore(Duration.ofMinutes(1))::await)
          .isInstanceOf(TimeoutException.class)
          .hasMessageStartingWith("hasMore() on ")
          .hasMessageContaining("was not done within 60 s");
      peer.send("abc");
      assertThat(text(peer.stream().readBytes(3))).isEqualTo("abc");
    }
  }

  @LoopTest
  @Tag("STR-12")
  void givenUpItLeavesTheNextReadAlone(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var more = peer.stream().hasMore();
      turns();
      assertThat(more.cancel()).isTrue();
      var next = peer.stream().readBytes(3);
      peer.send("abc");
      assertThat(text(next)).isEqualTo("abc");
    }
  }
}
