// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Objects;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The contract of {@code SSLEngine}, kept by BoringSSL. {@link Connection} knows how far it is.
 *
 * <p><b>How it works.</b> {@code unwrap} points the BIO at exactly one record, so BoringSSL keeps
 * neither ciphertext nor plaintext from one call to the next: a record that the destination has no
 * room for is not begun. {@code wrap} seals one record into the destination, or, if BoringSSL has
 * something of its own to say, only that.
 */
final class BoringSslEngine extends EngineWithSettings {
  private static final int HEADER = 5;

  /** Between a record and its plaintext, at least: the tag; and by TLS 1.3 the type. */
  private static final int TAG = 16;

  /** A record that asks for new keys may go before the data. */
  private static final int KEY_UPDATE = 64;

  private final Connection connection;

  /** The result of wrap or unwrap that says so is still to come. */
  private boolean finishedIsDue;

  private int mostExpansion;
  private int leastExpansion;

  BoringSslEngine(ContextSpi context, @Nullable String host, int port) {
    super(host, port);
    this.connection = new Connection(this, context, settings);
  }

  /** From the connection, when the handshake is done. */
  void opened(NativeSsl open, EngineSession session) {
    finishedIsDue = true;
    mostExpansion = open.overhead() + KEY_UPDATE;
    leastExpansion = HEADER + TAG + (session.isTls13() ? 1 : 0);
  }

  // ---------------------------------------------------------------- encrypting

  @Override
  public SSLEngineResult wrap(ByteBuffer src, ByteBuffer dst) throws SSLException {
    return wrap(new ByteBuffer[] {src}, 0, 1, dst);
  }

  @Override
  public synchronized SSLEngineResult wrap(
      ByteBuffer[] srcs, int offset, int length, ByteBuffer dst) throws SSLException {
    Objects.checkFromIndexSize(offset, length, srcs.length);
    if (dst.isReadOnly()) {
      throw new ReadOnlyBufferException();
    }
    NativeSsl open = connection.ready();
    if (connection.isOutboundDone() || open == null) {
      return result(Status.CLOSED, 0, 0);
    }
    if (connection.hasTask()) {
      return result(Status.OK, 0, 0);
    }
    if (connection.hasOutput() || connection.isHandshaking()) {
      return wrapOwn(open, dst);
    }
    int wanted = Buffers.remaining(srcs, offset, length, EngineSession.LONGEST_PLAINTEXT);
    if (dst.remaining() < wanted + mostExpansion) {
      return result(Status.BUFFER_OVERFLOW, 0, 0);
    }
    return wanted == 0
        ? result(Status.OK, 0, 0)
        : wrapData(open, srcs, offset, length, wanted, dst);
  }

  private SSLEngineResult wrapData(
      NativeSsl open, ByteBuffer[] srcs, int offset, int length, int wanted, ByteBuffer dst)
      throws SSLException {
    int produced = Records.seal(open, srcs, offset, length, wanted, dst);
    if (produced < 0) {
      throw connection.fatal(NativeSsl.lastError());
    }
    return new SSLEngineResult(Status.OK, HandshakeStatus.NOT_HANDSHAKING, wanted, produced);
  }

  /** What is not application data: handshake, alerts, close-notify. */
  private SSLEngineResult wrapOwn(NativeSsl open, ByteBuffer dst) throws SSLException {
    if (dst.remaining() < EngineSession.LONGEST_RECORD) {
      return result(Status.BUFFER_OVERFLOW, 0, 0);
    }
    ByteBuffer out = dst.isDirect() ? dst : Scratch.take();
    try {
      int room = out.remaining();
      open.sink(NativeMemory.address(out), room);
      open.flush();
      connection.outputTaken();
      if (connection.isHandshaking() && !connection.isOutboundClosed()) {
        connection.step(open);
      }
      int produced = room - open.left();
      open.detach();
      Buffers.produced(out, dst, produced);
      connection.settle();
      return result(connection.isOutboundClosed() ? Status.CLOSED : Status.OK, 0, produced);
    } finally {
      Buffers.giveBack(out, dst);
    }
  }

  // ---------------------------------------------------------------- decrypting

  @Override
  public SSLEngineResult unwrap(ByteBuffer src, ByteBuffer dst) throws SSLException {
    return unwrap(src, new ByteBuffer[] {dst}, 0, 1);
  }

  @Override
  public synchronized SSLEngineResult unwrap(
      ByteBuffer src, ByteBuffer[] dsts, int offset, int length) throws SSLException {
    Objects.checkFromIndexSize(offset, length, dsts.length);
    Buffers.checkWritable(dsts, offset, length);
    NativeSsl open = connection.ready();
    if (connection.isInboundDone() || open == null) {
      return result(Status.CLOSED, 0, 0);
    }
    if (connection.hasTask() || (connection.isHandshaking() && connection.hasOutput())) {
      return result(Status.OK, 0, 0);
    }
    int size = recordSize(src);
    if (size > src.remaining()) {
      return result(Status.BUFFER_UNDERFLOW, 0, 0);
    }
    if (connection.isHandshaking()) {
      return unwrapHandshake(open, src, size);
    }
    int most = Math.min(size - leastExpansion, EngineSession.LONGEST_PLAINTEXT);
    int room = Buffers.remaining(dsts, offset, length, EngineSession.LONGEST_PLAINTEXT);
    if (room < most) {
      return result(Status.BUFFER_OVERFLOW, 0, 0);
    }
    int count = Records.open(open, src, size, dsts, offset, length, room);
    return count > 0 ? result(Status.OK, size, count) : unwrapNoData(open, size, open.stop(count));
  }

  private SSLEngineResult unwrapHandshake(NativeSsl open, ByteBuffer src, int size)
      throws SSLException {
    ByteBuffer in = Buffers.direct(src, size);
    try {
      open.source(NativeMemory.address(in), size);
      connection.step(open);
      int consumed = size - open.left();
      open.detach();
      src.position(src.position() + consumed);
      return result(Status.OK, consumed, 0);
    } finally {
      Buffers.giveBack(in, src);
    }
  }

  /** The record was a ticket, new keys, an alert, or wrong. */
  private SSLEngineResult unwrapNoData(NativeSsl open, int size, NativeSsl.Stop stop)
      throws SSLException {
    return switch (stop) {
      case ENDED -> {
        connection.inboundEnded();
        connection.settle();
        yield result(Status.CLOSED, size, 0);
      }
      case WANTS_INPUT, WANTS_ROOM -> {
        connection.lookForOutput(open);
        yield result(Status.OK, size, 0);
      }
      case WANTS_TASK, FAILED -> throw connection.fatal(NativeSsl.lastError());
    };
  }

  /** The size of the record at the position, or more than there is. */
  private int recordSize(ByteBuffer src) throws SSLException {
    if (src.remaining() < HEADER) {
      return HEADER;
    }
    int at = src.position();
    int type = src.get(at);
    int major = src.get(at + 1);
    int content = (src.get(at + 3) & 0xff) << 8 | (src.get(at + 4) & 0xff);
    if (type < 20 || type > 24 || major != 3 || content + HEADER > EngineSession.LONGEST_RECORD) {
      throw connection.fatal("wanted a record of TLS, got something else");
    }
    return HEADER + content;
  }

  // ---------------------------------------------------------------- status

  private SSLEngineResult result(Status status, int consumed, int produced) {
    return new SSLEngineResult(status, statusOfResult(status), consumed, produced);
  }

  private HandshakeStatus statusOfResult(Status status) {
    if (finishedIsDue && status == Status.OK && !connection.hasOutput()) {
      finishedIsDue = false;
      return HandshakeStatus.FINISHED;
    }
    return getHandshakeStatus();
  }

  @Override
  public synchronized HandshakeStatus getHandshakeStatus() {
    if (connection.hasTask()) {
      return HandshakeStatus.NEED_TASK;
    }
    if (connection.hasOutput()) {
      return HandshakeStatus.NEED_WRAP;
    }
    return connection.needsInput() ? HandshakeStatus.NEED_UNWRAP : HandshakeStatus.NOT_HANDSHAKING;
  }

  @Override
  public synchronized void beginHandshake() throws SSLException {
    if (connection.isOpen()) {
      throw new SSLException("handshake: wanted the first one, as there is no renegotiation");
    }
    if (connection.isInboundDone() || connection.isOutboundClosed()) {
      throw new SSLException("handshake: the engine is closed");
    }
    connection.ready();
  }

  @Override
  boolean hasBegun() {
    return connection.hasBegun();
  }

  @Override
  public synchronized @Nullable Runnable getDelegatedTask() {
    return connection.delegatedTask();
  }

  /** From a task, without the lock. */
  synchronized void failedBecause(Throwable cause) {
    connection.failedBecause(cause);
  }

  // ---------------------------------------------------------------- the end

  @Override
  public synchronized void closeInbound() throws SSLException {
    connection.closeInbound();
  }

  @Override
  public synchronized boolean isInboundDone() {
    return connection.isInboundDone();
  }

  @Override
  public synchronized void closeOutbound() {
    connection.closeOutbound();
  }

  @Override
  public synchronized boolean isOutboundDone() {
    return connection.isOutboundDone();
  }

  // ---------------------------------------------------------------- what it has agreed on

  /** {@inheritDoc} Before the handshake it is one that is not valid. */
  @Override
  public synchronized SSLSession getSession() {
    return connection.session();
  }

  @Override
  public synchronized @Nullable SSLSession getHandshakeSession() {
    return connection.isHandshaking() ? connection.session() : null;
  }

  /** For what asks the key and trust managers. */
  synchronized EngineSession handshake() {
    return connection.session();
  }

  @Override
  public synchronized String getApplicationProtocol() {
    return connection.isHandshaking() ? "" : connection.applicationProtocol();
  }

  @Override
  public synchronized @Nullable String getHandshakeApplicationProtocol() {
    return connection.isHandshaking() ? connection.applicationProtocol() : null;
  }

  /** Whose tickets this client may use and keep; null for nobody's. */
  SessionCache.@Nullable Server resumableServer() {
    String host = getPeerHost();
    String identification = settings.identification;
    return host == null || !settings.isClient
        ? null
        : new SessionCache.Server(
            host, getPeerPort(), identification == null ? "" : identification);
  }

  @Override
  public String toString() {
    return "BoringSslEngine[" + getSession() + ", " + getHandshakeStatus() + ']';
  }
}
