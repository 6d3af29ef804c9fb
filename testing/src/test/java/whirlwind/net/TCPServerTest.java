// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Task;
import whirlwind.stream.IOStream;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;
import whirlwind.testing.LoopTest.Time;

/** A line of the log that is not expected fails these tests, so that silence needs no assertion. */
class TCPServerTest {
  private static final ConnectionHandler ECHO =
      (stream, _) -> {
        while (true) {
          stream.write(stream.readUntil("\n").await()).await();
        }
      };

  @TempDir private Path directory;

  private static SocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static IOStream connect(SocketAddress address) {
    return new IOStream().connect(address).await();
  }

  private static String ask(IOStream client, String line) {
    client.write(line);
    return new String(client.readUntil("\n").await(), UTF_8);
  }

  @LoopTest(clock = Time.SYSTEM)
  void portZeroIsChosenByTheKernelOnAllAddresses(IOLoop loop) {
    var server = new TCPServer(ECHO);
    var port = ((InetSocketAddress) server.listen(0)).getPort();
    assertThat(port).isPositive();

    var client = connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    assertThat(ask(client, "hello\n")).isEqualTo("hello\n");
    client.close();
    server.close();
    server.closed().await();
  }

  @LoopTest(clock = Time.SYSTEM)
  void severalAddressesAreServedAtOnce(IOLoop loop) {
    var seen = new ArrayList<SocketAddress>();
    var server =
        new TCPServer(
            (stream, address) -> {
              seen.add(address);
              ECHO.handle(stream, address);
            });
    var unix = UnixDomainSocketAddress.of(directory.resolve("socket"));
    var addresses =
        List.of(server.listen(loopback()), server.listen(loopback()), server.listen(unix));
    assertThat(addresses).doesNotHaveDuplicates().contains(unix);

    for (var address : addresses) {
      var client = connect(address);
      assertThat(ask(client, "hello\n")).isEqualTo("hello\n");
      if (client.localAddress() instanceof InetSocketAddress local) {
        assertThat(seen).last().isEqualTo(local);
      }
      client.close();
    }
    server.close();
    server.closed().await();
    assertThat(seen).hasSize(3);
  }

  @LoopTest(clock = Time.SYSTEM)
  void theStreamClosesWhenItsCoroutineEnds(IOLoop loop) {
    var streams = new ArrayList<IOStream>();
    var server =
        new TCPServer(
            (stream, _) -> {
              streams.add(stream);
              stream.write("bye").await();
            });
    var client = connect(server.listen(loopback()));

    assertThat(new String(client.readUntilClose().await(), UTF_8)).isEqualTo("bye");
    assertThat(streams).singleElement().matches(IOStream::closed);
    assertThat(server.connections()).isZero();
    server.close();
    server.closed().await();
  }

  @LoopTest(clock = Time.SYSTEM)
  void connectionsDoNotWaitForEachOther(IOLoop loop) {
    var server = new TCPServer(ECHO);
    var address = server.listen(loopback());
    var silent = connect(address);
    var busy = connect(address);
    assertThat(ask(busy, "hello\n")).isEqualTo("hello\n");
    assertThat(server.connections()).isEqualTo(2);

    silent.close();
    busy.close();
    server.stop();
    server.closed().await();
  }

  @LoopTest(clock = Time.SYSTEM)
  void aHandlerThatFailsIsLoggedOnceAndEndsItsConnectionAlone(IOLoop loop, LogRecorder log) {
    var failure = new IllegalArgumentException("cannot digest");
    var server =
        new TCPServer(
            (stream, _) -> {
              if (new String(stream.readUntil("\n").await(), UTF_8).equals("poison\n")) {
                throw failure;
              }
              stream.write("fine\n").await();
            });
    var address = server.listen(loopback());
    var other = connect(address);
    var client = connect(address);
    client.write("poison\n");

    assertThat(client.readUntilClose().await()).isEmpty();
    assertThat(log.expect(Level.ERROR, "handler of the connection of .*127.0.0.1").thrown())
        .isSameAs(failure);
    assertThat(ask(other, "food\n")).isEqualTo("fine\n");
    other.close();
    server.close();
    server.closed().await();
  }

  @LoopTest(clock = Time.SYSTEM)
  void clientsThatGoLogNothing(IOLoop loop) throws IOException {
    var server = new TCPServer(ECHO);
    var address = server.listen(loopback());
    connect(address).close();
    try (var rude = SocketChannel.open(address)) {
      rude.setOption(StandardSocketOptions.SO_LINGER, 0); // a reset
    }
    var half = connect(address);
    half.write("no end of line").await();
    half.close();
    while (server.connections() > 0) {
      Futures.moment().await();
    }
    server.stop();
    server.closed().await();
  }

  @LoopTest(clock = Time.SYSTEM)
  void theEndOfAnotherStreamIsAFailureOfTheHandler(IOLoop loop, LogRecorder log) {
    var nobody = new TCPServer(ECHO);
    var nowhere = nobody.listen(loopback());
    var server = new TCPServer((_, _) -> new IOStream().connect(nowhere).await());
    var address = server.listen(loopback());
    nobody.close(); // not before: the port would be free for the server
    var client = connect(address);

    assertThat(client.readUntilClose().await()).isEmpty();
    assertThat(log.expect(Level.ERROR, "handler of the connection of").thrown())
        .hasMessageContaining("closed");
    server.close();
    server.closed().await();
  }

  @LoopTest
  void aPortThatIsTakenIsNamedAndTheServerGoesOn(IOLoop loop) {
    var first = new TCPServer(ECHO);
    var taken = first.listen(loopback());
    var server = new TCPServer(ECHO);

    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> server.listen(taken))
        .withMessageContaining("127.0.0.1:" + ((InetSocketAddress) taken).getPort())
        .withMessageContaining("in use");
    assertThat(server.listen(loopback())).isNotEqualTo(taken);
    server.close();
    first.close();
  }

  @LoopTest
  void aPathThatCannotBeIsNamed(IOLoop loop) {
    var server = new TCPServer(ECHO);
    var nowhere = UnixDomainSocketAddress.of(directory.resolve("no/such/directory"));
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> server.listen(nowhere))
        .withMessageContaining(nowhere.toString());
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> server.listen(InetSocketAddress.createUnresolved("nowhere.invalid", 1)))
        .withMessageContaining("nowhere.invalid");
    server.close();
  }

  @LoopTest
  void aStoppedServerDoesNotListenAgain(IOLoop loop) {
    var server = new TCPServer(ECHO);
    server.stop();
    server.stop(); // harmless
    server.closed().await();
    assertThatIllegalStateException()
        .isThrownBy(() -> server.listen(0))
        .withMessageContaining("stopped");
  }

  @LoopTest(clock = Time.SYSTEM)
  void aPortIsFreeAsSoonAsTheServerHasStopped(IOLoop loop) {
    var server = new TCPServer(ECHO);
    var address = server.listen(loopback());
    server.stop();
    var next = new TCPServer(ECHO);
    assertThat(next.listen(address)).isEqualTo(address);
    next.close();
  }

  @LoopTest(clock = Time.SYSTEM)
  void fiveHundredConnectionsAtOnce(IOLoop loop) {
    var server = new TCPServer(ECHO);
    var address = server.listen(loopback());
    var clients = new ArrayList<Task<IOStream>>();
    for (int i = 0; i < 500; i++) {
      var line = "client " + i + "\n";
      clients.add(
          loop.spawn(
              () -> {
                var client = connect(address);
                assertThat(ask(client, line)).isEqualTo(line);
                return client;
              }));
    }
    var streams = clients.stream().map(Task::await).toList();
    assertThat(server.connections()).isEqualTo(500);

    streams.forEach(IOStream::close);
    server.stop();
    server.closed().await();
    assertThat(server.connections()).isZero();
  }

  @LoopTest(clock = Time.SYSTEM)
  void itBelongsToItsLoop(IOLoop loop) throws Exception {
    var server = new TCPServer(ECHO);
    var elsewhere = new ArrayList<Throwable>();
    var stranger =
        Thread.ofPlatform()
            .start(
                () -> {
                  elsewhere.add(catchThrowable(() -> server.listen(0)));
                  elsewhere.add(catchThrowable(server::stop));
                  elsewhere.add(catchThrowable(server::close));
                  elsewhere.add(catchThrowable(() -> server.drain(Duration.ZERO)));
                });
    stranger.join();
    assertThat(elsewhere).hasSize(4).allMatch(IllegalStateException.class::isInstance);
    assertThat(server.stopping().isDone()).isFalse();
    server.close();
  }
}
