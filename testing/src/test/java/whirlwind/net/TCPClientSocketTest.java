// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.loop.IOLoop;
import whirlwind.stream.IOStream;
import whirlwind.testing.LoopTest;
import whirlwind.testing.LoopTest.Time;

/** Over sockets of the kernel, of this machine alone. */
class TCPClientSocketTest {
  private static final InetAddress V4 = InetAddress.ofLiteral("127.0.0.1");
  private static final InetAddress V6 = InetAddress.ofLiteral("::1");

  @TempDir private Path directory;

  private static TCPServer echo() {
    return new TCPServer((stream, _) -> stream.write(stream.readUntil("\n").await()).await());
  }

  private static int listen(TCPServer server, InetAddress address) {
    return ((InetSocketAddress) server.listen(new InetSocketAddress(address, 0))).getPort();
  }

  private static void echoes(IOStream stream) {
    stream.write("hello\n").await();
    assertThat(new String(stream.readUntil("\n").await(), UTF_8)).isEqualTo("hello\n");
    stream.close();
  }

  private static void end(TCPServer server) {
    server.close();
    server.closed().await();
  }

  private static void assumeIPv6() {
    try (var server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(V6, 0));
    } catch (IOException none) {
      Assumptions.abort("no IPv6 here: " + none);
    }
  }

  /** A port of {@code address} where nobody listens, as far as anybody can know. */
  private static int abandonedPort(InetAddress address) throws IOException {
    try (var server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(address, 0));
      return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  void byNameAndByAddress(IOLoop loop) {
    var server = echo();
    int port = listen(server, V4);
    var client = new TCPClient();
    var localhost = new OverrideResolver(new ThreadedResolver()).with("localhost", V4);
    echoes(client.connect("127.0.0.1", port).await());
    echoes(client.connect(new InetSocketAddress(V4, port)).await());
    echoes(new TCPClient(localhost).connect("localhost", port).await());
    end(server);
  }

  @LoopTest(clock = Time.SYSTEM)
  void overIPv6(IOLoop loop) {
    assumeIPv6();
    var server = echo();
    int port = listen(server, V6);
    var client = new TCPClient();
    echoes(client.connect("::1", port).await());
    echoes(client.connect("[::1]", port).await());
    end(server);
  }

  @LoopTest(clock = Time.SYSTEM)
  void overAUnixDomainSocket(IOLoop loop) {
    var server = echo();
    var address = server.listen(UnixDomainSocketAddress.of(directory.resolve("socket")));
    echoes(new TCPClient().connect(address).await());
    end(server);
  }

  @LoopTest(clock = Time.SYSTEM)
  void aRefusedAddressIsFollowedByAGoodOne(IOLoop loop) {
    assumeIPv6();
    var server = echo();
    int port = listen(server, V4); // there is nobody at that port of IPv6
    var resolver = new OverrideResolver(new ThreadedResolver()).with("both.example", V6, V4);
    var stream = new TCPClient(resolver).connect("both.example", port).await();
    assertThat(((InetSocketAddress) stream.remoteAddress()).getAddress()).isEqualTo(V4);
    echoes(stream);
    end(server);
  }

  @LoopTest(clock = Time.SYSTEM)
  void aRefusalByAllNamesThemAll(IOLoop loop) throws IOException {
    assumeIPv6();
    int port = abandonedPort(V4);
    var resolver = new OverrideResolver(new ThreadedResolver()).with("both.example", V4, V6);
    var connecting = new TCPClient(resolver).connect("both.example", port);
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(connecting::await)
        .withMessageContaining("cannot connect to both.example:" + port)
        .withMessageContaining("127.0.0.1:" + port)
        .withMessageContaining("[0:0:0:0:0:0:0:1]:" + port)
        .withCauseInstanceOf(ConnectException.class);
  }

  @LoopTest(clock = Time.SYSTEM)
  void fromALocalAddress(IOLoop loop) {
    var server = echo();
    int port = listen(server, V4);
    var local = new InetSocketAddress(V4, 0);
    var options = ConnectOptions.defaults().withLocalAddress(local);
    var client = new TCPClient();
    var first = client.connect("127.0.0.1", port, options).await();
    var bound = (InetSocketAddress) first.localAddress();
    assertThat(bound.getAddress()).isEqualTo(V4);
    echoes(first);

    var other = echo();
    int otherPort = listen(other, V4);
    var again = client.connect("127.0.0.1", otherPort, options.withLocalAddress(bound)).await();
    assertThat(again.localAddress()).as("the port that lingers").isEqualTo(bound);
    echoes(again);
    end(server);
    end(other);
  }

  @LoopTest(clock = Time.SYSTEM)
  void aLocalAddressInUseIsNamed(IOLoop loop) {
    var server = echo();
    int port = listen(server, V4);
    var taken = new InetSocketAddress(V4, port);
    var target = echo();
    int targetPort = listen(target, V4);
    var options = ConnectOptions.defaults().withLocalAddress(taken);
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> new TCPClient().connect("127.0.0.1", targetPort, options).await())
        .withMessageContaining("127.0.0.1:" + targetPort)
        .withMessageContaining(taken.toString());
    end(server);
    end(target);
  }

  @LoopTest(clock = Time.SYSTEM)
  void cancellingClosesTheSocketThatHasArrived(IOLoop loop) throws IOException {
    try (var server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(V4, 0));
      var address = server.getLocalAddress();
      var connecting = new TCPClient().connect(address);
      connecting.cancel();
      // the kernel has taken the connection before anybody accepts it
      int read = loop.runInExecutor(() -> readOnce(server)).await();
      assertThat(read).as("the end of the input").isEqualTo(-1);
    }
  }

  private static int readOnce(ServerSocketChannel server) throws IOException {
    try (var peer = server.accept()) {
      return peer.read(ByteBuffer.allocate(1));
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  void aDeadlineThatIsMetLeavesTheConnection(IOLoop loop) {
    var server = echo();
    int port = listen(server, V4);
    var options = ConnectOptions.defaults().withTimeout(Duration.ofSeconds(20));
    echoes(new TCPClient().connect("127.0.0.1", port, options).await());
    end(server);
  }
}
