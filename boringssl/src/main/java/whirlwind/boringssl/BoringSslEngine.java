// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The contract of {@code SSLEngine}, kept by BoringSSL.
 *
 * <pre>
 *   NEW --begin--> HANDSHAKE --done--> OPEN      inbound and outbound close each for itself;
 *                      |                 |       when both have, the native memory is freed
 *                      +------failure----+--> both closed, after the alert was wrapped
 * </pre>
 *
 * <p><b>How it works.</b> {@code unwrap} points the BIO at exactly one record, so BoringSSL keeps
 * neither ciphertext nor plaintext from one call to the next: a record that the destination has no
 * room for is not begun. {@code wrap} seals one record into the destination, or, if BoringSSL has
 * something of its own to say, only that.
 *
 * <p>Certificates are chosen and verified by managers of the user, in a delegated task. The task
 * goes on with the handshake when they are through, so that a costly signature is made where tasks
 * run. Until it is through nobody else touches the native objects.
 */
final class BoringSslEngine extends EngineWithSettings {
  private static final int HEADER = 5;

  /** Between a record and its plaintext, at least: the tag; and by TLS 1.3 the type. */
  private static final int TAG = 16;

  /** A record that asks for new keys may go before the data. */
  private static final int KEY_UPDATE = 64;

  private enum State {
    NEW,
    HANDSHAKE,
    OPEN
  }

  private final ContextSpi context;
  private EngineSession session;
  private @Nullable NativeSsl ssl;
  private State state = State.NEW;

  /** BoringSSL has something to say of its own. */
  private boolean hasOutput;

  /** The result of wrap or unwrap that says so is still to come. */
  private boolean finishedIsDue;

  private boolean inboundDone;
  private boolean outboundClosed;
  private boolean outboundDone;

  /** What the handshake waits for, and whether somebody has it. */
  private @Nullable Runnable task;

  private boolean taskRuns;

  /** What a manager or a task has thrown: the next call does. */
  private @Nullable Throwable failure;

  private String applicationProtocol = "";
  private int overhead;
  private int leastExpansion;

  BoringSslEngine(ContextSpi context, @Nullable String host, int port) {
    super(host, port);
    this.context = context;
    this.session = new EngineSession(context.tickets(true), host, port);
  }

  @Override
  boolean hasBegun() {
    return state != State.NEW;
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
    NativeSsl open = ready();
    if (outboundDone || open == null) {
      return result(Status.CLOSED, 0, 0);
    }
    if (task != null) {
      return result(Status.OK, 0, 0);
    }
    if (hasOutput || state == State.HANDSHAKE) {
      return wrapOwn(open, dst);
    }
    int wanted = Buffers.remaining(srcs, offset, length, EngineSession.LONGEST_PLAINTEXT);
    if (dst.remaining() < wanted + overhead) {
      return result(Status.BUFFER_OVERFLOW, 0, 0);
    }
    if (wanted == 0 || outboundClosed) {
      return result(outboundClosed ? Status.CLOSED : Status.OK, 0, 0);
    }
    return wrapData(open, srcs, offset, length, wanted, dst);
  }

  private SSLEngineResult wrapData(
      NativeSsl open, ByteBuffer[] srcs, int offset, int length, int wanted, ByteBuffer dst)
      throws SSLException {
    int produced = Records.seal(open, srcs, offset, length, wanted, dst);
    if (produced < 0) {
      throw fatal(open, NativeSsl.lastError());
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
      hasOutput = false;
      if (state == State.HANDSHAKE && !outboundClosed) {
        step(open);
      }
      int produced = room - open.left();
      open.detach();
      Buffers.produced(out, dst, produced);
      outboundDone = outboundClosed && !hasOutput;
      var result = result(outboundClosed ? Status.CLOSED : Status.OK, 0, produced);
      freeWhenDone();
      return result;
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
    NativeSsl open = ready();
    if (inboundDone || open == null) {
      return result(Status.CLOSED, 0, 0);
    }
    if (task != null || (state == State.HANDSHAKE && needsWrap())) {
      return result(Status.OK, 0, 0);
    }
    int size = recordSize(open, src);
    if (size > src.remaining()) {
      return result(Status.BUFFER_UNDERFLOW, 0, 0);
    }
    if (state == State.HANDSHAKE) {
      return unwrapHandshake(open, src, size);
    }
    int most = Math.min(size - leastExpansion, EngineSession.LONGEST_PLAINTEXT);
    int room = Buffers.remaining(dsts, offset, length, EngineSession.LONGEST_PLAINTEXT);
    if (room < most) {
      return result(Status.BUFFER_OVERFLOW, 0, 0);
    }
    int count = Records.open(open, src, size, dsts, offset, length, room);
    return count > 0
        ? result(Status.OK, size, count)
        : unwrapNoData(open, size, open.stop(count));
  }

  private SSLEngineResult unwrapHandshake(NativeSsl open, ByteBuffer src, int size)
      throws SSLException {
    ByteBuffer in = Buffers.direct(src, size);
    try {
      open.source(NativeMemory.address(in), size);
      step(open);
      src.position(src.position() + size - open.left());
      return result(statusNow(), size - open.left(), 0);
    } finally {
      open.detach();
      Buffers.giveBack(in, src);
    }
  }

  /** The record was a ticket, new keys, an alert, or wrong. */
  private SSLEngineResult unwrapNoData(NativeSsl open, int size, NativeSsl.Stop stop) throws SSLException {
    open.detach();
    if (stop == NativeSsl.Stop.ENDED) {
      inboundDone = true;
      // By TLS 1.2 the answer is due at once; by TLS 1.3 each side ends for itself.
      if (!session.getProtocol().equals("TLSv1.3")) {
        closeOutbound();
      }
      var result = result(Status.CLOSED, size, 0);
      freeWhenDone();
      return result;
    }
    if (stop != NativeSsl.Stop.WANTS_INPUT && stop != NativeSsl.Stop.WANTS_ROOM) {
      throw fatal(open, NativeSsl.lastError());
    }
    hasOutput = open.waiting() > 0;
    return result(Status.OK, size, 0);
  }

  /** The size of the record at the position, or more than there is. */
  private int recordSize(NativeSsl open, ByteBuffer src) throws SSLException {
    if (src.remaining() < HEADER) {
      return HEADER;
    }
    int at = src.position();
    int type = src.get(at);
    int major = src.get(at + 1);
    int content = (src.get(at + 3) & 0xff) << 8 | (src.get(at + 4) & 0xff);
    if (type < 20 || type > 24 || major != 3 || content + HEADER > EngineSession.LONGEST_RECORD) {
      throw fatal(open, "wanted a record of TLS, got something else");
    }
    return HEADER + content;
  }

  // ---------------------------------------------------------------- the handshake

  @Override
  public synchronized void beginHandshake() throws SSLException {
    if (state == State.OPEN) {
      throw new SSLException("handshake: wanted the first one, as there is no renegotiation");
    }
    if (inboundDone || outboundClosed) {
      throw new SSLException("handshake: the engine is closed");
    }
    ready();
  }

  /** Begins if that is due, and throws what a task has left. Null when all is freed. */
  private @Nullable NativeSsl ready() throws SSLException {
    if (failure != null && task == null) {
      throw fatal(ssl, "TLS failed");
    }
    if (state == State.NEW && !outboundClosed && !inboundDone) {
      begin();
    }
    return ssl;
  }

  private void begin() throws SSLException {
    NativeContext natives = context.nativeFor(settings.kind());
    var created = new NativeSsl(natives, context.engines(), settings.isClient);
    try {
      created.configure(settings);
    } catch (Exception refused) {
      created.close();
      throw new SSLException("TLS settings: " + refused.getMessage(), refused);
    }
    context.engines().put(created.address(), this);
    session =
        new EngineSession(context.tickets(settings.isClient), getPeerHost(), getPeerPort());
    if (settings.isClient) {
      created.requestNames(settings.requestedNames(getPeerHost()));
      var server = resumableServer();
      if (server != null) {
        context.sessions().offerTo(created.address(), server);
      }
      hasOutput = true; // the client speaks first
    }
    ssl = created;
    state = State.HANDSHAKE;
  }

  /** Goes on until the peer has to, or a task, or there is no room to write. */
  private void step(NativeSsl open) throws SSLException {
    int done = open.doHandshake();
    if (done == 1) {
      complete(open);
      return;
    }
    switch (open.stop(done)) {
      case WANTS_INPUT -> hasOutput = open.waiting() > 0;
      case WANTS_ROOM -> hasOutput = true;
      case WANTS_TASK -> {
        hasOutput = open.waiting() > 0;
        suspendFor(open, open.task());
      }
      case ENDED -> throw fatal(open, "the peer ended TLS within the handshake");
      case FAILED -> throw fatal(open, NativeSsl.lastError());
    }
  }

  private void suspendFor(NativeSsl open, @Nullable Runnable natively) throws SSLException {
    if (natively != null) {
      session.begin(open, namesRequested(open));
      checkServerName(open);
      task = natively;
    }
  }

  private List<SNIServerName> namesRequested(NativeSsl open) {
    if (settings.isClient) {
      return settings.requestedNames(getPeerHost());
    }
    String name = open.requestedName();
    return name == null ? List.of() : List.of(new SNIHostName(name));
  }

  private void checkServerName(NativeSsl open) throws SSLException {
    var matchers = settings.serverNameMatchers;
    if (settings.isClient || matchers == null || matchers.isEmpty()) {
      return;
    }
    for (SNIServerName name : session.getRequestedServerNames()) {
      for (SNIMatcher matcher : matchers) {
        if (matcher.getType() == name.getType() && matcher.matches(name)) {
          return;
        }
      }
      throw fatal(open, "the client asks for an unknown name: " + name);
    }
  }

  private void complete(NativeSsl open) throws SSLException {
    state = State.OPEN;
    finishedIsDue = true;
    try {
      session.complete(open, settings.isClient, namesRequested(open));
    } catch (CertificateException unreadable) {
      failure = unreadable;
      throw fatal(open, "the session cannot be read");
    }
    checkServerName(open); // of a resumed session nobody has asked yet
    applicationProtocol = open.applicationProtocol();
    overhead = open.overhead() + KEY_UPDATE;
    leastExpansion = HEADER + TAG + (session.getProtocol().equals("TLSv1.3") ? 1 : 0);
    if (!settings.isClient) {
      open.writeNothing();
    }
    hasOutput = open.waiting() > 0;
  }

  @Override
  public synchronized @Nullable Runnable getDelegatedTask() {
    Runnable natively = task;
    if (natively == null || taskRuns) {
      return null;
    }
    taskRuns = true;
    return () -> run(natively);
  }

  /** The user's managers without the lock, then the handshake under it. */
  private void run(Runnable natively) {
    try {
      natively.run();
    } catch (RuntimeException | Error thrown) {
      failedBecause(thrown);
    }
    synchronized (this) {
      task = null;
      taskRuns = false;
      NativeSsl open = ssl;
      if (open == null || (inboundDone && outboundDone)) {
        freeWhenDone();
        return;
      }
      try {
        open.detach();
        step(open);
      } catch (SSLException thrown) {
        failedBecause(thrown);
      }
    }
  }

  /** From a task, without the lock. The first failure is the cause. */
  synchronized void failedBecause(Throwable cause) {
    if (failure == null) {
      failure = cause;
    }
  }

  /** The connection is over: the alert is all that still can be wrapped. */
  private SSLException fatal(@Nullable NativeSsl open, String text) {
    Throwable cause = failure;
    failure = null;
    boolean inHandshake = state != State.OPEN;
    inboundDone = true;
    outboundClosed = true;
    if (open != null) {
      open.detach();
      hasOutput = open.waiting() > 0;
    }
    outboundDone = !hasOutput;
    freeWhenDone();
    if (cause instanceof SSLException known) {
      return known;
    }
    String message = cause == null ? text : String.valueOf(cause.getMessage());
    var thrown = inHandshake ? new SSLHandshakeException(message) : new SSLException(message);
    thrown.initCause(cause);
    return thrown;
  }

  // ---------------------------------------------------------------- status

  private SSLEngineResult result(Status status, int consumed, int produced) {
    return new SSLEngineResult(status, statusOfResult(status), consumed, produced);
  }

  private HandshakeStatus statusOfResult(Status status) {
    if (finishedIsDue && !hasOutput && status == Status.OK) {
      finishedIsDue = false;
      return HandshakeStatus.FINISHED;
    }
    return getHandshakeStatus();
  }

  private Status statusNow() {
    return inboundDone ? Status.CLOSED : Status.OK;
  }

  private boolean needsWrap() {
    return hasOutput && !outboundDone;
  }

  @Override
  public synchronized HandshakeStatus getHandshakeStatus() {
    if (task != null) {
      return HandshakeStatus.NEED_TASK;
    }
    if (needsWrap()) {
      return HandshakeStatus.NEED_WRAP;
    }
    boolean waits = state == State.HANDSHAKE && !inboundDone && !outboundClosed;
    return waits || failure != null ? HandshakeStatus.NEED_UNWRAP : HandshakeStatus.NOT_HANDSHAKING;
  }

  // ---------------------------------------------------------------- the end

  @Override
  public synchronized void closeInbound() throws SSLException {
    if (inboundDone) {
      return;
    }
    inboundDone = true;
    boolean isTruncated = state != State.NEW;
    freeWhenDone();
    if (isTruncated) {
      throw new SSLException("the input ended without a close-notify of the peer");
    }
  }

  @Override
  public synchronized boolean isInboundDone() {
    return inboundDone;
  }

  @Override
  public synchronized void closeOutbound() {
    if (outboundClosed) {
      return;
    }
    outboundClosed = true;
    NativeSsl open = ssl;
    if (state == State.OPEN && open != null) {
      open.detach();
      open.shutdown();
      hasOutput = open.waiting() > 0;
    } else {
      hasOutput = false; // within a handshake there is nothing to say
    }
    outboundDone = !hasOutput;
    freeWhenDone();
  }

  @Override
  public synchronized boolean isOutboundDone() {
    return outboundDone;
  }

  private void freeWhenDone() {
    NativeSsl open = ssl;
    if (inboundDone && outboundDone && !taskRuns && open != null) {
      task = null;
      ssl = null;
      open.close();
    }
  }

  // ---------------------------------------------------------------- what it has agreed on

  @Override
  public synchronized SSLSession getSession() {
    // Until then it is one that is not valid.
    return session;
  }

  @Override
  public synchronized @Nullable SSLSession getHandshakeSession() {
    return state == State.HANDSHAKE ? session : null;
  }

  /** For the key and trust managers, and what asks them. */
  synchronized EngineSession handshake() {
    return session;
  }

  @Override
  public synchronized String getApplicationProtocol() {
    return applicationProtocol;
  }

  @Override
  public synchronized @Nullable String getHandshakeApplicationProtocol() {
    NativeSsl open = ssl;
    return state == State.HANDSHAKE && open != null ? open.applicationProtocol() : null;
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
    return "BoringSslEngine[" + state + ", " + session + ']';
  }
}
