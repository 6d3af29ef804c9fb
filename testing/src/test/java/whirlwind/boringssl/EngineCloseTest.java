// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The end of a connection, in order and out of order. */
@ParameterizedClass
@MethodSource("whirlwind.boringssl.Sides#all")
class EngineCloseTest {
  private final Sides sides;

  EngineCloseTest(Sides sides) {
    this.sides = sides;
  }

  private static SSLEngineResult wrapNothing(SSLEngine engine, ByteBuffer out) throws SSLException {
    return EnginePair.wrap(engine, ByteBuffer.allocate(0), out);
  }

  /** The client ends its output; the server has learned of it. */
  private EnginePair clientHasEnded() throws SSLException {
    var pair = sides.connected();
    pair.client.closeOutbound();
    assertThat(pair.client.getHandshakeStatus()).isEqualTo(HandshakeStatus.NEED_WRAP);
    assertThat(pair.client.isOutboundDone()).isFalse();
    var told = wrapNothing(pair.client, pair.toServer);
    assertThat(told.getStatus()).isEqualTo(Status.CLOSED);
    assertThat(told.bytesProduced()).isPositive();
    assertThat(pair.client.isOutboundDone()).isTrue();
    var heard = pair.server.unwrap(pair.toServer, ByteBuffer.allocate(20_000));
    assertThat(heard.getStatus()).isEqualTo(Status.CLOSED);
    assertThat(heard.bytesConsumed()).isPositive();
    assertThat(pair.server.isInboundDone()).isTrue();
    return pair;
  }

  @Test
  void whoHasEndedItsOutputMayStillReceive() throws SSLException {
    assumeTrue(sides.isTls13(), "by TLS 1.2 both directions end together");
    var pair = clientHasEnded();
    assertThat(pair.server.isOutboundDone()).isFalse();
    assertThat(pair.transfer(pair.server, new byte[5000], true)).hasSize(5000);
    pair.server.closeOutbound();
    wrapNothing(pair.server, pair.toClient);
    var heard = pair.client.unwrap(pair.toClient, ByteBuffer.allocate(20_000));
    assertThat(heard.getStatus()).isEqualTo(Status.CLOSED);
    bothAreDone(pair);
  }

  @Test
  void byTls12TheAnswerToTheEndIsTheEnd() throws SSLException {
    assumeTrue(!sides.isTls13(), "by TLS 1.3 each direction ends for itself");
    var pair = clientHasEnded();
    assertThat(pair.server.getHandshakeStatus()).isEqualTo(HandshakeStatus.NEED_WRAP);
    wrapNothing(pair.server, pair.toClient);
    pair.client.unwrap(pair.toClient, ByteBuffer.allocate(20_000));
    bothAreDone(pair);
  }

  private static void bothAreDone(EnginePair pair) throws SSLException {
    var room = ByteBuffer.allocate(20_000);
    for (SSLEngine engine : new SSLEngine[] {pair.client, pair.server}) {
      assertThat(engine.isInboundDone() && engine.isOutboundDone()).isTrue();
      assertThat(engine.wrap(ByteBuffer.allocate(10), room).getStatus()).isEqualTo(Status.CLOSED);
      assertThat(engine.unwrap(ByteBuffer.allocate(10), room).getStatus()).isEqualTo(Status.CLOSED);
      assertThat(engine.getHandshakeStatus()).isEqualTo(HandshakeStatus.NOT_HANDSHAKING);
      assertThat(engine.getSession().getProtocol()).as("is kept").startsWith("TLSv1.");
      engine.closeInbound();
      engine.closeOutbound();
    }
  }

  @Test
  void nothingCanBeSentAfterTheEnd() throws SSLException {
    var pair = clientHasEnded();
    var result = pair.client.wrap(ByteBuffer.allocate(10), ByteBuffer.allocate(20_000));
    assertThat(result.getStatus()).isEqualTo(Status.CLOSED);
    assertThat(result.bytesConsumed() + result.bytesProduced()).isZero();
  }

  @Test
  void inputThatEndsWithoutACloseNotifyIsTruncated() throws SSLException {
    var pair = sides.connected();
    assertThatExceptionOfType(SSLException.class).isThrownBy(() -> pair.client.closeInbound());
    assertThat(pair.client.isInboundDone()).isTrue();
    pair.client.closeInbound();
  }

  @Test
  void inputThatEndsWithinTheHandshakeIsTruncated() throws SSLException {
    var pair = sides.pair(sides.clientContext(), sides.serverContext("server"));
    pair.client.beginHandshake();
    wrapNothing(pair.client, pair.toServer);
    assertThatExceptionOfType(SSLException.class).isThrownBy(() -> pair.client.closeInbound());
  }

  @Test
  void anEngineThatWasNeverUsedCloses() throws SSLException {
    var pair = sides.pair(sides.clientContext(), sides.serverContext("server"));
    pair.client.closeOutbound();
    pair.client.closeInbound();
    var result = pair.client.wrap(ByteBuffer.allocate(0), ByteBuffer.allocate(20_000));
    assertThat(result.getStatus()).isEqualTo(Status.CLOSED);
    assertThat(pair.client.isInboundDone()).isTrue();
    assertThat(pair.client.isOutboundDone()).isTrue();
  }

  @Test
  void anEngineThatIsClosedWhileATaskRunsIsFreedAfterIt() throws SSLException {
    var pair = sides.pair(sides.clientContext(), sides.serverContext("server"));
    pair.client.beginHandshake();
    wrapNothing(pair.client, pair.toServer);
    pair.server.beginHandshake();
    pair.server.unwrap(pair.toServer, ByteBuffer.allocate(20_000));
    assertThat(pair.server.getHandshakeStatus()).isEqualTo(HandshakeStatus.NEED_TASK);
    Runnable task = pair.server.getDelegatedTask();
    assertThat(pair.server.getDelegatedTask()).isNull();
    pair.server.closeOutbound();
    assertThatExceptionOfType(SSLException.class).isThrownBy(() -> pair.server.closeInbound());
    task.run();
    assertThat(pair.server.isInboundDone()).isTrue();
  }
}
