// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import whirlwind.future.Futures;
import whirlwind.future.Outcome;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;

class CloseCallbackTest {

  private final List<String> events = new ArrayList<>();

  @LoopTest
  @Tag("STR-72")
  void runsOnceAndLaterWithTheSocketClosed(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 100)) {
      pair.stream()
          .setCloseCallback(() -> events.add("closed, socket too: " + pair.near().closed()));
      pair.stream().close();
      assertThat(events).as("inside the call").isEmpty();

      pair.stream().close();
      ConnectedPair.settle();
      assertThat(events).containsExactly("closed, socket too: true");
    }
  }

  @LoopTest
  @Tag("STR-72")
  void runsAfterWhatWasPending(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 4)) {
      pair.stream().setCloseCallback(() -> events.add("closed"));
      pair.stream().readBytes(1).onComplete(_ -> events.add("read"));
      pair.stream().write("12345").onComplete(_ -> events.add("write"));
      pair.stream().close();
      ConnectedPair.settle();

      assertThat(events).containsExactlyInAnyOrder("read", "write", "closed").endsWith("closed");
    }
  }

  @LoopTest
  @Tag("STR-73")
  void aNewOneReplacesAndNullRemoves(IOLoop loop) {
    try (var replaced = ConnectedPair.of(loop, 4);
        var removed = ConnectedPair.of(loop, 4)) {
      replaced.stream().setCloseCallback(() -> events.add("old"));
      replaced.stream().setCloseCallback(() -> events.add("new"));
      replaced.stream().close();
      removed.stream().setCloseCallback(() -> events.add("removed"));
      removed.stream().setCloseCallback(null);
      removed.stream().close();
      ConnectedPair.settle();

      assertThat(events).containsExactly("new");
    }
  }

  @LoopTest
  @Tag("STR-73")
  void oneThatWasQueuedCanStillBeReplacedOrRemoved(IOLoop loop) {
    try (var replaced = ConnectedPair.of(loop, 4);
        var removed = ConnectedPair.of(loop, 4)) {
      replaced.stream().setCloseCallback(() -> events.add("old"));
      replaced.stream().close();
      replaced.stream().setCloseCallback(() -> events.add("new"));
      removed.stream().setCloseCallback(() -> events.add("removed"));
      removed.stream().close();
      removed.stream().setCloseCallback(null);
      ConnectedPair.settle();

      assertThat(events).containsExactly("new");
    }
  }

  @LoopTest
  @Tag("STR-73")
  void oneThatIsSetAfterTheCloseRuns(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 4)) {
      pair.stream().close();
      ConnectedPair.settle();
      Runnable callback = () -> events.add("closed");
      pair.stream().setCloseCallback(callback);
      pair.stream().setCloseCallback(callback);
      assertThat(events).as("inside the call").isEmpty();
      ConnectedPair.settle();
      assertThat(events).containsExactly("closed");

      pair.stream().whenClosed().await();
    }
  }

  @LoopTest
  @Tag("STR-74")
  void waitsForAChainOfBufferedReads(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 100)) {
      pair.stream().setCloseCallback(() -> events.add("closed"));
      readLines(pair.stream());
      pair.send("1\n2\n3\n4\n5\n");
      pair.far().close();
      ConnectedPair.settle();

      assertThat(events).containsExactly("1\n", "2\n", "3\n", "4\n", "5\n", "closed");
    }
  }

  private void readLines(IOStream stream) {
    stream
        .readUntil("\n")
        .onComplete(
            line -> {
              if (line instanceof Outcome.Success<byte[]>(var bytes)) {
                events.add(new String(bytes, ISO_8859_1));
                readLinesUnlessClosed(stream);
              }
            });
  }

  private void readLinesUnlessClosed(IOStream stream) {
    try {
      readLines(stream);
    } catch (StreamClosedException _) {
      // that was the last one
    }
  }

  @LoopTest
  @Tag("STR-74")
  void waitsForACoroutineThatReadsOn(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 100)) {
      pair.stream().setCloseCallback(() -> events.add("closed"));
      var reader =
          loop.spawn(
              () -> {
                for (int i = 0; i < 5; i++) {
                  events.add(new String(pair.stream().readUntil("\n").await(), ISO_8859_1));
                }
                return null;
              });
      Futures.moment().await();
      pair.send("1\n2\n3\n4\n5\n");
      pair.far().close();
      reader.await();
      ConnectedPair.settle();

      assertThat(events).startsWith("1\n", "2\n", "3\n", "4\n", "5\n");
    }
  }

  @LoopTest
  @Tag("STR-74")
  void waitsForChunksThatTheirConsumerHasNotSeen(IOLoop loop) {
    var limits = StreamLimits.defaults().withReadChunkSize(2);
    try (var pair = ConnectedPair.of(loop, 100, limits)) {
      pair.stream().setCloseCallback(() -> events.add("closed"));
      pair.send("aabbcc");
      pair.stream().readBytes(7).cancel(); // all six are in the stream now
      var read =
          pair.stream()
              .readUntilClose(
                  chunk -> {
                    ConnectedPair.settle(); // a consumer may await
                    events.add(new String(chunk, ISO_8859_1));
                  });
      Futures.moment().await();
      pair.stream().close();
      read.await();
      ConnectedPair.settle();

      assertThat(events).containsExactly("aa", "bb", "cc", "closed");
    }
  }

  @LoopTest
  @Tag("STR-74")
  void isNotHeldBackByAReadThatCanNeverBeSatisfied(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 100)) {
      pair.stream().setCloseCallback(() -> events.add("closed"));
      var read = pair.stream().readBytes(9);
      pair.send("1234");
      pair.far().close();
      ConnectedPair.settle();

      assertThat(events).containsExactly("closed");
      assertThat(read.exception()).isInstanceOf(StreamClosedException.class);
    }
  }

  @LoopTest
  @Tag("STR-76")
  void runsWhenAChunkConsumerFails(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 100)) {
      var failure = new IllegalArgumentException("cannot digest");
      pair.stream().setCloseCallback(() -> events.add("closed"));
      var read =
          pair.stream()
              .readBytes(
                  10,
                  _ -> {
                    throw failure;
                  });
      pair.send("1234");

      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(read::await)
          .isSameAs(failure);
      ConnectedPair.settle();
      assertThat(pair.stream().error()).isSameAs(failure);
      assertThat(events).containsExactly("closed");
    }
  }

  @LoopTest
  @Tag("STR-76")
  void oneThatThrowsIsLogged(IOLoop loop, LogRecorder log) {
    try (var pair = ConnectedPair.of(loop, 100)) {
      var failure = new IllegalArgumentException("not today");
      pair.stream()
          .setCloseCallback(
              () -> {
                throw failure;
              });
      pair.stream().close();
      ConnectedPair.settle();

      assertThat(log.expect(Level.ERROR, "callback").thrown()).isSameAs(failure);
      assertThat(pair.stream().error()).isNull();
    }
  }
}
