// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import java.security.cert.CertificateException;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * How far a connection has come: its handshake, its end, and the native memory in between.
 *
 * <pre>
 *   NEW --begin--> HANDSHAKE --complete--> OPEN      inbound and outbound end each for itself;
 *                      |                     |       when both have, the native memory is freed
 *                      +-------fatal---------+--> both ended, once the alert was taken
 * </pre>
 *
 * <p>Certificates are chosen and verified by managers of the user, in a delegated task. The task
 * goes on with the handshake when they are through, so that a costly signature is made where tasks
 * run. Until it is through nobody else touches the native objects.
 *
 * <p><b>Threads:</b> guarded by the engine that it belongs to.
 */
final class Connection {
  private enum State {
    NEW,
    HANDSHAKE,
    OPEN
  }

  private final BoringSslEngine engine;
  private final ContextSpi context;
  private final EngineSettings settings;
  private EngineSession session;
  private @Nullable NativeSsl ssl;
  private State state = State.NEW;

  /** BoringSSL has something to say of its own. */
  private boolean hasOutput;

  private boolean inboundDone;
  private boolean outboundClosed;
  private boolean outboundDone;

  /** What the handshake waits for, and whether somebody has it. */
  private @Nullable Runnable task;

  private boolean taskRuns;

  /** What a manager or a task has thrown: the next call does. */
  private @Nullable Throwable failure;

  private String applicationProtocol = "";

  Connection(BoringSslEngine engine, ContextSpi context, EngineSettings settings) {
    this.engine = engine;
    this.context = context;
    this.settings = settings;
    this.session = newSession();
  }

  private EngineSession newSession() {
    return new EngineSession(
        context.tickets(settings.isClient),
        engine.getPeerHost(),
        engine.getPeerPort(),
        this::forgetTickets);
  }

  private void forgetTickets() {
    var server = engine.resumableServer();
    if (server != null) {
      context.sessions().forget(server);
    }
  }

  // ---------------------------------------------------------------- the handshake

  /**
   * Begins if that is due, and throws what a task has left.
   *
   * @return what there is to work with; null when it is freed, or was never made
   */
  @Nullable NativeSsl ready() throws SSLException {
    if (failure != null && task == null) {
      throw fatal("TLS failed");
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
    context.engines().put(created.address(), engine);
    session = newSession();
    if (settings.isClient) {
      created.requestNames(settings.requestedNames(engine.getPeerHost()));
      var server = engine.resumableServer();
      if (server != null) {
        context.sessions().offerTo(created.address(), server);
      }
      hasOutput = true; // the client speaks first
    }
    ssl = created;
    state = State.HANDSHAKE;
  }

  /** Goes on until the peer has to, or a task, or there is no room to write. */
  void step(NativeSsl open) throws SSLException {
    int done = open.doHandshake();
    if (done == 1) {
      complete(open);
      return;
    }
    switch (open.stop(done)) {
      case WANTS_INPUT -> lookForOutput(open);
      case WANTS_ROOM -> hasOutput = true;
      case WANTS_TASK -> {
        lookForOutput(open);
        suspendFor(open, open.task());
      }
      case ENDED -> throw fatal("the peer ended TLS within the handshake");
      case FAILED -> throw fatal(NativeSsl.lastError());
    }
  }

  private void suspendFor(NativeSsl open, @Nullable Runnable natively) throws SSLException {
    if (natively != null) {
      session.begin(open, namesRequested(open));
      checkServerName();
      task = natively;
    }
  }

  private List<SNIServerName> namesRequested(NativeSsl open) {
    if (settings.isClient) {
      return settings.requestedNames(engine.getPeerHost());
    }
    String name = open.requestedName();
    return name == null ? List.of() : List.of(new SNIHostName(name));
  }

  private void checkServerName() throws SSLException {
    if (!settings.accepts(session.getRequestedServerNames())) {
      throw fatal("the client asks for an unknown name: " + session.getRequestedServerNames());
    }
  }

  private void complete(NativeSsl open) throws SSLException {
    try {
      session.complete(open, settings.isClient, namesRequested(open));
    } catch (CertificateException unreadable) {
      failure = unreadable;
      throw fatal("the session cannot be read");
    }
    checkServerName(); // of a resumed session nobody has asked yet
    applicationProtocol = open.applicationProtocol();
    if (!settings.isClient) {
      open.writeNothing();
    }
    lookForOutput(open);
    state = State.OPEN;
    engine.opened(open, session);
  }

  /** Looks whether BoringSSL has written something that waits to be wrapped. */
  void lookForOutput(NativeSsl open) {
    hasOutput = open.waiting() > 0;
  }

  /** All that waited is being wrapped. */
  void outputTaken() {
    hasOutput = false;
  }

  // ---------------------------------------------------------------- tasks

  @Nullable Runnable delegatedTask() {
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
      engine.failedBecause(thrown);
    }
    synchronized (engine) {
      task = null;
      taskRuns = false;
      goOnAfterTask();
    }
  }

  private void goOnAfterTask() {
    NativeSsl open = ssl;
    if (open == null || outboundClosed || inboundDone) {
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

  /** The first failure is the cause. */
  void failedBecause(Throwable cause) {
    if (failure == null) {
      failure = cause;
    }
  }

  // ---------------------------------------------------------------- the end

  /** The connection is over: the alert, if there is one, is all that still can be wrapped. */
  SSLException fatal(String text) {
    Throwable cause = failure;
    failure = null;
    boolean inHandshake = state != State.OPEN;
    inboundDone = true;
    outboundClosed = true;
    NativeSsl open = ssl;
    if (open != null) {
      open.detach();
      lookForOutput(open);
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

  /** The peer's close-notify. */
  void inboundEnded() {
    inboundDone = true;
    // By TLS 1.2 the answer is due at once; by TLS 1.3 each side ends for itself.
    if (!session.isTls13()) {
      closeOutbound();
    }
  }

  void closeInbound() throws SSLException {
    if (inboundDone) {
      return;
    }
    inboundDone = true;
    freeWhenDone();
    if (state != State.NEW) {
      throw new SSLException("the input ended without a close-notify of the peer");
    }
  }

  void closeOutbound() {
    if (outboundClosed) {
      return;
    }
    outboundClosed = true;
    hasOutput = false; // within a handshake there is nothing to say
    NativeSsl open = ssl;
    if (state == State.OPEN && open != null) {
      open.detach();
      open.shutdown();
      lookForOutput(open);
    }
    outboundDone = !hasOutput;
    freeWhenDone();
  }

  /** Notes that everything is said, if it is, and frees what nobody needs any more. */
  void settle() {
    outboundDone |= outboundClosed && !hasOutput;
    freeWhenDone();
  }

  private void freeWhenDone() {
    NativeSsl open = ssl;
    if (inboundDone && outboundDone && !taskRuns && open != null) {
      task = null;
      ssl = null;
      open.close();
    }
  }

  // ---------------------------------------------------------------- how far it is

  boolean hasBegun() {
    return state != State.NEW;
  }

  boolean isHandshaking() {
    return state == State.HANDSHAKE;
  }

  boolean isOpen() {
    return state == State.OPEN;
  }

  boolean hasTask() {
    return task != null;
  }

  boolean hasOutput() {
    return hasOutput && !outboundDone;
  }

  /** Whether only the peer, or the next call, can bring it further. */
  boolean needsInput() {
    boolean waits = state == State.HANDSHAKE && !inboundDone && !outboundClosed;
    return waits || failure != null;
  }

  boolean isInboundDone() {
    return inboundDone;
  }

  boolean isOutboundClosed() {
    return outboundClosed;
  }

  boolean isOutboundDone() {
    return outboundDone;
  }

  EngineSession session() {
    return session;
  }

  String applicationProtocol() {
    NativeSsl open = ssl;
    return state == State.HANDSHAKE && open != null
        ? open.applicationProtocol()
        : applicationProtocol;
  }
}
