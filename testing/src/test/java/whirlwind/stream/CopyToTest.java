// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static whirlwind.stream.ReadPeer.failureOf;
import static whirlwind.stream.ReadPeer.text;
import static whirlwind.stream.ReadPeer.turns;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import whirlwind.future.CancelledException;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.loop.MakeCurrent;
import whirlwind.stream.StreamLimits.Overflow;
import whirlwind.testing.LoopTest;
import whirlwind.testing.MemoryTransport;

/** One stream's input, all of it, as another one's output. */
class CopyToTest {
  private static final StreamLimits SMALL =
      StreamLimits.defaults().withReadChunkSize(100).withMaxWriteBufferSize(150);

  /** A stream to be written to, and what its peer has got. */
  private record Sink(IOStream stream, IOStream peer) implements AutoCloseable {
    static Sink of(IOLoop loop, StreamLimits limits, int capacityBytes) {
      var pair = MemoryTransport.pair(loop, capacityBytes);
      return new Sink(
          new IOStream(loop, pair.near(), limits),
          new IOStream(loop, pair.far(), StreamLimits.defaults()));
    }

    static Sink of(IOLoop loop) {
      return of(loop, StreamLimits.defaults(), 1 << 16);
    }

    @Override
    public void close() {
      stream.close();
      peer.close();
    }
  }

  private static byte[] random(int count) {
    var bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  @LoopTest
  void allBytesArriveInOrderAndAreCounted(IOLoop loop) throws IOException {
    try (var source = ReadPeer.of(loop);
        var sink = Sink.of(loop)) {
      var sent = random(1_000_000);
      var copy = source.stream().copyTo(sink.stream());
      var received = sink.peer().readBytes(sent.length);
      source.sendAll(sent);
      source.end();
      assertThat(copy.await()).isEqualTo(sent.length);
      assertThat(received.await()).isEqualTo(sent);
    }
  }

  @LoopTest
  void theEndIsNotPassedOn(IOLoop loop) {
    try (var source = ReadPeer.of(loop);
        var sink = Sink.of(loop)) {
      source.send("one").end();
      assertThat(source.stream().copyTo(sink.stream()).await()).isEqualTo(3);
      sink.stream().write(" two").await();
      assertThat(text(sink.peer().readBytes(7))).isEqualTo("one two");
    }
  }

  @LoopTest
  void whatWasBufferedComesFirst(IOLoop loop) {
    try (var source = ReadPeer.of(loop);
        var sink = Sink.of(loop)) {
      source.send("head\nbody").end();
      assertThat(text(source.stream().readUntil("\n"))).isEqualTo("head\n");
      assertThat(source.stream().copyTo(sink.stream()).await()).isEqualTo(4);
      assertThat(text(sink.peer().readBytes(4))).isEqualTo("body");
    }
  }

  @LoopTest
  void aStreamCanBeCopiedToItself(IOLoop loop) {
    try (var echo = Sink.of(loop)) {
      var copy = echo.stream().copyTo(echo.stream());
      echo.peer().write("Hello").await();
      assertThat(text(echo.peer().readBytes(5))).isEqualTo("Hello");
      echo.peer().close();
      assertThat(copy.await()).isEqualTo(5);
    }
  }

  // ---------------------------------------------------------------- memory

  /** Whoever never reads stops everybody before him: at most a few chunks are on their way. */
  @LoopTest
  @Tag("STR-10")
  void aReaderThatNeverReadsHoldsBackTheWriter(IOLoop loop) throws IOException {
    int capacity = 50;
    for (var overflow : Overflow.values()) {
      var limits = SMALL.withOverflow(overflow);
      try (var source = ReadPeer.of(loop, limits, capacity);
          var sink = Sink.of(loop, limits, capacity)) {
        var copy = source.stream().copyTo(sink.stream());
        long accepted = 0;
        for (int turn = 0; turn < 1000; turn++) {
          accepted += source.far().write(ByteBuffer.allocate(capacity));
          turns();
        }
        // In the two transports, in the source, and in the target: no more than its limit allows.
        long most = 2L * capacity + limits.readChunkSize() + limits.maxWriteBufferSize();
        assertThat(accepted).isLessThanOrEqualTo(most);
        assertThat(copy.isDone()).isFalse();

        source.end();
        assertThat(sink.peer().readBytes((int) accepted).await()).hasSize((int) accepted);
        assertThat(copy.await()).isEqualTo(accepted);
      }
    }
  }

  @LoopTest
  void aChunkIsNoMoreThanTheTargetEverAccepts(IOLoop loop) {
    var refusing = SMALL.withMaxWriteBufferSize(10).withOverflow(Overflow.REFUSE);
    try (var source = ReadPeer.of(loop);
        var sink = Sink.of(loop, refusing, 7)) {
      source.send("x".repeat(100)).end();
      var received = sink.peer().readBytes(100);
      assertThat(source.stream().copyTo(sink.stream()).await()).isEqualTo(100);
      assertThat(received.await()).hasSize(100);
    }
  }

  // ---------------------------------------------------------------- ends that are not clean

  @LoopTest
  void aSourceThatBreaksFailsItAfterAllThatCameBefore(IOLoop loop) {
    try (var source = ReadPeer.of(loop);
        var sink = Sink.of(loop)) {
      var copy = source.stream().copyTo(sink.stream());
      source.send("abc").far().reset();
      assertThat(failureOf(copy).realError())
          .isInstanceOf(IOException.class)
          .isSameAs(source.stream().error());
      assertThat(text(sink.peer().readBytes(3))).isEqualTo("abc");
      assertThat(sink.stream().closed()).isFalse();
    }
  }

  @LoopTest
  void aTargetThatClosesFailsItAndLeavesTheSourceItsBytes(IOLoop loop) {
    try (var source = ReadPeer.of(loop);
        var sink = Sink.of(loop)) {
      var copy = source.stream().copyTo(sink.stream());
      turns();
      sink.stream().close();
      source.send("abc");
      assertThat(failureOf(copy).realError()).isNull();
      assertThat(text(source.stream().readBytes(3))).isEqualTo("abc");
    }
  }

  @LoopTest
  void aTargetThatBreaksFailsItWithItsError(IOLoop loop) {
    try (var source = ReadPeer.of(loop);
        var sink = Sink.of(loop)) {
      var copy = source.stream().copyTo(sink.stream());
      sink.peer().close();
      source.send("abc");
      assertThat(failureOf(copy).realError()).hasMessageContaining("Broken pipe");
      assertThat(source.stream().closed()).isFalse();
    }
  }

  @LoopTest
  void cancelledItHasPassedOnWhatItHasTaken(IOLoop loop) {
    try (var source = ReadPeer.of(loop);
        var sink = Sink.of(loop, StreamLimits.defaults(), 2)) {
      var copy = source.stream().copyTo(sink.stream());
      source.send("abcdef");
      turns();
      assertThat(sink.stream().writing()).isTrue();
      assertThat(copy.cancel()).isTrue();
      assertThatThrownBy(copy::await).isInstanceOf(CancelledException.class);
      source.send("ghi").end();
      assertThat(text(sink.peer().readBytes(6))).isEqualTo("abcdef");
      var rest = source.stream().copyTo(sink.stream());
      assertThat(text(sink.peer().readBytes(3))).isEqualTo("ghi");
      assertThat(rest.await()).isEqualTo(3);
    }
  }

  // ---------------------------------------------------------------- mistakes

  @LoopTest
  void itIsARead(IOLoop loop) {
    try (var source = ReadPeer.of(loop);
        var sink = Sink.of(loop)) {
      var copy = source.stream().copyTo(sink.stream());
      assertThat(source.stream().reading()).isTrue();
      assertThatIllegalStateException()
          .isThrownBy(() -> source.stream().readBytes(1))
          .withMessageContaining("Already reading");
      copy.cancel();
      turns();
      assertThat(source.stream().reading()).isFalse();
    }
  }

  @LoopTest
  void aTargetThatCannotBeWrittenToIsRefusedAtTheCall(IOLoop loop) {
    try (var source = ReadPeer.of(loop);
        var sink = Sink.of(loop)) {
      sink.stream().shutdownOutput();
      assertThatIllegalStateException().isThrownBy(() -> source.stream().copyTo(sink.stream()));
      sink.stream().close();
      assertThatExceptionOfType(StreamClosedException.class)
          .isThrownBy(() -> source.stream().copyTo(sink.stream()));
      assertThat(source.stream().reading()).isFalse();
    }
  }

  @LoopTest
  void aTargetOfAnotherLoopIsRefused(IOLoop loop) throws Exception {
    var options = LoopOptions.defaults().withName("other").withMakeCurrent(MakeCurrent.NEVER);
    try (var source = ReadPeer.of(loop);
        var other = new IOLoop(options)) {
      var foreign = loop.runInExecutor(() -> other.runSync(() -> Sink.of(other))).await();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> source.stream().copyTo(foreign.stream()))
          .withMessageContaining("other");
      assertThat(source.stream().reading()).isFalse();
    }
  }
}
