// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static whirlwind.tls.TlsPair.CLIENT;
import static whirlwind.tls.TlsPair.SERVER;
import static whirlwind.tls.TlsPair.failureOf;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.future.Futures;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.stream.IOStream;
import whirlwind.stream.SSLIOStream;
import whirlwind.stream.StreamClosedException;
import whirlwind.stream.StreamLimits;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;
import whirlwind.testing.LoopTest.Time;
import whirlwind.testing.MemoryTransport;
import whirlwind.testing.TestCertificates;

/** How a handshake ends: done, refused, too late, or given up. */
class HandshakeEndTest {
  private final List<String> events = new ArrayList<>();

  @LoopTest(clock = Time.SYSTEM)
  @Tag("TLS-8")
  void connectIsDoneAfterTheHandshake(IOLoop loop) {
    try (var listener = ServerSockets.tcp(loop)) {
      var client = new SSLIOStream(CLIENT);
      var connecting = client.connect(listener.address());
      var socket = listener.accept();
      var early = client.write("early\n");
      TlsPair.settle();
      assertThat(connecting.isDone()).as("while nobody answers").isFalse();
      var server = new SSLIOStream(loop, socket, SERVER, StreamLimits.defaults());
      assertThat(connecting.await()).isSameAs(client);
      assertThat(client.isSecured()).isTrue();
      early.await();
      assertThat(server.readUntil("\n").await()).asString(UTF_8).isEqualTo("early\n");
      client.close();
      server.close();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("TLS-8")
  void connectFailsWithTheCauseItself(IOLoop loop, LogRecorder log) {
    var listener = ServerSockets.tcp(loop);
    var client = new SSLIOStream(CLIENT.withServerName("wrong.test"));
    var connecting = client.connect(listener.address());
    var server = new SSLIOStream(loop, listener.accept(), SERVER, StreamLimits.defaults());
    assertThat(failureOf(connecting)).isInstanceOf(SSLHandshakeException.class);
    assertThat(client.closed()).isTrue();
    assertThat(failureOf(server.waitForHandshake())).isInstanceOf(SSLHandshakeException.class);
    TlsPair.settle();
    log.expect(Level.WARNING, "SSL error");

    var address = listener.address();
    listener.close();
    assertThat(failureOf(new SSLIOStream(CLIENT).connect(address)))
        .isInstanceOf(ConnectException.class);
  }

  /** The address that is connected to names the host, if the options do not. */
  @LoopTest(clock = Time.SYSTEM)
  @Tag("TLS-7")
  void theAddressNamesTheHost(IOLoop loop) {
    try (var listener = ServerSockets.tcp(loop)) {
      var client = new SSLIOStream(ClientTls.of(TestCertificates.trusting()));
      var connecting = client.connect(listener.address());
      var server = new SSLIOStream(loop, listener.accept(), SERVER, StreamLimits.defaults());
      connecting.await().close();
      server.waitForHandshake().await().close();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("TLS-5")
  void whereNothingNamesTheHostNothingIsTakenOver(@TempDir Path directory) throws IOException {
    var address = UnixDomainSocketAddress.of(directory.resolve("socket"));
    var options = ClientTls.of(TestCertificates.trusting());
    try (var _ = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address)) {
      var stream = new SSLIOStream(options);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> stream.connect(address))
          .withMessageContaining("server name");
      stream.close();
      try (var channel = SocketChannel.open(address)) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new SSLIOStream(channel, options, StreamLimits.defaults()))
            .withMessageContaining("server name");
        assertThat(channel.isOpen()).as("still the caller's").isTrue();
      }
      try (var unconnected = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        var connects = new SSLIOStream(unconnected, options, StreamLimits.defaults());
        assertThatIllegalArgumentException().isThrownBy(() -> connects.connect(address));
        assertThat(unconnected.isOpen()).as("for a better address").isTrue();
        connects.close();
      }
    }
  }

  @LoopTest
  @Tag("TLS-21")
  void aHandshakeHasItsDeadlineOnBothSides(IOLoop loop) {
    var memory = MemoryTransport.pair(loop, 10_000);
    var client =
        new SSLIOStream(
            loop,
            memory.near(),
            CLIENT.withHandshakeTimeout(Duration.ofSeconds(7)),
            StreamLimits.defaults());
    client.setCloseCallback(() -> events.add("closed"));
    var write = client.write("x");
    var read = client.readBytes(1);
    assertThat(failureOf(client.waitForHandshake())).isInstanceOf(TimeoutException.class);
    assertThat(loop.time()).isEqualTo(7);
    assertThat(memory.near().closed()).isTrue();
    for (var failed : List.of(read, write)) {
      assertThat(failureOf(failed))
          .isInstanceOfSatisfying(
              StreamClosedException.class,
              closed -> assertThat(closed.realError()).isInstanceOf(TimeoutException.class));
    }
    TlsPair.settle();
    assertThat(events).containsExactly("closed");
    memory.far().close();
  }

  @LoopTest
  @Tag("TLS-21")
  void aHandshakeThatIsDoneHasNoDeadlineLeft(IOLoop loop) {
    try (var pair = TlsPair.of(loop, CLIENT, SERVER)) {
      pair.handshake();
      double before = loop.time();
      Futures.sleep(Duration.ofMinutes(5)).await();
      assertThat(loop.time()).isEqualTo(before + 300);
      pair.client().write("x").await();
      assertThat(pair.server().readBytes(1).await()).hasSize(1);
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("TLS-21")
  void aCancelledConnectClosesTheSocket(IOLoop loop) {
    try (var listener = ServerSockets.tcp(loop)) {
      var client = new SSLIOStream(CLIENT);
      var connecting = client.connect(listener.address());
      var peer = new IOStream(loop, listener.accept(), StreamLimits.defaults());
      TlsPair.settle();
      connecting.cancel();
      assertThat(connecting.isCancelled()).isTrue();
      assertThat(client.closed()).isTrue();
      peer.readUntilClose().await();
      assertThat(peer.inputEnded()).as("the end, for the peer").isTrue();
    }
  }

  @LoopTest
  @Tag("TLS-10")
  void whoGivesUpWaitingLeavesTheHandshakeAlone(IOLoop loop) {
    try (var pair = TlsPair.of(loop, CLIENT, SERVER)) {
      pair.near().stall(true);
      var first = pair.client().waitForHandshake();
      TlsPair.settle();
      first.cancel();
      var second = pair.client().waitForHandshake();
      pair.near().stall(false);
      assertThat(second.await()).isSameAs(pair.client());
    }
  }
}
