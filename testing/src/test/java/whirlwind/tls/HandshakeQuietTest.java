// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static whirlwind.tls.TlsPair.CLIENT;
import static whirlwind.tls.TlsPair.SERVER;
import static whirlwind.tls.TlsPair.VERSIONS;
import static whirlwind.tls.TlsPair.failureOf;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Tag;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;
import whirlwind.stream.SSLIOStream;
import whirlwind.stream.StreamLimits;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;
import whirlwind.testing.MemoryTransport;

/** A handshake that waits lets the loop sleep, whatever it waits for and whoever the peer is. */
class HandshakeQuietTest {
  private static final Duration A_WHILE = Duration.ofMillis(10);

  /** To sleep for a while takes these: the timer is made, the poll, the coroutine goes on. */
  private static final long TURNS_OF_A_SLEEP = 4;

  /** Bytes go on few at a time; before each of them the loop has nothing to do. */
  @LoopTest
  @Tag("TLS-12")
  @Tag("TLS-18")
  void theLoopSleepsInEveryStateOfTheHandshake(IOLoop loop) throws IOException {
    for (var version : VERSIONS) {
      var wire = Wire.of(loop, 100_000);
      assertQuiet(
          loop,
          wire,
          stream(loop, wire.client(), CLIENT.withVersions(version)),
          stream(loop, wire.server(), SERVER),
          97);
    }
  }

  /** The same where what is to be sent finds no room either. */
  @LoopTest
  @Tag("TLS-12")
  @Tag("TLS-18")
  void theLoopSleepsWhileThePeerTakesNothing(IOLoop loop) throws IOException {
    for (var version : VERSIONS) {
      var wire = Wire.of(loop, 64);
      assertQuiet(
          loop,
          wire,
          stream(loop, wire.client(), CLIENT.withVersions(version)),
          stream(loop, wire.server(), SERVER),
          64);
    }
  }

  private static SSLIOStream stream(IOLoop loop, MemoryTransport transport, ClientTls options) {
    return new SSLIOStream(loop, transport, options, StreamLimits.defaults());
  }

  private static SSLIOStream stream(IOLoop loop, MemoryTransport transport, ServerTls options) {
    return new SSLIOStream(loop, transport, options, StreamLimits.defaults());
  }

  private static void assertQuiet(
      IOLoop loop, Wire wire, SSLIOStream client, SSLIOStream server, int bytesAtATime)
      throws IOException {
    var request = server.readUntil("\n"); // reads and writes wait, too
    client.write("request\n");
    var answer = client.readUntil("\n");
    server.write("answer\n");
    int steps = 0;
    while (!request.isDone() || !answer.isDone()) {
      wire.toServer().move(bytesAtATime);
      TlsPair.settle();
      assertSleeps(loop, client, server);
      wire.toClient().move(bytesAtATime);
      TlsPair.settle();
      assertSleeps(loop, client, server);
      assertThat(++steps).as("steps, and no end").isLessThan(1000);
    }
    assertThat(request.await()).asString(UTF_8).isEqualTo("request\n");
    assertThat(answer.await()).asString(UTF_8).isEqualTo("answer\n");
    client.close();
    server.close();
  }

  private static void assertSleeps(IOLoop loop, SSLIOStream client, SSLIOStream server) {
    long before = loop.io().turns();
    Futures.sleep(A_WHILE).await();
    assertThat(loop.io().turns() - before)
        .as("turns while %s and %s wait", client, server)
        .isLessThanOrEqualTo(TURNS_OF_A_SLEEP);
  }

  @LoopTest
  @Tag("TLS-13")
  void aWriteOfNothingWaitsForTheHandshake(IOLoop loop) {
    try (var pair = TlsPair.of(loop, CLIENT, SERVER)) {
      pair.near().stall(true);
      var nothing = pair.client().write(new byte[0]);
      TlsPair.settle();
      assertThat(nothing.isDone()).isFalse();
      pair.near().stall(false);
      nothing.await();
      assertThat(pair.client().isSecured()).isTrue();
    }
  }

  // ---------------------------------------------------------------- peers that do not want TLS

  @LoopTest
  @Tag("TLS-14")
  void aPeerThatLeavesDuringTheHandshakeIsNoNews(IOLoop loop) {
    for (boolean afterHello : new boolean[] {false, true}) {
      var memory = MemoryTransport.pair(loop, 10_000);
      var server = stream(loop, memory.far(), SERVER);
      var handshake = server.waitForHandshake();
      if (afterHello) {
        var client = stream(loop, memory.near(), CLIENT);
        memory.near().stall(true);
        TlsPair.settle();
        client.close();
      }
      memory.near().close();
      assertThat(failureOf(handshake)).isInstanceOf(TlsTruncatedException.class);
      assertThat(memory.far().closed()).isTrue();
      TlsPair.settle(); // and the log stays empty
    }
  }

  @LoopTest
  @Tag("TLS-14")
  void aResetDuringTheHandshakeIsNoNews(IOLoop loop) {
    var memory = MemoryTransport.pair(loop, 10_000);
    var server = stream(loop, memory.far(), SERVER);
    var handshake = server.waitForHandshake();
    memory.near().reset();
    assertThat(failureOf(handshake)).isInstanceOf(SocketException.class);
    TlsPair.settle();
    assertThat(memory.far().closed()).isTrue();
  }

  @LoopTest
  @Tag("TLS-14")
  void whoSpeaksSomethingElseIsClosedWithOneLine(IOLoop loop, LogRecorder log) throws IOException {
    for (var greeting :
        new String[] {
          "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "SSH-2.0-OpenSSH\r\n", "\0\0\0"
        }) {
      var memory = MemoryTransport.pair(loop, 10_000);
      var server = stream(loop, memory.far(), SERVER);
      var handshake = server.waitForHandshake();
      memory.near().write(ByteBuffer.wrap(greeting.getBytes(UTF_8)));
      if (greeting.length() < 5) {
        memory.near().write(ByteBuffer.wrap(new byte[] {0, 0, 0, 0})); // a header can be told
      }
      assertThat(failureOf(handshake)).as(greeting).isInstanceOf(SSLException.class);
      assertThat(memory.far().closed()).isTrue();
      TlsPair.settle();
      assertThat(log.expect(Level.WARNING, "SSL error").thrown()).as("no stack trace").isNull();
    }
  }

  /** In records of one byte each, so that their headers are most of it. */
  @LoopTest
  @Tag("TLS-14")
  void aHelloInCrumbsThatNeverEndsIsGivenUp(IOLoop loop, LogRecorder log) throws IOException {
    var memory = MemoryTransport.pair(loop, 200_000);
    var server = stream(loop, memory.far(), SERVER);
    var handshake = server.waitForHandshake();
    var crumbs = ByteBuffer.allocate(150_000);
    var message = ByteBuffer.allocate(20_000).put(new byte[] {1, 0, (byte) 0xf0, 0}).clear();
    while (message.hasRemaining() && crumbs.remaining() >= 6) {
      crumbs.put(new byte[] {22, 3, 1, 0, 1, message.get()});
    }
    memory.near().write(crumbs.flip());
    TlsPair.settle();
    assertThat(failureOf(handshake)).isInstanceOf(SSLException.class);
    assertThat(memory.far().closed()).isTrue();
    TlsPair.settle();
    log.expect(Level.WARNING, "SSL error");
    memory.near().close();
  }
}
