// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static whirlwind.stream.ReadPeer.failureOf;
import static whirlwind.stream.ReadPeer.turns;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import whirlwind.future.Future;
import whirlwind.future.Promise;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

/** A stream may not keep the loop for itself, whatever its peer and its reader do. */
class ReadFairnessTest {
  private static final int MIB = 1 << 20;

  /** The most bytes that one turn may bring in for one read: a budget of 256 KiB and one chunk. */
  private static final int MOST_FOR_ONE_READ = 320 << 10;

  /** The most bytes that one turn may bring in however many reads there are. */
  private static final int MOST_A_TURN = MIB;

  /** Counts the turns of the loop in its callbacks, and what a source gave from one to the next. */
  private static final class Others {
    private final IOLoop loop;
    private final ReadEndlessSource source;
    private boolean over;
    private int turns;
    private long bytesBefore;
    private long mostInATurn;

    Others(IOLoop loop, ReadEndlessSource source) {
      this.loop = loop;
      this.source = source;
      loop.addCallback(this::turn);
    }

    private void turn() {
      turns++;
      mostInATurn = Math.max(mostInATurn, source.bytesRead() - bytesBefore);
      bytesBefore = source.bytesRead();
      if (!over) {
        loop.addCallback(this::turn);
      }
    }
  }

  @LoopTest
  @Tag("STR-13")
  void anyNumberOfSatisfiedReadsUseConstantStack(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send(new byte[50_000]);
      for (int i = 0; i < 50_000; i++) {
        assertThat(peer.stream().readBytes(1).await()).hasSize(1);
      }
    }
  }

  @LoopTest
  @Tag("STR-13")
  void soDoReadsThatCallbacksOfReadsStart(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send(new byte[50_000]);
      var done = new Promise<Integer>();
      readOn(peer.stream(), new AtomicInteger(50_000), done);
      assertThat(done.await()).isZero();
    }
  }

  private static void readOn(IOStream stream, AtomicInteger left, Promise<Integer> done) {
    stream
        .readBytes(1)
        .onComplete(
            _ -> {
              if (left.decrementAndGet() == 0) {
                done.setResult(0);
              } else {
                readOn(stream, left, done);
              }
            });
  }

  @LoopTest
  @Tag("STR-13")
  @Tag("STR-14")
  void readsThatNeverWaitLetOthersHaveTheirTurn(IOLoop loop) {
    List<Function<IOStream, Future<?>>> reads =
        List.of(
            stream -> stream.readBytes(1),
            stream -> stream.readPartial(1),
            stream -> stream.readUntil("\0"),
            stream -> stream.readUntilRegex("\0"),
            stream -> stream.readInto(ByteBuffer.allocate(1)));
    for (var read : reads) {
      var source = new ReadEndlessSource(loop);
      var stream = new IOStream(loop, source, StreamLimits.defaults());
      var others = new Others(loop, source);
      for (int i = 0; i < 10_000; i++) {
        read.apply(stream).await();
      }
      others.over = true;
      assertThat(others.turns).as("turns of others meanwhile").isBetween(50, 5_000);
      stream.close();
      turns();
    }
  }

  @LoopTest
  @Tag("STR-14")
  void largeReadsThatNeverWaitLetOthersHaveTheirTurn(IOLoop loop) {
    var source = new ReadEndlessSource(loop);
    var stream = new IOStream(loop, source, StreamLimits.defaults());
    var others = new Others(loop, source);
    for (int i = 0; i < 200; i++) {
      stream.readBytes(100_000).await();
    }
    others.over = true;
    assertThat(others.mostInATurn).isLessThanOrEqualTo(MOST_A_TURN);
    assertThat(others.turns).isGreaterThanOrEqualTo(20_000_000 / MOST_A_TURN);
    stream.close();
  }

  @LoopTest
  @Tag("STR-14")
  void aReadWithoutEndLetsOthersHaveTheirTurn(IOLoop loop) {
    List<Function<IOStream, Future<?>>> reads =
        List.of(
            stream -> stream.readBytes(17 * MIB),
            stream -> stream.readUntil("\n"),
            stream -> stream.readUntilRegex("\n"),
            IOStream::readUntilClose);
    for (var read : reads) {
      var source = new ReadEndlessSource(loop);
      var stream = new IOStream(loop, source, ReadPeer.most(16 * MIB));
      var others = new Others(loop, source);
      assertThat(failureOf(read.apply(stream)).realError())
          .isInstanceOf(StreamBufferFullException.class);
      others.over = true;
      assertThat(others.mostInATurn).isLessThanOrEqualTo(MOST_FOR_ONE_READ);
      assertThat(others.turns).isGreaterThanOrEqualTo(16);
      turns();
    }
  }

  @LoopTest
  @Tag("STR-14")
  void chunksWithoutEndLetOthersHaveTheirTurn(IOLoop loop) {
    var source = new ReadEndlessSource(loop);
    var stream = new IOStream(loop, source, StreamLimits.defaults());
    var others = new Others(loop, source);
    assertThat(stream.readBytes(16 * MIB, _ -> {}).await()).isEmpty();
    others.over = true;
    assertThat(others.mostInATurn).isLessThanOrEqualTo(MOST_A_TURN);
    assertThat(others.turns).isGreaterThanOrEqualTo(16);
    stream.close();
  }

  @LoopTest
  @Tag("STR-14")
  void fillingALargeBufferOfTheCallersLetsOthersHaveTheirTurn(IOLoop loop) {
    var source = new ReadEndlessSource(loop);
    var stream = new IOStream(loop, source, StreamLimits.defaults());
    var others = new Others(loop, source);
    assertThat(stream.readInto(ByteBuffer.allocate(16 * MIB)).await()).isEqualTo(16 * MIB);
    others.over = true;
    assertThat(others.mostInATurn).isLessThanOrEqualTo(MOST_FOR_ONE_READ);
    stream.close();
  }
}
