// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import whirlwind.io.Interest;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;
import whirlwind.testing.NeedsChannels;

class StreamsConstructionTest {

  @LoopTest
  @Tag("STR-1")
  void limitsHaveDefaults(IOLoop loop) {
    try (var peer = ReadPeer.of(loop);
        var bare = new ReadPeer(new IOStream(), peer.near(), peer.far())) {
      var limits = bare.stream().limits();
      assertThat(limits.maxBufferSize()).isEqualTo(100 << 20);
      assertThat(limits.readChunkSize()).isEqualTo(64 << 10);
      assertThat(limits.maxWriteBufferSize()).isEqualTo(1 << 20);
      assertThat(limits.overflow()).isEqualTo(StreamLimits.Overflow.WAIT);
    }
  }

  @LoopTest
  @Tag("STR-1")
  void aChunkIsAtMostHalfOfTheBuffer(IOLoop loop) {
    var limits = ReadPeer.most(100).withReadChunkSize(90);
    try (var peer = ReadPeer.of(loop, limits)) {
      assertThat(peer.stream().limits().readChunkSize()).isEqualTo(50);
      peer.send("x".repeat(100));
      peer.stream().readBytes(1).await();
      assertThat(peer.near().available()).as("left with the peer").isEqualTo(50);
    }
  }

  @Test
  @Tag("STR-1")
  void limitsBelowOneByteAreRefused() {
    var limits = StreamLimits.defaults();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> limits.withMaxBufferSize(0))
        .withMessageContaining("maxBufferSize")
        .withMessageContaining("got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> limits.withReadChunkSize(-1))
        .withMessageContaining("readChunkSize")
        .withMessageContaining("got -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> limits.withMaxWriteBufferSize(0))
        .withMessageContaining("maxWriteBufferSize")
        .withMessageContaining("got 0");
  }

  @LoopTest
  @Tag("STR-2")
  void theLoopIsTheCurrentOneAtConstruction(IOLoop loop) {
    var stream = new IOStream();
    assertThat(stream.loop()).isSameAs(loop);
    stream.close();
  }

  @Test
  @Tag("STR-2")
  void whichLoopIsCurrentLaterDoesNotMatter() {
    try (var first = new IOLoop();
        var second = new IOLoop()) {
      first.makeCurrent();
      var stream = new IOStream();
      second.makeCurrent();
      assertThat(stream.loop()).isSameAs(first);
      stream.close();
    } finally {
      IOLoop.clearCurrent();
    }
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("STR-2")
  @NeedsChannels
  void theChannelBecomesNonBlocking() throws IOException {
    try (var server = ConnectedSockets.tcpServer();
        var channel = SocketChannel.open(server.getLocalAddress())) {
      var stream = new IOStream(channel);
      assertThat(channel.isBlocking()).isFalse();
      stream.close();
    }
  }

  @LoopTest
  @Tag("STR-2")
  void nothingIsAskedOfThePollerUntilAReadHasToWait(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      assertThat(peer.near().interest()).isEqualTo(Interest.NONE);
      peer.send("abc");
      peer.stream().readBytes(3).await();
      assertThat(peer.near().interest()).isEqualTo(Interest.NONE);
      var pending = peer.stream().readBytes(1);
      assertThat(peer.near().interest()).isEqualTo(Interest.READ);
      assertThat(pending.cancel()).isTrue();
    }
  }
}
