// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static whirlwind.stream.ReadPeer.now;
import static whirlwind.stream.ReadPeer.text;
import static whirlwind.stream.ReadPeer.turns;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

class ReadOneAtATimeTest {

  /** One of each kind. */
  private static final List<Function<IOStream, Future<?>>> READS =
      List.of(
          stream -> stream.readBytes(1),
          stream -> stream.readBytes(0),
          stream -> stream.readBytes(1, _ -> {}),
          stream -> stream.readPartial(1),
          stream -> stream.readUntil("\n"),
          stream -> stream.readUntilRegex("\n"),
          stream -> stream.readInto(ByteBuffer.allocate(1)),
          IOStream::readUntilClose,
          stream -> stream.readUntilClose(_ -> {}));

  @LoopTest
  @Tag("STR-3")
  void aSecondReadFailsAndTheFirstGoesOn(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var first = peer.stream().readBytes(4);
      for (var second : READS) {
        assertThatIllegalStateException()
            .isThrownBy(() -> second.apply(peer.stream()))
            .withMessageContaining("Already reading");
      }
      peer.send("abcdef");
      assertThat(text(first)).isEqualTo("abcd");
      assertThat(text(peer.stream().readBytes(2))).isEqualTo("ef");
    }
  }

  @LoopTest
  @Tag("STR-3")
  void aSecondReadFailsWhileChunksCome(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var first = peer.stream().readBytes(4, _ -> {});
      for (var second : READS) {
        assertThatIllegalStateException()
            .isThrownBy(() -> second.apply(peer.stream()))
            .withMessageContaining("Already reading");
      }
      peer.send("abcdef");
      assertThat(first.await()).isEmpty();
      assertThat(text(peer.stream().readBytes(2))).isEqualTo("ef");
    }
  }

  @LoopTest
  @Tag("STR-4")
  void afterCloseAReadSaysClosed(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var pending = peer.stream().readBytes(1);
      peer.stream().close();
      assertThatThrownBy(() -> peer.stream().readBytes(1))
          .isInstanceOf(StreamClosedException.class);
      assertThatThrownBy(pending::await).isInstanceOf(StreamClosedException.class);
    }
  }

  @LoopTest
  @Tag("STR-4")
  void afterCloseAReadSaysClosedAlsoWhileChunksAreConsumed(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var goOn = new Promise<String>();
      var chunked = peer.stream().readBytes(4, _ -> goOn.await());
      peer.send("abcd");
      turns();
      peer.stream().close();
      assertThat(peer.stream().reading()).isTrue();
      assertThatThrownBy(() -> peer.stream().readBytes(1))
          .isInstanceOf(StreamClosedException.class);
      goOn.setResult("go on");
      assertThat(chunked.await()).isEmpty();
    }
  }

  @LoopTest
  @Tag("STR-8")
  void readingIsTrueExactlyWhileAReadIsPending(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      assertThat(peer.stream().reading()).isFalse();
      var pending = peer.stream().readBytes(2);
      assertThat(peer.stream().reading()).isTrue();
      peer.send("a");
      turns();
      assertThat(peer.stream().reading()).isTrue();
      peer.send("b");
      while (!pending.isDone()) {
        assertThat(peer.stream().reading()).isTrue();
        Futures.moment().await();
      }
      assertThat(peer.stream().reading()).isFalse();
      assertThat(now(pending)).isEqualTo("ab");
    }
  }

  @LoopTest
  @Tag("STR-8")
  void readingIsFalseAlreadyInTheCallbackOfTheRead(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var seen = new Promise<Boolean>();
      var target = ByteBuffer.allocate(3);
      peer.stream().readInto(target).onComplete(_ -> seen.setResult(peer.stream().reading()));
      assertThat(peer.stream().reading()).isTrue();
      peer.send("abc");
      assertThat(seen.await()).isFalse();
    }
  }

  @LoopTest
  @Tag("STR-8")
  void aReadThatIsDoneAtOnceIsNeverPending(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send("abc");
      assertThat(peer.stream().readBytes(3).isDone()).isTrue();
      assertThat(peer.stream().reading()).isFalse();
    }
  }

  @LoopTest
  @Tag("STR-8")
  void readingEndsWhenTheReadFails(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var pending = peer.stream().readBytes(1);
      peer.end();
      assertThatThrownBy(pending::await).isInstanceOf(StreamClosedException.class);
      assertThat(peer.stream().reading()).isFalse();
    }
  }
}
