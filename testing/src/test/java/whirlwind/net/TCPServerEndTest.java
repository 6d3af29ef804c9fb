// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.loop.IOLoop;
import whirlwind.stream.IOStream;
import whirlwind.stream.StreamClosedException;
import whirlwind.testing.LoopTest;
import whirlwind.testing.LoopTest.Time;

/** How a server comes to its end. */
class TCPServerEndTest {
  private final List<String> events = new ArrayList<>();

  private static SocketAddress listen(TCPServer server) {
    return server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  /** A client whose handler has begun, which says so with a line. */
  private static IOStream connect(SocketAddress address) {
    var client = new IOStream().connect(address).await();
    client.readUntil("\n").await();
    return client;
  }

  @LoopTest(clock = Time.SYSTEM)
  void stopRefusesNewConnectionsAndLetsTheOthersGoOn(IOLoop loop) {
    var server =
        new TCPServer(
            (stream, _) -> {
              stream.write("ready\n").await();
              stream.write(stream.readUntil("\n").await()).await();
            });
    var address = listen(server);
    var client = connect(address);
    server.stop();
    assertThat(server.stopping().isDone()).isTrue();
    assertThat(server.closed().isDone()).isFalse();

    assertThatExceptionOfType(StreamClosedException.class)
        .isThrownBy(() -> new IOStream().connect(address).await())
        .satisfies(closed -> assertThat(closed.realError()).isInstanceOf(ConnectException.class));
    client.write("still there?\n");
    assertThat(new String(client.readUntilClose().await(), UTF_8)).isEqualTo("still there?\n");
    server.closed().await();
  }

  @LoopTest(clock = Time.SYSTEM)
  void handlersSeeThatItStops(IOLoop loop) {
    var servers = new ArrayList<TCPServer>();
    servers.add(
        new TCPServer(
            (stream, _) -> {
              stream.write("ready\n").await();
              servers.getFirst().stopping().await();
              stream.write("goodbye\n").await();
            }));
    var server = servers.getFirst();
    var client = connect(listen(server));
    server.stop();
    assertThat(new String(client.readUntilClose().await(), UTF_8)).isEqualTo("goodbye\n");
    server.closed().await();
  }

  @LoopTest
  void nobodyElseCanSayThatItStops(IOLoop loop) {
    var server = new TCPServer((_, _) -> {});
    assertThat(server.stopping().cancel()).isFalse();
    assertThat(server.closed().cancel()).isFalse();
    server.close();
    assertThat(server.closed().isDone()).isTrue();
  }

  /** Waits for what never comes, and takes a turn to clean up when it is cancelled. */
  private TCPServer endless() {
    return new TCPServer(
        (stream, _) -> {
          try {
            stream.write("ready\n").await();
            new Promise<Void>().await();
          } finally {
            Futures.moment().await();
            events.add("cleaned up");
          }
        });
  }

  @LoopTest(clock = Time.SYSTEM)
  void closeCancelsTheHandlersWhichMayCleanUp(IOLoop loop) {
    var server = endless();
    var address = listen(server);
    var clients = List.of(connect(address), connect(address));
    server.close();
    assertThat(server.closed().isDone()).isFalse();

    server.closed().await();
    assertThat(events).containsExactly("cleaned up", "cleaned up");
    assertThat(server.connections()).isZero();
    for (var client : clients) {
      assertThat(client.readUntilClose().await()).isEmpty();
    }
    server.close(); // harmless
  }

  @LoopTest(clock = Time.SYSTEM)
  void drainWaitsForHandlersThatEnd(IOLoop loop) {
    var finish = new Promise<String>();
    var server =
        new TCPServer(
            (stream, _) -> {
              stream.write("ready\n").await();
              stream.write(finish.await()).await();
            });
    var client = connect(listen(server));
    Future<?> drained = server.drain(Duration.ofHours(1));
    Futures.moment().await();
    assertThat(drained.isDone()).isFalse();

    finish.setResult("done");
    drained.await();
    assertThat(new String(client.readUntilClose().await(), UTF_8)).isEqualTo("done");
  }

  @LoopTest(clock = Time.SYSTEM)
  void drainCancelsTheRestAtItsDeadline(IOLoop loop) {
    var server = endless();
    var client = connect(listen(server));
    double before = loop.time();
    server.drain(Duration.ofMillis(50)).await();

    assertThat(loop.time() - before).isGreaterThanOrEqualTo(0.05);
    assertThat(events).containsExactly("cleaned up");
    assertThat(client.readUntilClose().await()).isEmpty();
  }

  @LoopTest(clock = Time.SYSTEM)
  void aSecondDrainCanOnlyBeSooner(IOLoop loop) {
    var server = endless();
    var client = connect(listen(server));
    var drained = server.drain(Duration.ofHours(1));
    server.drain(Duration.ofMillis(1));
    server.drain(Duration.ofHours(2));

    drained.await();
    assertThat(client.readUntilClose().await()).isEmpty();
  }

  @LoopTest
  void withoutConnectionsItEndsAtOnce(IOLoop loop) {
    var drained = new TCPServer((_, _) -> {});
    listen(drained);
    assertThat(drained.drain(Duration.ofHours(1)).isDone()).isTrue();

    var closed = new TCPServer((_, _) -> {});
    listen(closed);
    closed.close();
    assertThat(closed.closed().isDone()).isTrue();
  }

  @LoopTest(clock = Time.SYSTEM)
  void aHandlerMayCloseItsServer(IOLoop loop) {
    var servers = new ArrayList<TCPServer>();
    servers.add(
        new TCPServer(
            (stream, _) -> {
              stream.write("ready\n").await();
              stream.readUntil("\n").await();
              servers.getFirst().close();
              events.add("went on to its next await");
              catchThrowable(() -> new Promise<Void>().await());
            }));
    var server = servers.getFirst();
    var client = connect(listen(server));
    client.write("close\n").await();
    server.closed().await();
    assertThat(client.readUntilClose().await()).isEmpty();
    assertThat(events).hasSize(1);
  }
}
