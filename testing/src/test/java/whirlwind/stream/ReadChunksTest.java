// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static whirlwind.stream.ReadPeer.failureOf;
import static whirlwind.stream.ReadPeer.now;
import static whirlwind.stream.ReadPeer.text;
import static whirlwind.stream.ReadPeer.turns;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import whirlwind.future.CancelledException;
import whirlwind.future.Promise;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

/** Reads that give their bytes to a consumer as they come. */
class ReadChunksTest {
  private final List<String> chunks = new ArrayList<>();

  private void add(byte[] chunk) {
    chunks.add(new String(chunk, UTF_8));
  }

  @LoopTest
  @Tag("STR-21")
  @Tag("STR-22")
  void chunksComeInOrderAndTheRestStays(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var pending = peer.stream().readBytes(6, this::add);
      peer.send("1234");
      turns();
      assertThat(chunks).containsExactly("1234");
      assertThat(pending.isDone()).isFalse();
      peer.send("5678");
      assertThat(pending.await()).isEmpty();
      assertThat(chunks).containsExactly("1234", "56");
      assertThat(now(peer.stream().readBytes(2))).isEqualTo("78");
    }
  }

  @LoopTest
  @Tag("STR-21")
  void aChunkIsNoLongerThanTheLimitsSay(IOLoop loop) {
    try (var peer = ReadPeer.of(loop, StreamLimits.defaults().withReadChunkSize(3))) {
      peer.send("12345678");
      assertThat(peer.stream().readBytes(8, this::add).await()).isEmpty();
      assertThat(chunks).containsExactly("123", "456", "78");
    }
  }

  @LoopTest
  @Tag("STR-21")
  void theWholeMayBeMoreThanTheBufferHolds(IOLoop loop) {
    try (var peer = ReadPeer.of(loop, ReadPeer.most(10))) {
      peer.send("0123456789".repeat(10));
      assertThat(peer.stream().readBytes(100, this::add).await()).isEmpty();
      assertThat(String.join("", chunks)).isEqualTo("0123456789".repeat(10));
    }
  }

  @LoopTest
  @Tag("STR-22")
  void theLastChunkIsConsumedBeforeTheReadIsDone(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var goOn = new Promise<String>();
      var pending = peer.stream().readBytes(3, _ -> goOn.await());
      peer.send("abc");
      turns();
      assertThat(pending.isDone()).isFalse();
      goOn.setResult("go on");
      assertThat(pending.await()).isEmpty();
    }
  }

  @LoopTest
  @Tag("STR-22")
  void noBytesAreNoChunks(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      assertThat(peer.stream().readBytes(0, this::add).await()).isEmpty();
      assertThat(chunks).isEmpty();
      assertThat(peer.near().statistics().reads()).isZero();
    }
  }

  @LoopTest
  @Tag("STR-24")
  void bufferedBytesReachTheConsumerWithoutNewOnes(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send("!abc");
      peer.stream().readBytes(1).await();
      var pending = peer.stream().readBytes(10, this::add);
      assertThat(chunks).as("within the call").isEmpty();
      turns();
      assertThat(chunks).containsExactly("abc");
      assertThat(pending.isDone()).isFalse();
      peer.send("defghij");
      assertThat(pending.await()).isEmpty();
      assertThat(chunks).containsExactly("abc", "defghij");
    }
  }

  @LoopTest
  void anEndTooSoonFailsTheReadAfterTheLastChunk(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var pending = peer.stream().readBytes(6, this::add);
      peer.send("1234").end();
      assertThat(failureOf(pending).realError()).isNull();
      assertThat(chunks).containsExactly("1234");
    }
  }

  @LoopTest
  @Tag("STR-48")
  void untilCloseEveryByteGoesThroughTheConsumer(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send("!ab");
      peer.stream().readBytes(1).await();
      var pending = peer.stream().readUntilClose(this::add);
      peer.dribble("cd").send("e").end();
      assertThat(pending.await()).isEmpty();
      assertThat(String.join("", chunks)).isEqualTo("abcde");
      assertThat(chunks).hasSizeGreaterThan(1);
      assertThat(peer.stream().error()).isNull();
    }
  }

  @LoopTest
  @Tag("STR-48")
  void untilCloseAlsoWhatWasBufferedBeforeAnEarlierClose(IOLoop loop) {
    for (var cause : new IOException[] {null, new IOException("planned")}) {
      chunks.clear();
      try (var peer = ReadPeer.of(loop)) {
        peer.send("!abc");
        peer.stream().readBytes(1).await();
        peer.stream().close(cause);
        assertThat(peer.stream().readUntilClose(this::add).await()).isEmpty();
        assertThat(chunks).containsExactly("abc");
        assertThat(peer.stream().readUntilClose(this::add).await()).isEmpty();
        assertThat(chunks).containsExactly("abc");
      }
    }
  }

  @LoopTest
  @Tag("STR-48")
  void aLocalCloseEndsItAfterWhatIsBuffered(IOLoop loop) {
    try (var peer = ReadPeer.of(loop, StreamLimits.defaults().withReadChunkSize(2))) {
      var givenUp = peer.stream().readBytes(10);
      peer.send("abcde");
      turns();
      assertThat(givenUp.cancel()).isTrue();
      var goOn = new Promise<String>();
      var pending =
          peer.stream()
              .readUntilClose(
                  chunk -> {
                    add(chunk);
                    goOn.await();
                  });
      turns();
      assertThat(chunks).containsExactly("ab");
      peer.stream().close();
      goOn.setResult("go on");
      assertThat(pending.await()).isEmpty();
      assertThat(chunks).containsExactly("ab", "cd", "e");
    }
  }

  @LoopTest
  @Tag("STR-48")
  void aResetFailsItAfterTheLastChunk(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var pending = peer.stream().readUntilClose(this::add);
      peer.send("abc");
      peer.far().reset();
      assertThat(failureOf(pending).realError())
          .isInstanceOf(IOException.class)
          .isSameAs(peer.stream().error());
      assertThat(chunks).containsExactly("abc");
    }
  }

  @LoopTest
  void aConsumerThatAwaitsHoldsThePeerBack(IOLoop loop) {
    var limits = StreamLimits.defaults().withReadChunkSize(100);
    try (var peer = ReadPeer.of(loop, limits)) {
      var goOn = new ArrayList<Promise<String>>();
      var pending =
          peer.stream()
              .readUntilClose(
                  chunk -> {
                    add(chunk);
                    goOn.add(new Promise<>());
                    goOn.getLast().await();
                  });
      peer.send("x".repeat(1000)).end();
      for (int i = 1; i <= 10; i++) {
        turns();
        assertThat(chunks).hasSize(i);
        assertThat(peer.near().available()).isEqualTo(1000 - 100 * i);
        goOn.getLast().setResult("go on");
      }
      assertThat(pending.await()).isEmpty();
    }
  }

  @LoopTest
  void aConsumerThatThrowsClosesTheStreamAndFailsTheRead(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var bug = new IllegalStateException("planned");
      var pending =
          peer.stream()
              .readBytes(
                  10,
                  _ -> {
                    throw bug;
                  });
      peer.send("abc");
      assertThatThrownBy(pending::await).isSameAs(bug);
      assertThat(peer.stream().closed()).isTrue();
      assertThat(peer.stream().error()).isSameAs(bug);
    }
  }

  @LoopTest
  void cancelledBetweenChunksItLosesNothing(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var pending = peer.stream().readBytes(10, this::add);
      peer.send("abc");
      turns();
      assertThat(pending.cancel()).isTrue();
      assertThatThrownBy(pending::await).isInstanceOf(CancelledException.class);
      peer.send("def");
      assertThat(chunks).containsExactly("abc");
      assertThat(peer.stream().reading()).isFalse();
      assertThat(text(peer.stream().readBytes(3))).isEqualTo("def");
    }
  }

  @LoopTest
  void cancelledBeforeItBeganItLosesNothing(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send("abc");
      var pending = peer.stream().readBytes(10, this::add);
      assertThat(pending.cancel()).isTrue();
      assertThatThrownBy(pending::await).isInstanceOf(CancelledException.class);
      assertThat(chunks).isEmpty();
      assertThat(text(peer.stream().readBytes(3))).isEqualTo("abc");
    }
  }

  @LoopTest
  void cancelledWhileTheConsumerAwaitsItLeavesTheStreamOpen(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var pending = peer.stream().readBytes(10, _ -> new Promise<String>().await());
      peer.send("abc");
      turns();
      assertThat(pending.cancel()).isTrue();
      assertThatThrownBy(pending::await).isInstanceOf(CancelledException.class);
      assertThat(peer.stream().closed()).isFalse();
      peer.send("def");
      assertThat(text(peer.stream().readBytes(3))).isEqualTo("def");
    }
  }

  @LoopTest
  @Tag("STR-12")
  @Tag("FUT-24")
  void aCancelledTaskHasGivenItUpWhenItsAwaitThrows(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var task =
          loop.spawn(
              () -> {
                try {
                  return text(peer.stream().readBytes(10, this::add));
                } catch (CancelledException _) {
                  return text(peer.stream().readBytes(3)); // no read is pending any more
                }
              });
      peer.send("abc");
      turns();
      task.cancel();
      turns();
      peer.send("def");

      assertThat(task.await()).isEqualTo("def");
      assertThat(chunks).containsExactly("abc");
    }
  }
}
