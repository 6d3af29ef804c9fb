// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static whirlwind.tls.TlsPair.CLIENT;
import static whirlwind.tls.TlsPair.SERVER;

import java.lang.System.Logger.Level;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Tag;
import whirlwind.future.Futures;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;
import whirlwind.testing.MemoryTransport;
import whirlwind.tls.TlsPair;

class SSLIOStreamTest {

  @LoopTest
  @Tag("TLS-9")
  @Tag("TLS-10")
  void theHandshakeBeginsByItself(IOLoop loop) {
    try (var pair = TlsPair.of(loop, CLIENT, SERVER)) {
      assertThat(pair.client().waitForHandshake().await()).isSameAs(pair.client());
      assertThat(pair.server().waitForHandshake().await()).isSameAs(pair.server());
      assertThat(pair.client().waitForHandshake().isDone()).as("afterwards").isTrue();
      assertThat(pair.client().session().getProtocol()).isEqualTo("TLSv1.3");
      assertThat(pair.server().requestedServerName()).isEqualTo("localhost");
    }
  }

  @LoopTest
  @Tag("TLS-12")
  void readsAndWritesMayPrecedeTheHandshake(IOLoop loop) {
    try (var pair = TlsPair.of(loop, CLIENT, SERVER)) {
      var read = pair.server().readUntil("\n");
      var write = pair.client().write("hello\n");
      assertThat(new String(read.await(), UTF_8)).isEqualTo("hello\n");
      write.await();
    }
  }

  @LoopTest
  @Tag("TLS-1")
  void aLiveStreamGoesOnWithTls(IOLoop loop) {
    var memory = MemoryTransport.pair(loop, 100_000);
    var client = new IOStream(loop, memory.near(), StreamLimits.defaults());
    var server = new IOStream(loop, memory.far(), StreamLimits.defaults());
    client.write("STARTTLS\n").await();
    assertThat(new String(server.readUntil("\n").await(), UTF_8)).isEqualTo("STARTTLS\n");
    var serverSide = server.startTls(SERVER);
    var secured = client.startTls(CLIENT).await();
    secured.write("secret\n").await();
    assertThat(new String(serverSide.await().readUntil("\n").await(), UTF_8)).isEqualTo("secret\n");
    assertThat(client.closed()).isTrue();
    assertThatThrownBy(() -> client.write("x")).isInstanceOf(StreamClosedException.class);
    secured.close();
    serverSide.await().close();
  }

  @LoopTest
  @Tag("TLS-20")
  void beforeItIsConnectedNothingIsAgreedOn(IOLoop loop) {
    var stream = new SSLIOStream(CLIENT);
    assertThat(stream.isSecured()).isFalse();
    assertThatIllegalStateException()
        .isThrownBy(stream::session)
        .withMessageContaining("waitForHandshake");
    assertThatIllegalStateException().isThrownBy(stream::applicationProtocol);
    assertThatIllegalStateException().isThrownBy(stream::requestedServerName);
    stream.close();
  }

  @LoopTest
  @Tag("TLS-10")
  void onlyOneWaitsForTheHandshake(IOLoop loop) {
    try (var pair = TlsPair.of(loop, CLIENT, SERVER)) {
      var first = pair.client().waitForHandshake();
      assertThatIllegalStateException()
          .isThrownBy(() -> pair.client().waitForHandshake())
          .withMessageContaining("waitForHandshake");
      first.await();
    }
  }

  @LoopTest
  @Tag("TLS-11")
  void aHandshakeThatHasFailedFailsWhoeverWaitsForIt(IOLoop loop, LogRecorder log) {
    try (var pair = TlsPair.of(loop, CLIENT.withServerName("wrong.test"), SERVER)) {
      assertThatThrownBy(() -> pair.client().waitForHandshake().await())
          .hasCauseInstanceOf(SSLHandshakeException.class);
      assertThatThrownBy(() -> pair.client().waitForHandshake().await())
          .hasCauseInstanceOf(SSLHandshakeException.class);
      assertThatThrownBy(() -> pair.server().waitForHandshake().await())
          .hasCauseInstanceOf(SSLHandshakeException.class);
      Futures.moment().await();
      log.expect(Level.WARNING, "SSL error");
    }
  }

  @LoopTest
  @Tag("TLS-21")
  void aHandshakeThatStallsIsClosed(IOLoop loop) {
    var memory = MemoryTransport.pair(loop, 100_000);
    var stream = new SSLIOStream(loop, memory.near(), SERVER, StreamLimits.defaults());
    assertThatThrownBy(() -> stream.waitForHandshake().await())
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("TLS handshake");
    assertThat(memory.near().closed()).isTrue();
    assertThat(loop.time()).isGreaterThanOrEqualTo(Duration.ofSeconds(30).toSeconds());
  }

  @LoopTest
  @Tag("TLS-17")
  void smallWritesOfOneTurnShareRecords(IOLoop loop) {
    try (var pair = TlsPair.of(loop, CLIENT, SERVER)) {
      pair.client().waitForHandshake().await();
      long before = pair.near().statistics().writes();
      for (int i = 0; i < 50; i++) {
        pair.client().write("x");
      }
      pair.client().write("y").await();
      assertThat(pair.near().statistics().writes() - before).isEqualTo(2);
      assertThat(pair.server().readBytes(51).await()).hasSize(51);
    }
  }
}
