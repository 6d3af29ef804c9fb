// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import whirlwind.future.Future;
import whirlwind.io.Interest;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

class CloseTest {

  @LoopTest
  @Tag("STR-66")
  void isTrueAtOnceAndAgainHarmless(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 100)) {
      assertThat(pair.stream().closed()).isFalse();
      pair.stream().close();
      assertThat(pair.stream().closed()).isTrue();
      assertThat(pair.near().closed()).isTrue();
      assertThat(pair.stream().error()).isNull();

      pair.stream().close();
      pair.stream().close(new IllegalArgumentException("too late"));
      assertThat(pair.stream().error()).isNull();
    }
  }

  @LoopTest
  @Tag("STR-66")
  @Tag("STR-67")
  void theFirstCauseStays(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 100)) {
      var cause = new IllegalArgumentException("the cause");
      pair.stream().close(cause);
      pair.stream().close(new IllegalArgumentException("another"));
      pair.stream().close();

      assertThat(pair.stream().error()).isSameAs(cause);
      assertThatExceptionOfType(StreamClosedException.class)
          .isThrownBy(() -> pair.stream().readBytes(1))
          .satisfies(closed -> assertThat(closed.realError()).isSameAs(cause));
    }
  }

  @LoopTest
  @Tag("STR-67")
  @Tag("STR-70")
  void failsAllThatIsOutstandingWithItsCause(IOLoop loop) {
    for (var cause : new Throwable[] {null, new IllegalArgumentException("the cause")}) {
      try (var pair = ConnectedPair.of(loop, 4)) {
        var outstanding = new ArrayList<Future<?>>();
        outstanding.add(pair.stream().readBytes(1));
        outstanding.add(pair.stream().write("12345"));
        outstanding.add(pair.stream().write("6"));
        outstanding.add(pair.stream().write(""));
        pair.stream().close(cause);

        assertThat(outstanding)
            .allSatisfy(
                future ->
                    assertThat(future.exception())
                        .isInstanceOfSatisfying(
                            StreamClosedException.class,
                            closed -> assertThat(closed.realError()).isSameAs(cause)));
        assertThat(pair.stream().reading()).isFalse();
      }
    }
  }

  @LoopTest
  @Tag("STR-68")
  void discardsWhatIsNotSent(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 4)) {
      var sent = pair.stream().write("1234");
      var unsent = pair.stream().write("56");
      pair.stream().close();

      assertThat(pair.stream().writing()).isFalse();
      assertThat(sent.exception()).isNull();
      assertThat(unsent.exception()).isInstanceOf(StreamClosedException.class);
      assertThat(pair.takeAll()).isEqualTo("1234");
    }
  }

  @LoopTest
  @Tag("STR-69")
  void aReadThatTheBufferSatisfiesSucceeds(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 10_000)) {
      pair.send("line\n".repeat(1000));
      Future<byte[]> read;
      do { // until one has to let others go first, its bytes being there
        read = pair.stream().readUntil("\n");
      } while (read.isDone());
      pair.stream().close(new IllegalArgumentException("the cause"));

      assertThat(read.result()).asString(ISO_8859_1).isEqualTo("line\n");
    }
  }

  @LoopTest
  @Tag("STR-69")
  @Tag("STR-75")
  void aReadThatItDoesNotSatisfyIsToldOnceAndLosesNothing(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 100)) {
      pair.send("abcd");
      var read = pair.stream().readUntil("\n");
      var told = new ArrayList<Object>();
      read.onComplete(told::add);
      ConnectedPair.settle();
      pair.stream().close();
      pair.stream().close();
      ConnectedPair.settle();

      assertThat(told).hasSize(1);
      assertThat(read.exception()).isInstanceOf(StreamClosedException.class);
      assertThat(pair.stream().readBytes(4).result()).asString(ISO_8859_1).isEqualTo("abcd");
    }
  }

  @LoopTest
  @Tag("STR-71")
  void aClosedStreamCanBeReadWhileItsBytesLast(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 100)) {
      var cause = new IllegalArgumentException("the cause");
      pair.send("ab\ncdef");
      pair.stream().readBytes(1).await();
      pair.stream().close(cause);
      var stream = pair.stream();

      assertThat(stream.readUntil("\n").result()).asString(ISO_8859_1).isEqualTo("b\n");
      assertThatExceptionOfType(StreamClosedException.class)
          .isThrownBy(() -> stream.readUntil("\n"))
          .satisfies(closed -> assertThat(closed.realError()).isSameAs(cause));
      assertThatExceptionOfType(StreamClosedException.class).isThrownBy(() -> stream.readBytes(5));
      assertThat(stream.reading()).isFalse();
      assertThat(stream.readBytes(3).result()).asString(ISO_8859_1).isEqualTo("cde");
      assertThat(stream.readUntilClose().result()).asString(ISO_8859_1).isEqualTo("f");
      assertThat(stream.readUntilClose().result()).isEmpty();
    }
  }

  @LoopTest
  @Tag("STR-78")
  void eventsForAClosedStreamAreIgnored(IOLoop loop) {
    var transport = new WriteScript();
    var stream = new IOStream(loop, transport, StreamLimits.defaults());
    transport.room(0);
    var write = stream.write("x");
    stream.close();
    transport.room(10);

    assertThatNoException()
        .isThrownBy(() -> transport.ready(Interest.READ | Interest.WRITE | Interest.ERROR));
    assertThat(transport.taken()).isZero();
    assertThat(write.exception()).isInstanceOf(StreamClosedException.class);
    assertThat(stream.error()).isNull();
  }

  @LoopTest
  void aStreamThatNeverConnectedCloses(IOLoop loop) {
    var stream = new IOStream();
    var closed = stream.whenClosed();
    stream.close();

    closed.await();
    assertThat(stream.closed()).isTrue();
    assertThatExceptionOfType(StreamClosedException.class).isThrownBy(() -> stream.readBytes(1));
    assertThatExceptionOfType(StreamClosedException.class).isThrownBy(stream::shutdownOutput);
  }

  @LoopTest
  void addressesAreGoneAndTheTextSaysClosed(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 100)) {
      pair.stream().close();
      assertThat(pair.stream().localAddress()).isNull();
      assertThat(pair.stream().remoteAddress()).isNull();
      assertThat(pair.stream()).hasToString("IOStream[closed]");
      assertThat(List.of(pair.stream().reading(), pair.stream().writing())).containsOnly(false);
    }
  }
}
