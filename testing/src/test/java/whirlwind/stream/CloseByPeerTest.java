// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import whirlwind.future.Futures;
import whirlwind.io.Interest;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;

/** A line of the log that is not expected fails these tests, so that silence needs no assertion. */
class CloseByPeerTest {

  private final List<String> events = new ArrayList<>();

  @LoopTest
  @Tag("STR-62")
  void anIdleStreamDoesNotNoticeUntilItReads(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 100)) {
      pair.far().close();
      ConnectedPair.settle();
      assertThat(pair.stream().closed()).isFalse();

      var read = pair.stream().readBytes(1);
      ConnectedPair.settle();
      assertThat(read.exception()).isInstanceOf(StreamClosedException.class);
      assertThat(pair.stream().closed()).isTrue();
      assertThat(pair.stream().error()).isNull();
    }
  }

  @LoopTest
  @Tag("STR-62")
  void anIdleStreamWithACallbackNotices(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 100)) {
      pair.stream().setCloseCallback(() -> events.add("closed"));
      ConnectedPair.settle();
      pair.far().close();
      ConnectedPair.settle();
      assertThat(events).containsExactly("closed");
    }
  }

  @LoopTest
  @Tag("STR-62")
  void anIdleStreamThatIsWaitedForNotices(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 100)) {
      loop.spawn(
          () -> {
            Futures.moment().await();
            pair.far().close();
            return null;
          });
      pair.stream().whenClosed().await();
      assertThat(pair.stream().closed()).isTrue();
    }
  }

  @LoopTest
  @Tag("STR-62")
  void unreadBytesHideTheEndUntilTheyAreDrained(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 100)) {
      pair.stream().setCloseCallback(() -> events.add("closed"));
      pair.send("hello");
      ConnectedPair.settle();
      pair.far().close();
      ConnectedPair.settle();
      assertThat(pair.stream().closed()).isFalse();

      assertThat(pair.stream().readBytes(4).await()).asString(ISO_8859_1).isEqualTo("hell");
      ConnectedPair.settle();
      assertThat(events).isEmpty();

      assertThat(pair.stream().readBytes(1).await()).asString(ISO_8859_1).isEqualTo("o");
      ConnectedPair.settle();
      assertThat(events).containsExactly("closed");
    }
  }

  @LoopTest
  @Tag("STR-63")
  void idleListeningTakesOneChunkAtMost(IOLoop loop) {
    var limits = StreamLimits.defaults().withReadChunkSize(10);
    try (var pair = ConnectedPair.of(loop, 1000, limits)) {
      pair.stream().setCloseCallback(() -> events.add("closed"));
      pair.send("x".repeat(1000));
      ConnectedPair.settle();
      assertThat(pair.near().statistics().bytesRead()).isEqualTo(10);
      assertThat(pair.near().interest()).as("wanted").isEqualTo(Interest.NONE);

      assertThat(pair.stream().readBytes(1000).await()).hasSize(1000);
    }
  }

  @LoopTest
  @Tag("STR-64")
  void bytesBeforeTheEndComeFirst(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 100)) {
      pair.stream().setCloseCallback(() -> events.add("closed"));
      pair.stream().readUntil("\n").onComplete(_ -> events.add("read"));
      pair.send("one\ntwo\nthree");
      pair.far().close();
      ConnectedPair.settle();
      assertThat(events).startsWith("read");

      assertThat(pair.stream().readUntil("\n").await()).asString(ISO_8859_1).isEqualTo("two\n");
      assertThat(pair.stream().readUntilClose().await()).asString(ISO_8859_1).isEqualTo("three");
      ConnectedPair.settle();
      assertThat(events).containsExactly("read", "closed");
    }
  }

  @LoopTest
  @Tag("STR-64")
  void bytesBeforeAResetComeFirst(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 100)) {
      var first = pair.stream().readUntil("\n");
      pair.send("one\ntwo\n");
      pair.far().reset();

      assertThat(first.await()).asString(ISO_8859_1).isEqualTo("one\n");
      assertThat(pair.stream().readUntil("\n").await()).asString(ISO_8859_1).isEqualTo("two\n");
      var none = pair.stream().readUntil("\n");
      ConnectedPair.settle();
      assertThat(none.exception()).isInstanceOf(StreamClosedException.class);
      assertThat(pair.stream().error()).isInstanceOf(SocketException.class);
    }
  }

  @LoopTest
  @Tag("STR-77")
  void aResetClosesSilently(IOLoop loop) {
    for (var reset :
        List.of(
            new SocketException("Connection reset"),
            new IOException("Broken pipe"),
            new IOException("Connection timed out"))) {
      try (var pair = ConnectedPair.of(loop, 100)) {
        var read = pair.stream().readBytes(1);
        pair.near().failNextRead(reset);

        assertThatExceptionOfType(StreamClosedException.class)
            .isThrownBy(read::await)
            .satisfies(closed -> assertThat(closed.realError()).isSameAs(reset));
        assertThat(pair.stream().error()).isSameAs(reset);
      }
    }
  }

  @LoopTest
  @Tag("STR-77")
  void anotherFailureOfAReadThatWaitsIsLoggedOnce(IOLoop loop, LogRecorder log) {
    try (var pair = ConnectedPair.of(loop, 100)) {
      var failure = new IOException("the cable burns");
      var read = pair.stream().readBytes(1);
      ConnectedPair.settle();
      pair.near().failNextRead(failure);

      assertThatExceptionOfType(StreamClosedException.class).isThrownBy(read::await);
      ConnectedPair.settle();
      assertThat(pair.stream().error()).isSameAs(failure);
      assertThat(log.expect(Level.WARNING, "error on .*IOStream").thrown()).isSameAs(failure);
    }
  }

  @LoopTest
  @Tag("STR-77")
  void anotherFailureWhileNobodyReadsIsLoggedOnce(IOLoop loop, LogRecorder log) {
    try (var pair = ConnectedPair.of(loop, 100)) {
      var failure = new IOException("the cable burns");
      pair.stream().setCloseCallback(() -> events.add("closed"));
      pair.near().failNextRead(failure);
      ConnectedPair.settle();

      assertThat(events).containsExactly("closed");
      assertThat(log.expect(Level.WARNING, "error on .*IOStream").thrown()).isSameAs(failure);
    }
  }

  @LoopTest
  @Tag("STR-77")
  void anotherFailureAtTheCallIsTheCallersAlone(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 100)) {
      var failure = new IOException("the cable burns");
      pair.near().failNextRead(failure);

      assertThatExceptionOfType(StreamClosedException.class)
          .isThrownBy(() -> pair.stream().readBytes(1).await())
          .satisfies(closed -> assertThat(closed.realError()).isSameAs(failure));
      assertThat(pair.stream().error()).isSameAs(failure);
      ConnectedPair.settle();
    }
  }

  @LoopTest
  @Tag("STR-78")
  void anErrorEventComesAfterTheDataOfTheSameEvent(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 100)) {
      pair.stream().setCloseCallback(() -> events.add("closed"));
      pair.stream().readBytes(3).onComplete(read -> events.add(read.getClass().getSimpleName()));
      pair.send("abc");
      pair.far().reset(); // data and error are one event
      ConnectedPair.settle();

      assertThat(events).containsExactly("Success", "closed");
      assertThat(pair.stream().error())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
    }
  }
}
