// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;
import whirlwind.testing.LoopTest.Time;
import whirlwind.testing.NeedsChannels;

class CloseResourcesTest {
  private static final int LARGE = 64 << 20;

  @TempDir private Path directory;

  @LoopTest
  @Tag("STR-79")
  void unsentBytesTakeNoMemoryAfterTheClose(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 10)) {
      long before = usedMemory();
      pair.stream().write(new byte[LARGE]);
      assertThat(usedMemory() - before).isGreaterThan(LARGE / 2);

      pair.stream().close();
      assertThat(usedMemory() - before).isLessThan(LARGE / 2);
      assertThat(pair.stream().closed()).isTrue(); // and is still there
    }
  }

  @LoopTest
  @Tag("STR-79")
  void unreadBytesTakeMemoryUntilTheyAreRead(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, LARGE)) {
      long before = usedMemory();
      int size = LARGE / 4;
      pair.send("x".repeat(size));
      var read = pair.stream().readBytes(size + 1);
      while (pair.near().available() > 0) {
        ConnectedPair.settle();
      }
      pair.stream().close();
      assertThat(read.exception()).isInstanceOf(StreamClosedException.class);
      assertThat(usedMemory() - before).isGreaterThan(size / 2);

      assertThat(pair.stream().readUntilClose().result()).hasSize(size);
      assertThat(usedMemory() - before).isLessThan(size / 2);
      assertThat(pair.stream().closed()).isTrue();
    }
  }

  private static long usedMemory() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  @Tag("STR-80")
  void anOpenStreamThatNobodyHoldsIsKept() {
    IOLoop.run(
        () -> {
          var peers = new SocketChannel[1];
          var stream = idleStream(peers);
          System.gc();
          System.gc();
          assertThat(stream.get()).as("the stream").isNotNull();
          try (var peer = peers[0]) {
            peer.configureBlocking(false);
            assertThat(peer.read(ByteBuffer.allocate(1))).as("no end").isZero();
          }
          return null;
        });
  }

  private static WeakReference<IOStream> idleStream(SocketChannel[] peers) throws IOException {
    var pair = ConnectedSockets.tcp();
    peers[0] = pair.peer();
    return new WeakReference<>(pair.stream());
  }

  @LoopTest
  @Tag("STR-80")
  void theLeakDetectorNamesThePlaceThatOpenedIt(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 10)) {
      var opened = loop.io().open().get(pair.stream());
      assertThat(opened).isNotNull();
      assertThat(opened.getStackTrace())
          .anyMatch(
              frame -> frame.getMethodName().equals("theLeakDetectorNamesThePlaceThatOpenedIt"));

      pair.stream().close();
      assertThat(loop.io().open()).doesNotContainKey(pair.stream());
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-81")
  @NeedsChannels
  void setNodelayWorksOnTcp(IOLoop loop) throws IOException {
    try (var server = ConnectedSockets.tcpServer();
        var channel = SocketChannel.open(server.getLocalAddress())) {
      var stream = new IOStream(channel);
      stream.setNodelay(true);
      assertThat(channel.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
      stream.setNodelay(false);
      assertThat(channel.getOption(StandardSocketOptions.TCP_NODELAY)).isFalse();
      stream.close();
      stream.setNodelay(true);
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-81")
  void setNodelayIsHarmlessElsewhere(IOLoop loop) throws IOException {
    var unconnected = new IOStream();
    unconnected.setNodelay(true);
    unconnected.close();
    try (var unix = ConnectedSockets.unix(directory);
        var memory = ConnectedPair.of(loop, 10);
        var reset = ConnectedSockets.tcp()) {
      unix.stream().setNodelay(true);
      memory.stream().setNodelay(true);
      reset.reset();
      reset.stream().setNodelay(true);
      unix.stream().write("still fine").await();
      memory.stream().write("still fine").await();
    }
  }
}
