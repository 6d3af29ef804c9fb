// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static whirlwind.stream.ReadPeer.text;
import static whirlwind.stream.ReadPeer.turns;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

/** What a stream leaves with its peer. */
class ReadFlowControlTest {
  private static final int KIB = 1 << 10;

  @LoopTest
  @Tag("STR-9")
  void smallReadsFromMuchMoreThanFitsNeverFillTheBuffer(IOLoop loop) {
    try (var peer = ReadPeer.of(loop, ReadPeer.most(10 * KIB))) {
      byte[] sent = random(100 * KIB);
      peer.send(sent);
      for (int i = 0; i < 100; i++) {
        assertThat(peer.stream().readBytes(KIB).await()).isEqualTo(part(sent, i * KIB, KIB));
      }
    }
  }

  @LoopTest
  @Tag("STR-9")
  void smallBoundedSearchesInMuchMoreThanFitsNeverFillTheBuffer(IOLoop loop) {
    try (var peer = ReadPeer.of(loop, ReadPeer.most(10 * KIB))) {
      var line = "x".repeat(KIB - 2) + "\r\n";
      peer.send(line.repeat(100));
      for (int i = 0; i < 50; i++) {
        assertThat(text(peer.stream().readUntil("\r\n", KIB))).isEqualTo(line);
        assertThat(text(peer.stream().readUntilRegex("\r\n", KIB))).isEqualTo(line);
      }
    }
  }

  @LoopTest
  @Tag("STR-9")
  void aBoundedReadTakesOneChunkMoreThanItNeedsAtMost(IOLoop loop) {
    try (var peer = ReadPeer.of(loop, StreamLimits.defaults().withReadChunkSize(KIB))) {
      peer.send(random(100 * KIB));
      peer.stream().readBytes(10 * KIB + 1).await();
      assertThat(peer.near().available()).isGreaterThanOrEqualTo(89 * KIB - 1);
    }
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("STR-9")
  void smallReadsNeverFillTheBufferOverTcpEither() throws IOException {
    try (var tcp = ReadSocket.open(ReadPeer.most(10 * KIB))) {
      var line = "x".repeat(KIB - 1) + "\n";
      var sent = tcp.sendAll(ReadPeer.utf8(line.repeat(300)));
      for (int i = 0; i < 100; i++) {
        assertThat(text(tcp.stream().readBytes(KIB))).isEqualTo(line);
        assertThat(text(tcp.stream().readUntil("\n", KIB))).isEqualTo(line);
        assertThat(text(tcp.stream().readUntilRegex("\n", KIB))).isEqualTo(line);
      }
      assertThat(sent.await()).isEqualTo(300 * KIB);
    }
  }

  @LoopTest
  @Tag("STR-10")
  void withoutAReadNothingIsTaken(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send(random(100 * KIB));
      turns();
      assertThat(peer.near().statistics().reads()).isZero();
      assertThat(peer.near().available()).isEqualTo(100 * KIB);
    }
  }

  @LoopTest
  @Tag("STR-10")
  void afterAReadNothingMoreIsTaken(IOLoop loop) {
    try (var peer = ReadPeer.of(loop, StreamLimits.defaults().withReadChunkSize(KIB))) {
      var pending = peer.stream().readBytes(1);
      peer.send(random(100 * KIB));
      pending.await();
      turns();
      assertThat(peer.near().available()).isEqualTo(99 * KIB);
    }
  }

  @LoopTest
  @Tag("STR-10")
  void afterACancelledReadNothingMoreIsTaken(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      assertThat(peer.stream().readBytes(1).cancel()).isTrue();
      peer.send(random(100 * KIB));
      turns();
      assertThat(peer.near().available()).isEqualTo(100 * KIB);
    }
  }

  @LoopTest
  @Tag("STR-10")
  void aPeerThatSendsTwiceWhatFitsIsHeldBackUntilItIsRead(IOLoop loop) throws IOException {
    try (var peer = ReadPeer.of(loop, ReadPeer.most(50 * KIB), 20 * KIB)) {
      byte[] sent = random(100 * KIB);
      var sender =
          loop.spawn(
              () -> {
                peer.sendAll(sent);
                return null;
              });
      for (int i = 0; i < 10; i++) {
        turns();
        assertThat(peer.far().statistics().bytesWritten())
            .as("taken from the peer before read %s", i)
            .isLessThanOrEqualTo((i * 10 + 20 + 25) * KIB); // read, on the way, one chunk ahead
        assertThat(peer.stream().readBytes(10 * KIB).await())
            .isEqualTo(part(sent, i * 10 * KIB, 10 * KIB));
      }
      sender.await();
    }
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("STR-10")
  void tcpHoldsThePeerBackWhileNobodyReads() throws IOException {
    try (var tcp = ReadSocket.open(ReadPeer.most(5 << 20))) {
      tcp.peer().configureBlocking(false);
      var source = ByteBuffer.wrap(random(64 << 20));
      for (int i = 0; i < 1000; i++) { // the kernel makes room by and by, but only so much
        offer(tcp.peer(), source);
        turns();
      }
      int held = source.remaining();
      assertThat(held).as("bytes that the kernel does not take").isPositive();
      for (int i = 0; i < 10; i++) {
        var read = tcp.stream().readBytes(1 << 20);
        while (!read.isDone()) {
          offer(tcp.peer(), source);
          turns();
        }
        assertThat(read.result()).isEqualTo(part(source.array(), i << 20, 1 << 20));
      }
      assertThat(source.remaining()).isLessThan(held);
    }
  }

  @LoopTest
  @Tag("STR-10")
  void anIdleStreamThatWaitsForTheEndTakesOneChunkUntilThatIsRead(IOLoop loop) {
    try (var peer = ReadPeer.of(loop, StreamLimits.defaults().withReadChunkSize(KIB))) {
      var closed = peer.stream().whenClosed();
      peer.send(random(2 * KIB)).end();
      turns();
      assertThat(peer.near().available()).isEqualTo(KIB);
      assertThat(peer.stream().readBytes(KIB).isDone()).isTrue();
      turns();
      assertThat(peer.near().available()).isZero();
      assertThat(closed.isDone()).isFalse();
      assertThat(peer.stream().readBytes(KIB).isDone()).isTrue();
      turns();
      assertThat(closed.isDone()).as("the end was noticed").isTrue();
    }
  }

  /** Writes a piece of it, as the JDK copies all that it is given. */
  private static void offer(SocketChannel peer, ByteBuffer source) throws IOException {
    int piece = Math.min(source.remaining(), 256 * KIB);
    int count = peer.write(source.slice(source.position(), piece));
    source.position(source.position() + count);
  }

  private static byte[] random(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  private static byte[] part(byte[] whole, int from, int count) {
    return Arrays.copyOfRange(whole, from, from + count);
  }
}
