// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records: what wrap and unwrap owe to whoever drives an engine. */
@ParameterizedClass
@MethodSource("whirlwind.boringssl.Sides#all")
class EngineDataTest {
  private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

  private final Sides sides;

  EngineDataTest(Sides sides) {
    this.sides = sides;
  }

  private static byte[] random(int size) {
    byte[] data = new byte[size];
    new Random(size).nextBytes(data);
    return data;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 64, 16_384, 100_000})
  void dataGoesBothWays(int size) throws SSLException {
    var pair = sides.connected();
    for (boolean isDirect : new boolean[] {true, false}) {
      assertThat(pair.transfer(pair.client, random(size), isDirect)).isEqualTo(random(size));
      assertThat(pair.transfer(pair.server, random(size), isDirect)).isEqualTo(random(size));
    }
  }

  @Test
  void nothingIsDoneWithLessThanOneRecord() throws SSLException {
    var pair = sides.connected();
    EnginePair.wrap(pair.client, ByteBuffer.wrap(HELLO), pair.toServer);
    var dst = ByteBuffer.allocate(20_000);
    for (int visible = 0; visible < pair.toServer.remaining(); visible++) {
      var part = pair.toServer.slice(pair.toServer.position(), visible);
      var result = pair.server.unwrap(part, dst);
      assertThat(result.getStatus()).isEqualTo(Status.BUFFER_UNDERFLOW);
      assertThat(result.bytesConsumed() + result.bytesProduced() + part.position()).isZero();
    }
    pair.server.unwrap(pair.toServer, dst);
    assertThat(dst.position()).isEqualTo(HELLO.length);
  }

  @Test
  void nothingIsDoneWithoutRoomForThePlaintext() throws SSLException {
    var pair = sides.connected();
    EnginePair.wrap(pair.client, ByteBuffer.wrap(random(1000)), pair.toServer);
    int before = pair.toServer.remaining();
    var small = pair.server.unwrap(pair.toServer, EnginePair.buffer(900, sides.isDirect()));
    assertThat(small.getStatus()).isEqualTo(Status.BUFFER_OVERFLOW);
    assertThat(small.bytesConsumed() + small.bytesProduced()).isZero();
    assertThat(pair.toServer.remaining()).isEqualTo(before);
    var result = pair.server.unwrap(pair.toServer, EnginePair.buffer(17_000, sides.isDirect()));
    assertThat(result.getStatus()).isEqualTo(Status.OK);
    assertThat(result.bytesProduced()).isEqualTo(1000);
  }

  @Test
  void nothingIsDoneWithoutRoomForTheRecord() throws SSLException {
    var pair = sides.connected();
    var src = ByteBuffer.wrap(random(1000));
    var result = pair.client.wrap(src, EnginePair.buffer(1000, sides.isDirect()));
    assertThat(result.getStatus()).isEqualTo(Status.BUFFER_OVERFLOW);
    assertThat(result.bytesConsumed() + result.bytesProduced() + src.position()).isZero();
    assertThat(pair.transfer(pair.client, HELLO, true)).isEqualTo(HELLO);
  }

  @Test
  void oneCallUnwrapsOneRecord() throws SSLException {
    var pair = sides.connected();
    EnginePair.wrap(pair.client, ByteBuffer.wrap(HELLO), pair.toServer);
    EnginePair.wrap(pair.client, ByteBuffer.wrap(HELLO), pair.toServer);
    var dst = EnginePair.buffer(20_000, sides.isDirect());
    assertThat(pair.server.unwrap(pair.toServer, dst).bytesProduced()).isEqualTo(HELLO.length);
    assertThat(pair.server.unwrap(pair.toServer, dst).bytesProduced()).isEqualTo(HELLO.length);
    assertThat(pair.toServer.hasRemaining()).isFalse();
  }

  @Test
  void buffersAreGatheredAndScattered() throws SSLException {
    var pair = sides.connected();
    byte[] data = random(300);
    ByteBuffer[] srcs = {
      ByteBuffer.wrap(data, 0, 100),
      ByteBuffer.allocate(0),
      EnginePair.buffer(100, true).put(data, 100, 100).flip(),
      ByteBuffer.wrap(data, 200, 100)
    };
    pair.toServer.compact();
    assertThat(pair.client.wrap(srcs, pair.toServer).bytesConsumed()).isEqualTo(300);
    pair.toServer.flip();
    ByteBuffer[] dsts = {
      EnginePair.buffer(50, true), EnginePair.buffer(200, false), EnginePair.buffer(17_000, true)
    };
    assertThat(pair.server.unwrap(pair.toServer, dsts).bytesProduced()).isEqualTo(300);
    byte[] received = new byte[300];
    dsts[0].flip().get(received, 0, 50);
    dsts[1].flip().get(received, 50, 200);
    dsts[2].flip().get(received, 250, 50);
    assertThat(received).isEqualTo(data);
  }

  @Test
  void buffersAreUsedFromTheirPositionToTheirLimit() throws SSLException {
    var pair = sides.connected();
    var src = EnginePair.buffer(20, sides.isDirect()).put(7, HELLO).position(7).limit(12);
    var net = EnginePair.buffer(20_000, sides.isDirect()).position(11);
    pair.client.wrap(src, net);
    var dst = EnginePair.buffer(17_000, sides.isDirect()).position(5);
    pair.server.unwrap(net.flip().position(11), dst);
    byte[] received = new byte[HELLO.length];
    dst.flip().position(5).get(received);
    assertThat(received).isEqualTo(HELLO);
    assertThat(src.hasRemaining() || net.hasRemaining() || dst.hasRemaining()).isFalse();
  }

  @Test
  void readOnlyDestinationsAreRefused() throws SSLException {
    var pair = sides.connected();
    var readOnly = ByteBuffer.allocate(20_000).asReadOnlyBuffer();
    assertThatExceptionOfType(ReadOnlyBufferException.class)
        .isThrownBy(() -> pair.client.wrap(ByteBuffer.wrap(HELLO), readOnly));
    assertThatExceptionOfType(ReadOnlyBufferException.class)
        .isThrownBy(() -> pair.client.unwrap(pair.toClient, readOnly));
  }

  @Test
  void aRecordThatWasTamperedWithEndsTheConnection() throws SSLException {
    var pair = sides.connected();
    EnginePair.wrap(pair.client, ByteBuffer.wrap(HELLO), pair.toServer);
    int last = pair.toServer.limit() - 1;
    pair.toServer.put(last, (byte) (pair.toServer.get(last) ^ 1));
    assertThatExceptionOfType(SSLException.class)
        .isThrownBy(() -> pair.server.unwrap(pair.toServer, ByteBuffer.allocate(20_000)));
    alertArrives(pair);
  }

  @Test
  void whatIsNotTlsEndsTheConnection() throws SSLException {
    assumeTrue(sides.nativeServer(), "the JDK waits for the rest of a long record");
    var pair = sides.connected();
    var http = ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    assertThatExceptionOfType(SSLException.class)
        .isThrownBy(() -> pair.server.unwrap(http, ByteBuffer.allocate(20_000)));
    assertThat(pair.server.isInboundDone()).isTrue();
  }

  /** The server has failed: what it wraps tells the client, and ends it. */
  private static void alertArrives(EnginePair pair) throws SSLException {
    SSLEngine server = pair.server;
    assertThat(server.isInboundDone()).isTrue();
    assertThat(server.getHandshakeStatus()).isEqualTo(HandshakeStatus.NEED_WRAP);
    var result = EnginePair.wrap(server, ByteBuffer.allocate(0), pair.toClient);
    assertThat(result.getStatus()).isEqualTo(Status.CLOSED);
    assertThat(result.bytesProduced()).isPositive();
    assertThat(server.isOutboundDone()).isTrue();
    assertThatExceptionOfType(SSLException.class)
        .isThrownBy(() -> pair.client.unwrap(pair.toClient, ByteBuffer.allocate(20_000)));
  }
}
