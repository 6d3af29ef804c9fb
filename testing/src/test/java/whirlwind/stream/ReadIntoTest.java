// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static whirlwind.stream.ReadPeer.failureOf;
import static whirlwind.stream.ReadPeer.now;
import static whirlwind.stream.ReadPeer.turns;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

class ReadIntoTest {

  @LoopTest
  @Tag("STR-36")
  void fillsTheCallersBuffer(IOLoop loop) {
    for (var target : targets(5)) {
      try (var peer = ReadPeer.of(loop)) {
        var pending = peer.stream().readInto(target);
        peer.dribble("abcd");
        assertThat(pending.isDone()).isFalse();
        peer.send("efg");
        assertThat(pending.await()).isEqualTo(5);
        assertThat(content(target)).isEqualTo("abcde");
        assertThat(target.hasRemaining()).isFalse();
        assertThat(now(peer.stream().readBytes(2))).isEqualTo("fg");
      }
    }
  }

  @LoopTest
  @Tag("STR-36")
  @Tag("STR-41")
  void fillsOnlyWhatRemainsOfTheBuffer(IOLoop loop) {
    for (var target : targets(8)) {
      try (var peer = ReadPeer.of(loop)) {
        target.put(ReadPeer.utf8("########")).position(2).limit(5);
        var pending = peer.stream().readInto(target);
        peer.send("abcdef");
        assertThat(pending.await()).isEqualTo(3);
        assertThat(target.position()).isEqualTo(5);
        assertThat(target.limit()).isEqualTo(5);
        assertThat(content(target.clear().position(8))).isEqualTo("##abc###");
        assertThat(now(peer.stream().readBytes(3))).isEqualTo("def");
      }
    }
  }

  @LoopTest
  @Tag("STR-36")
  void fillsASliceOfALargerArray(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      byte[] array = ReadPeer.utf8("########");
      peer.send("abcdef");
      assertThat(peer.stream().readInto(ByteBuffer.wrap(array, 2, 4).slice()).await()).isEqualTo(4);
      assertThat(array).isEqualTo(ReadPeer.utf8("##abcd##"));
    }
  }

  @LoopTest
  @Tag("STR-37")
  void bufferedBytesComeFirstAndSurplusStays(IOLoop loop) {
    for (var target : targets(10)) {
      try (var peer = ReadPeer.of(loop)) {
        peer.send("!!12345678");
        assertThat(now(peer.stream().readBytes(2))).isEqualTo("!!");
        var pending = peer.stream().readInto(target);
        turns();
        assertThat(pending.isDone()).isFalse();
        peer.send("90abcdefg");
        assertThat(pending.await()).isEqualTo(10);
        assertThat(content(target)).isEqualTo("1234567890");
        assertThat(now(peer.stream().readBytes(7))).isEqualTo("abcdefg");
      }
    }
  }

  @LoopTest
  @Tag("STR-37")
  void bufferedBytesAloneMayFillIt(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send("!12345678");
      assertThat(now(peer.stream().readBytes(1))).isEqualTo("!");
      var target = ByteBuffer.allocate(5);
      assertThat(peer.stream().readInto(target).result()).isEqualTo(5);
      assertThat(content(target)).isEqualTo("12345");
      assertThat(now(peer.stream().readBytes(3))).isEqualTo("678");
    }
  }

  @LoopTest
  @Tag("STR-38")
  void aPartialReadLeavesTheTailAlone(IOLoop loop) {
    for (var target : targets(6)) {
      try (var peer = ReadPeer.of(loop)) {
        target.put(ReadPeer.utf8("######")).clear();
        var pending = peer.stream().readInto(target, true);
        turns();
        assertThat(pending.isDone()).isFalse();
        peer.send("abc");
        assertThat(pending.await()).isEqualTo(3);
        assertThat(target.position()).isEqualTo(3);
        assertThat(content(target.position(6))).isEqualTo("abc###");
      }
    }
  }

  @LoopTest
  @Tag("STR-38")
  void aPartialReadFillsTheBufferIfThereIsEnough(IOLoop loop) {
    for (var target : targets(4)) {
      try (var peer = ReadPeer.of(loop)) {
        peer.send("abcdef");
        assertThat(peer.stream().readInto(target, true).await()).isEqualTo(4);
        assertThat(content(target)).isEqualTo("abcd");
        assertThat(peer.stream().readInto(target.clear(), true).await()).isEqualTo(2);
        assertThat(content(target)).isEqualTo("ef");
      }
    }
  }

  @LoopTest
  @Tag("STR-39")
  void anEmptyTargetIsDoneAtReturn(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      assertThat(peer.stream().readInto(ByteBuffer.allocate(0)).result()).isZero();
      assertThat(peer.stream().readInto(ByteBuffer.allocate(3).position(3), true).result())
          .isZero();
      assertThat(peer.near().statistics().reads()).isZero();
      assertThat(peer.stream().reading()).isFalse();
    }
  }

  @LoopTest
  @Tag("STR-40")
  void anEndHalfWayTellsHowManyBytesCame(IOLoop loop) {
    for (var target : targets(10)) {
      try (var peer = ReadPeer.of(loop)) {
        peer.send("!ab");
        peer.stream().readBytes(1).await();
        var pending = peer.stream().readInto(target);
        peer.dribble("cd").end();
        var failure = failureOf(pending);
        assertThat(failure.realError()).isNull();
        assertThat(failure.bytesTransferred()).isEqualTo(4);
        assertThat(failure.partial()).isEmpty();
        assertThat(content(target)).isEqualTo("abcd");
        assertThat(now(peer.stream().readUntilClose())).as("bytes that are not there").isEmpty();
      }
    }
  }

  @LoopTest
  @Tag("STR-40")
  void aResetHalfWayTellsHowManyBytesCame(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var target = ByteBuffer.allocate(10);
      var pending = peer.stream().readInto(target);
      peer.send("abcd");
      peer.far().reset();
      var failure = failureOf(pending);
      assertThat(failure.realError()).isInstanceOf(IOException.class);
      assertThat(failure.bytesTransferred()).isEqualTo(4);
      assertThat(content(target)).isEqualTo("abcd");
    }
  }

  @LoopTest
  @Tag("STR-40")
  void onAClosedStreamThatHasTooLittleTheBytesStayInTheStream(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var short4 = peer.stream().readBytes(4);
      peer.send("abc").end();
      assertThat(failureOf(short4)).isNotNull();
      var target = ByteBuffer.allocate(4);
      assertThatThrownBy(() -> peer.stream().readInto(target))
          .isInstanceOf(StreamClosedException.class);
      assertThat(target.position()).isZero();
      assertThat(peer.stream().readInto(target, true).result()).isEqualTo(3);
    }
  }

  @LoopTest
  @Tag("STR-41")
  void whatDoesNotFitStaysWithThePeer(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var pending = peer.stream().readInto(ByteBuffer.allocate(1000));
      peer.send(new byte[5000]);
      assertThat(pending.await()).isEqualTo(1000);
      turns();
      assertThat(peer.near().available()).isEqualTo(4000);
    }
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("STR-41")
  void whatDoesNotFitStaysInTheKernel() throws IOException {
    for (var target : targets(4)) {
      try (var tcp = ReadSocket.open()) {
        var pending = tcp.stream().readInto(target.limit(3));
        tcp.send("abcdef");
        assertThat(pending.await()).isEqualTo(3);
        assertThat(content(target)).isEqualTo("abc");
        assertThat(target.limit(4).get(3)).as("the byte behind the limit").isZero();
        var rest = ByteBuffer.allocate(3);
        assertThat(tcp.stream().transport().read(rest))
            .as("read from the socket itself")
            .isEqualTo(3);
        assertThat(content(rest)).isEqualTo("def");
      }
    }
  }

  @LoopTest
  @Tag("STR-42")
  void theCallersMemoryIsNotLimited(IOLoop loop) {
    for (var target : targets(1000)) {
      try (var peer = ReadPeer.of(loop, ReadPeer.most(10))) {
        peer.send("!123456789");
        peer.stream().readBytes(1).await();
        var pending = peer.stream().readInto(target);
        peer.send("abcdefghij".repeat(99) + "klmnopqrst");
        assertThat(pending.await()).isEqualTo(1000);
        assertThat(content(target)).startsWith("123456789abcdefghijabc").endsWith("jk");
        assertThat(peer.stream().closed()).isFalse();
      }
    }
  }

  private static ByteBuffer[] targets(int bytes) {
    return new ByteBuffer[] {ByteBuffer.allocate(bytes), ByteBuffer.allocateDirect(bytes)};
  }

  /** What is in front of the position. */
  private static String content(ByteBuffer target) {
    byte[] bytes = new byte[target.position()];
    target.get(0, bytes);
    return new String(bytes, UTF_8);
  }
}
