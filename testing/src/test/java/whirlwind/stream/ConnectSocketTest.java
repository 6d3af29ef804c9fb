// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;
import whirlwind.testing.LoopTest.Time;
import whirlwind.testing.NeedsChannels;

class ConnectSocketTest {

  @TempDir private Path directory;

  @LoopTest(clock = Time.SYSTEM)
  @Tag("SOC-1")
  @Tag("SOC-2")
  void overTcp(IOLoop loop) throws IOException {
    try (var server = ConnectedSockets.tcpServer()) {
      connectsAndWrites(server);
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("SOC-1")
  @Tag("SOC-2")
  void overAUnixDomainSocket(IOLoop loop) throws IOException {
    try (var server = ConnectedSockets.unixServer(directory)) {
      connectsAndWrites(server);
    }
  }

  private static void connectsAndWrites(ServerSocketChannel server) throws IOException {
    var events = new ArrayList<String>();
    var stream = new IOStream();
    var connecting = stream.connect(server.getLocalAddress());
    var write = stream.write("hello");
    connecting.onComplete(_ -> events.add("connected"));
    write.onComplete(_ -> events.add("written"));

    assertThat(connecting.await()).isSameAs(stream);
    write.await();
    ConnectedPair.settle();
    assertThat(events).containsExactly("connected", "written");
    assertThat(stream.remoteAddress()).isEqualTo(server.getLocalAddress());
    try (var peer = server.accept()) {
      assertThat(ConnectedSockets.receive(peer, 5)).isEqualTo("hello");
    }
    stream.close();
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("SOC-1")
  @NeedsChannels
  void aChannelThatWasGivenUnconnectedIsUsed(IOLoop loop) throws IOException {
    try (var server = ConnectedSockets.tcpServer();
        var channel = SocketChannel.open()) {
      channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      var local = channel.getLocalAddress();
      var stream = new IOStream(channel);
      stream.connect(server.getLocalAddress()).await();

      assertThat(stream.localAddress()).isEqualTo(local);
      stream.close();
      assertThat(channel.isOpen()).isFalse();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("SOC-1")
  @NeedsChannels
  void theLocalAddressCanBeChosen(IOLoop loop) throws IOException {
    try (var server = ConnectedSockets.tcpServer();
        var unixServer = ConnectedSockets.unixServer(directory);
        var channel = SocketChannel.open()) {
      var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      var path = UnixDomainSocketAddress.of(directory.resolve("local"));
      var fresh = new IOStream();
      var given = new IOStream(channel);
      var unix = new IOStream();
      fresh.connect(server.getLocalAddress(), loopback, null).await();
      given.connect(server.getLocalAddress(), loopback, null).await();
      unix.connect(unixServer.getLocalAddress(), path, null).await();

      for (var stream : List.of(fresh, given)) {
        try (var peer = server.accept()) {
          assertThat(peer.getRemoteAddress()).isEqualTo(stream.localAddress());
        }
        assertThat(((InetSocketAddress) stream.localAddress()).getAddress())
            .isEqualTo(loopback.getAddress());
        stream.close();
      }
      assertThat(unix.localAddress()).isEqualTo(path);
      unix.close();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  void aLocalAddressInUseFailsTheConnect(IOLoop loop) throws IOException {
    try (var server = ConnectedSockets.tcpServer();
        var other = ConnectedSockets.tcpServer()) {
      var taken = other.getLocalAddress();
      var stream = new IOStream();
      var connecting = stream.connect(server.getLocalAddress(), taken, null);
      assertThatExceptionOfType(StreamClosedException.class)
          .isThrownBy(connecting::await)
          .satisfies(
              failure -> assertThat(failure.realError()).hasMessageContaining(taken.toString()));
      assertThat(stream.closed()).isTrue();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  void aChannelThatWasNeverConnectedClosesWithItsStream(IOLoop loop) throws IOException {
    try (var channel = SocketChannel.open()) {
      var stream = new IOStream(channel);
      stream.close();
      assertThat(channel.isOpen()).isFalse();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("SOC-3")
  @Tag("SOC-5")
  @Tag("SOC-6")
  void aRefusalSaysWhere(IOLoop loop) throws IOException {
    var tcp = ConnectedSockets.tcpServer();
    var unix = ConnectedSockets.unixServer(directory);
    var nobodyListens = List.of(tcp.getLocalAddress(), unix.getLocalAddress());
    tcp.close();
    unix.close();
    for (var address : nobodyListens) {
      var stream = new IOStream();
      var events = new ArrayList<String>();
      stream.setCloseCallback(() -> events.add("closed"));
      var connecting = stream.connect(address);

      assertThatExceptionOfType(StreamClosedException.class)
          .isThrownBy(connecting::await)
          .satisfies(closed -> assertThat(closed.realError()).isSameAs(stream.error()));
      assertThat(stream.error())
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("refused")
          .hasMessageContaining(address.toString());
      ConnectedPair.settle();
      assertThat(events).containsExactly("closed");
    }
  }

  @LoopTest
  @Tag("SOC-4")
  void aNameThatIsNotResolvedFailsTheFuture(IOLoop loop) throws IOException {
    SocketAddress nowhere = InetSocketAddress.createUnresolved("nowhere.invalid", 80);
    for (var stream : List.of(new IOStream(), new IOStream(SocketChannel.open()))) {
      var connecting = stream.connect(nowhere);

      assertThat(connecting.exception()).isInstanceOf(StreamClosedException.class);
      assertThat(stream.error())
          .isInstanceOf(UnknownHostException.class)
          .hasMessageContaining("nowhere.invalid");
      assertThat(stream.closed()).isTrue();
    }
  }

  @LoopTest
  @Tag("SOC-4")
  void aPathWithoutASocketFailsTheFuture(IOLoop loop) {
    var stream = new IOStream();
    var connecting = stream.connect(UnixDomainSocketAddress.of(directory.resolve("none")));
    assertThatExceptionOfType(StreamClosedException.class).isThrownBy(connecting::await);
    assertThat(stream.error()).isInstanceOf(IOException.class);
  }
}
