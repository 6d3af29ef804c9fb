// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/** Two engines and the bytes between them, moved by the test: no sockets, no threads, no time. */
final class EnginePair {
  private static final int ROOM = 64 * 1024;

  final SSLEngine client;
  final SSLEngine server;

  /** What is on its way, ready to be read. */
  final ByteBuffer toServer;

  final ByteBuffer toClient;
  int clientFinished;
  int serverFinished;

  EnginePair(SSLEngine client, SSLEngine server, boolean isDirect) {
    this.client = client;
    this.server = server;
    toServer = buffer(ROOM, isDirect).flip();
    toClient = buffer(ROOM, isDirect).flip();
  }

  static ByteBuffer buffer(int size, boolean isDirect) {
    return isDirect ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
  }

  /** Both sides as far as they get; a failure of either is thrown. */
  EnginePair handshake() throws SSLException {
    client.beginHandshake();
    server.beginHandshake();
    for (boolean moved = true; moved; ) {
      moved = advance(client, Integer.MAX_VALUE);
      moved |= advance(server, Integer.MAX_VALUE);
    }
    assertThat(client.getHandshakeStatus()).isEqualTo(HandshakeStatus.NOT_HANDSHAKING);
    assertThat(server.getHandshakeStatus()).isEqualTo(HandshakeStatus.NOT_HANDSHAKING);
    return this;
  }

  /**
   * One side as far as it gets, seeing at most so many bytes of what is on its way.
   *
   * @return whether anything happened
   */
  boolean advance(SSLEngine engine, int visible) throws SSLException {
    ByteBuffer in = engine == client ? toClient : toServer;
    ByteBuffer out = engine == client ? toServer : toClient;
    boolean moved = false;
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> engine.getDelegatedTask().run();
        case NEED_WRAP -> note(engine, wrap(engine, ByteBuffer.allocate(0), out));
        default -> {
          int limit = in.limit();
          in.limit(Math.min(limit, in.position() + Math.min(visible, in.remaining())));
          SSLEngineResult result;
          try {
            result = unwrap(engine, in);
          } finally {
            in.limit(limit);
          }
          note(engine, result);
          if (result.bytesConsumed() == 0
              && result.getHandshakeStatus() != HandshakeStatus.NEED_WRAP
              && result.getHandshakeStatus() != HandshakeStatus.NEED_TASK) {
            return moved;
          }
        }
      }
      moved = true;
    }
  }

  private SSLEngineResult unwrap(SSLEngine engine, ByteBuffer in) throws SSLException {
    ByteBuffer dst = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
    var result = engine.unwrap(in, dst);
    assertThat(result.bytesProduced()).as("data before there was any").isZero();
    return result;
  }

  private void note(SSLEngine engine, SSLEngineResult result) {
    if (result.getHandshakeStatus() == HandshakeStatus.FINISHED) {
      if (engine == client) {
        clientFinished++;
      } else {
        serverFinished++;
      }
    }
  }

  /** Wraps behind what is on its way already. */
  static SSLEngineResult wrap(SSLEngine engine, ByteBuffer src, ByteBuffer out)
      throws SSLException {
    out.compact();
    try {
      return engine.wrap(src, out);
    } finally {
      out.flip();
    }
  }

  /** All of {@code data} through both engines, record by record; what came out. */
  byte[] transfer(SSLEngine from, byte[] data, boolean isDirect) throws SSLException {
    SSLEngine to = from == client ? server : client;
    ByteBuffer net = from == client ? toServer : toClient;
    ByteBuffer src = buffer(data.length, isDirect).put(data).flip();
    ByteBuffer dst = buffer(data.length + to.getSession().getApplicationBufferSize(), isDirect);
    while (src.hasRemaining()) {
      assertThat(wrap(from, src, net).getStatus()).isEqualTo(Status.OK);
      while (net.hasRemaining()) {
        assertThat(to.unwrap(net, dst).getStatus()).isEqualTo(Status.OK);
      }
    }
    byte[] received = new byte[dst.flip().remaining()];
    dst.get(received);
    return received;
  }
}
