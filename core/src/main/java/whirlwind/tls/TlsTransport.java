// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import whirlwind.io.Interest;
import whirlwind.io.ReadyHandler;
import whirlwind.io.Transport;
import whirlwind.loop.BufferPool;
import whirlwind.loop.IOLoop;

/**
 * TLS over any other transport, TLS itself included; for streams, and for whoever has a transport
 * of their own. It is connecting until the handshake is done.
 *
 * <pre>
 *   HANDSHAKE --done--> OPEN --------close--> CLOSED
 *       |                 |                     ^
 *       +----failure------+--> FAILED --close---+
 * </pre>
 *
 * <p><b>The end.</b> {@link #shutdownOutput} and {@link #close} send a close-notify. The peer's is
 * the end of the input; a connection that ends without it throws {@link TlsTruncatedException}. By
 * TLS 1.2 a close-notify of the peer ends the output, too.
 *
 * <p><b>Threads:</b> the loop's. All work is done in coroutines, never on the loop's bare thread:
 * engines, and the trust managers and contexts of users, take locks of their own, and may await.
 *
 * <p><b>Errors:</b> what the engine finds wrong is an {@link SSLException}, and told to the peer by
 * an alert.
 *
 * <p>Source: RFC 8446 and RFC 5246.
 */
public final class TlsTransport implements Transport {
  /** Ciphertext that one read may take in before others get their turn. */
  private static final int READ_BUDGET = 256 * 1024;

  /** Answers to the peer that may wait behind other bytes until it is not listened to any more. */
  private static final int MOST_ANSWERS = 16;

  private static final ByteBuffer[] NOTHING = {ByteBuffer.allocate(0)};

  private enum State {
    HANDSHAKE,
    OPEN,
    FAILED,
    CLOSED
  }

  private final IOLoop loop;
  private final Transport inner;

  /** How to make a server's engine, once it is known whom the client asks for; else null. */
  private final @Nullable ServerTls serverOptions;

  private @Nullable String serverName;

  private State state = State.HANDSHAKE;
  private @Nullable IOException failure;

  private @Nullable SSLEngine engine;
  private boolean isNative;

  private BufferPool blocks;
  private final CipherInput input;
  private final CipherOutput output;

  /** Decrypted bytes that nobody had room for. */
  private @Nullable ByteBuffer plaintext;

  /**
   * Bytes that are encrypted and on their way, but of which the writer does not know yet: it offers
   * them again, and they count as written once the transport has taken their records. So a write is
   * done when the kernel has the bytes, and nothing is lost when it is not.
   */
  private long unacknowledged;

  /** How often the peer has wanted an answer since it has last taken all that there was for it. */
  private int answersWaiting;

  /** The bytes that the loop knows of. */
  private int counted;

  private boolean begun;
  private boolean secured;
  private boolean inputEnded;
  private boolean outputShut;

  /**
   * While the engine works. It may suspend its caller, by a lock or in a slow task; nobody else may
   * come near it then, and finds nothing to read and no room to write.
   */
  private boolean busy;

  private @Nullable ReadyHandler handler;
  private int wanted;
  private int innerWanted;

  /** Events of the transport below that wait for a coroutine. */
  private int pendingEvents;

  /** Whether a job is queued that reports what is at hand here, of which no poller knows. */
  private boolean reporting;

  private final Runnable handlePending = this::handlePending;

  /**
   * The client's side.
   *
   * @param inner connected or connecting; this transport's own from now on
   * @param host what is connected to, for verification; null if the options name it
   * @param port of the server, for the cache of sessions; less than 0 if unknown
   * @throws IllegalArgumentException when there is no name to verify the server by
   */
  public TlsTransport(
      IOLoop loop, Transport inner, ClientTls options, @Nullable String host, int port) {
    this(loop, inner, Engines.of(options, host, port));
  }

  /**
   * What puts the client's side over a transport that is yet to be opened, once: what may be wrong
   * with the options is found before there is one. Parameters and errors are those of {@link
   * #TlsTransport(IOLoop, Transport, ClientTls, String, int)}.
   */
  public static UnaryOperator<Transport> client(
      IOLoop loop, ClientTls options, @Nullable String host, int port) {
    var engine = Engines.of(options, host, port);
    return inner -> new TlsTransport(loop, inner, engine);
  }

  private TlsTransport(IOLoop loop, Transport inner, SSLEngine engine) {
    this(null, loop, inner);
    use(engine);
  }

  /**
   * The server's side.
   *
   * @param inner connected; this transport's own from now on
   */
  public TlsTransport(IOLoop loop, Transport inner, ServerTls options) {
    this(Objects.requireNonNull(options, "options"), loop, inner);
  }

  private TlsTransport(@Nullable ServerTls serverOptions, IOLoop loop, Transport inner) {
    this.loop = Objects.requireNonNull(loop, "loop");
    this.inner = Objects.requireNonNull(inner, "inner");
    this.serverOptions = serverOptions;
    this.blocks = loop.io().heapBuffers();
    this.input = new CipherInput(blocks);
    this.output = new CipherOutput(blocks);
  }

  /** The JDK's engine works on arrays and copies all else; native ones work on what is direct. */
  private void use(SSLEngine created) {
    isNative = created.getClass().getModule() != Object.class.getModule();
    blocks = isNative ? loop.io().directBuffers() : loop.io().heapBuffers();
    input.moveTo(blocks);
    output.moveTo(blocks);
    engine = created;
  }

  // ---------------------------------------------------------------- what it is

  /** The session: certificates, cipher suite, version. Null until the handshake is done. */
  public @Nullable SSLSession session() {
    return secured ? engine().getSession() : null;
  }

  /** What ALPN has agreed on; empty for nothing, null until the handshake is done. */
  public @Nullable String applicationProtocol() {
    return secured ? engine().getApplicationProtocol() : null;
  }

  /** The name that the client asks for, as far as it is known; null if none. */
  public @Nullable String serverName() {
    return serverName;
  }

  /** How many bytes are held here, encrypted or decrypted, that nobody has taken yet. */
  public int buffered() {
    return input.size() + output.size() + (plaintext == null ? 0 : plaintext.remaining());
  }

  @Override
  public long heldBytes() {
    return ownHeldBytes() + inner.heldBytes();
  }

  private int ownHeldBytes() {
    var decrypted = plaintext;
    return input.capacity() + output.capacity() + (decrypted == null ? 0 : decrypted.capacity());
  }

  /** Tells the loop what is held here by now. */
  private void countMemory() {
    int now = state == State.CLOSED ? 0 : ownHeldBytes();
    if (now != counted) {
      loop.io().memory().add(now - counted);
      counted = now;
    }
  }

  @Override
  public @Nullable SocketAddress localAddress() {
    return inner.localAddress();
  }

  @Override
  public @Nullable SocketAddress remoteAddress() {
    return inner.remoteAddress();
  }

  @Override
  public void noDelay(boolean on) throws IOException {
    inner.noDelay(on);
  }

  @Override
  public boolean gathersWrites() {
    return true;
  }

  @Override
  public String toString() {
    return "TlsTransport[" + state + " over " + inner + "]";
  }

  // ---------------------------------------------------------------- readiness

  @Override
  public void attach(ReadyHandler handler) throws IOException {
    boolean isFirst = this.handler == null;
    this.handler = Objects.requireNonNull(handler, "handler");
    wanted = Interest.NONE;
    if (isFirst) {
      inner.attach(this::innerReady);
      loop.execute(() -> handle(Interest.NONE));
    } else {
      settle();
    }
  }

  @Override
  public void interest(int mask) {
    int inAndOut = Interest.check(mask) & ~Interest.ERROR;
    if (state == State.CLOSED) {
      return;
    }
    if (handler == null) {
      throw new IllegalStateException("interest: wanted an attached transport, got " + this);
    }
    wanted = inAndOut;
    settle();
  }

  /** Often on the bare thread. */
  private void innerReady(int events) {
    if (busy) {
      wantOfInner(Interest.NONE); // else it would be told without end; settle() asks again
    } else if (pendingEvents == 0) {
      pendingEvents = events;
      loop.io().runInCoroutine(handlePending);
    } else {
      pendingEvents |= events;
    }
  }

  private void handlePending() {
    int events = pendingEvents;
    pendingEvents = 0;
    handle(events);
  }

  private void handle(int events) {
    if (busy) {
      return; // settle() looks again
    }
    switch (state) {
      case HANDSHAKE -> goOnWithHandshake();
      case OPEN -> report(events);
      case FAILED, CLOSED -> {}
    }
  }

  /** Tells the handler what it wants to know. */
  private void report(int events) {
    if ((events & Interest.WRITE) != 0 && !output.isEmpty()) {
      flushBehind();
    }
    int mask = events & Interest.ERROR;
    if ((wanted & Interest.READ) != 0 && ((events & Interest.READ) != 0 || hasInput())) {
      mask |= Interest.READ;
    }
    if ((wanted & events & Interest.WRITE) != 0 && output.isEmpty()) {
      mask |= Interest.WRITE;
    }
    tell(mask);
    settle();
  }

  private void tell(int mask) {
    if (mask != Interest.NONE && handler != null) {
      handler.ready(mask);
    }
  }

  /** Sends what waits, not for a write but by itself; whether that failed is the next call's. */
  private void flushBehind() {
    try {
      output.flush(inner);
    } catch (IOException cause) {
      fail(cause);
    }
  }

  /** Whether a read would find something here, without asking the transport below. */
  private boolean hasInput() {
    return plaintext != null || inputEnded || failure != null || !isHeldBack() && input.hasRecord();
  }

  /**
   * Whether the peer has to take its answers first: one that only asks would fill the memory here.
   */
  private boolean isHeldBack() {
    return answersWaiting >= MOST_ANSWERS && !output.isEmpty();
  }

  /** Asks the transport below for what is needed now, and reports what is at hand already. */
  private void settle() {
    if (busy || handler == null) {
      return;
    }
    countMemory();
    switch (state) {
      case HANDSHAKE -> wantOfInner(output.isEmpty() ? Interest.READ : Interest.WRITE);
      case OPEN -> {
        boolean here = (wanted & Interest.READ) != 0 && hasInput();
        if (here && !reporting) {
          reporting = true;
          loop.execute(this::reportHere);
        }
        int read = here || isHeldBack() ? Interest.NONE : wanted & Interest.READ;
        int write = output.isEmpty() ? wanted & Interest.WRITE : Interest.WRITE;
        wantOfInner(read | write);
      }
      case FAILED -> {
        wantOfInner(Interest.NONE);
        if (wanted != Interest.NONE && !reporting) {
          reporting = true;
          loop.execute(this::reportHere);
        }
      }
      case CLOSED -> {}
    }
  }

  private void reportHere() {
    reporting = false;
    if (state == State.OPEN && !busy) {
      report(Interest.NONE);
    } else if (state == State.FAILED) {
      tell(wanted);
      settle();
    }
  }

  private void wantOfInner(int mask) {
    if (mask != innerWanted) {
      innerWanted = mask;
      inner.interest(mask);
    }
  }

  // ---------------------------------------------------------------- the handshake

  private void goOnWithHandshake() {
    busy = true;
    try {
      boolean goesOn = true;
      while (state == State.HANDSHAKE && goesOn) {
        goesOn = step();
      }
    } catch (IOException cause) {
      fail(cause);
    } catch (RuntimeException cause) {
      fail(new SSLException("TLS handshake: " + cause.getMessage(), cause));
    } finally {
      busy = false;
    }
    switch (state) {
      case OPEN -> tell(wanted & Interest.WRITE);
      case FAILED -> tell(wanted | Interest.ERROR);
      case HANDSHAKE, CLOSED -> {}
    }
    settle();
  }

  /**
   * One step; false when the peer has to do one first. What the engine has to say goes out in one
   * piece, before anything that takes time.
   */
  private boolean step() throws IOException {
    var current = engine;
    if (current == null) {
      return chooseEngine();
    }
    if (!begun) {
      begun = true;
      current.beginHandshake();
    }
    return switch (current.getHandshakeStatus()) {
      case NEED_TASK -> output.flush(inner) && runTasks(current);
      case NEED_WRAP -> wrapNothing(current);
      case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> output.flush(inner) && unwrapHandshake(current);
      case FINISHED, NOT_HANDSHAKING -> {
        if (output.flush(inner)) {
          state = State.OPEN;
          secured = true;
        }
        yield false;
      }
    };
  }

  /** A server looks whom the client asks for, and leaves the bytes to the engine. */
  private boolean chooseEngine() throws IOException {
    var block = input.lend();
    ClientHello hello;
    try {
      hello = ClientHello.parse(block);
      while (hello == null) {
        if (!receiveForHandshake(block)) {
          return false;
        }
        hello = ClientHello.parse(block);
      }
    } finally {
      input.takeBack(block);
    }
    serverName = hello.serverName();
    use(Engines.of(Objects.requireNonNull(serverOptions), serverName));
    return true;
  }

  /** False when nothing more is there now. */
  private boolean receiveForHandshake(ByteBuffer block) throws IOException {
    int count = input.receive(block, inner);
    if (count < 0) {
      throw new TlsTruncatedException("the peer closed the connection during the TLS handshake");
    }
    return count > 0;
  }

  /** Trust managers are the user's, and await as all code of theirs may: never off the loop. */
  private boolean runTasks(SSLEngine current) {
    boolean verifies =
        current.getUseClientMode() || current.getNeedClientAuth() || current.getWantClientAuth();
    for (Runnable task; (task = current.getDelegatedTask()) != null; ) {
      if (verifies) {
        task.run();
      } else {
        DelegatedTasks.of(loop).run(task);
      }
    }
    return true;
  }

  private boolean unwrapHandshake(SSLEngine current) throws IOException {
    var block = input.lend();
    try {
      while (true) {
        var result = unwrapAside(current, block);
        switch (result.getStatus()) {
          case OK -> {
            return true;
          }
          case BUFFER_UNDERFLOW -> {
            if (!receiveForHandshake(block)) {
              return false;
            }
          }
          case CLOSED -> throw new TlsTruncatedException("the peer ended TLS during the handshake");
          case BUFFER_OVERFLOW -> throw tooLarge(current);
        }
      }
    } finally {
      input.takeBack(block);
    }
  }

  /**
   * What the engine has to say at an end, a close-notify or an alert: to a peer that may have gone,
   * so it is no failure if that does not get it.
   */
  private void sendLast(SSLEngine current) {
    try {
      wrapLast(current);
      output.flush(inner);
    } catch (IOException | RuntimeException _) {
      output.clear();
    }
  }

  private void wrapLast(SSLEngine current) throws SSLException {
    for (int records = 0;
        records < 4 && current.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
        records++) {
      wrapNothing(current);
    }
  }

  // ---------------------------------------------------------------- reading

  @Override
  public int read(ByteBuffer dst) throws IOException {
    ensureUsable();
    if (state == State.HANDSHAKE || busy || !dst.hasRemaining()) {
      return 0;
    }
    int start = dst.position();
    takePlaintext(dst);
    if (dst.hasRemaining() && state == State.OPEN && !inputEnded && !isHeldBack()) {
      busy = true;
      try {
        decrypt(engine(), dst);
      } catch (IOException cause) {
        fail(cause);
        if (dst.position() == start) {
          throw cause;
        }
      } finally {
        busy = false;
      }
      settle();
    } else {
      countMemory();
    }
    int count = dst.position() - start;
    return count == 0 && inputEnded ? -1 : count;
  }

  private void takePlaintext(ByteBuffer dst) {
    var from = plaintext;
    if (from == null) {
      return;
    }
    int count = Math.min(from.remaining(), dst.remaining());
    dst.put(dst.position(), from, from.position(), count).position(dst.position() + count);
    from.position(from.position() + count);
    if (!from.hasRemaining()) {
      plaintext = null;
    }
  }

  /** Decrypts what is there until there is no room, no input, or enough was done. */
  private void decrypt(SSLEngine current, ByteBuffer dst) throws IOException {
    var block = input.lend();
    try {
      int received = 0;
      while (state == State.OPEN && unwrapAll(current, block, dst)) {
        if (input.isDrained() || received >= READ_BUDGET) {
          return;
        }
        int count = input.receive(block, inner);
        if (count == 0) {
          return;
        }
        if (count < 0) {
          throw new TlsTruncatedException(
              "the connection ended without a close-notify of TLS; data may be missing");
        }
        received += count;
      }
    } finally {
      input.takeBack(block);
    }
  }

  /** Returns whether more ciphertext is needed: there is room, and no whole record is left. */
  private boolean unwrapAll(SSLEngine current, ByteBuffer block, ByteBuffer dst)
      throws IOException {
    while (state == State.OPEN && dst.hasRemaining() && plaintext == null) {
      if (!CipherInput.startsWithRecord(block)) {
        return true;
      }
      int before = block.remaining();
      var result = current.unwrap(block, dst);
      if (result.getStatus() == Status.BUFFER_OVERFLOW) {
        result = unwrapAside(current, block);
        takePlaintext(dst);
      }
      switch (result.getStatus()) {
        case BUFFER_UNDERFLOW -> {
          return true;
        }
        case BUFFER_OVERFLOW -> throw tooLarge(current);
        case CLOSED -> {
          inputEnded = true;
          sendLast(current); // by TLS 1.2 a close-notify is answered
          return false;
        }
        case OK -> {
          var status = result.getHandshakeStatus();
          if (status != HandshakeStatus.NOT_HANDSHAKING) {
            if (answer(current, status)) {
              return false; // one at a time, as new keys cost more than many bytes
            }
          } else if (block.remaining() == before && result.bytesProduced() == 0) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** Decrypts to {@link #plaintext}, for want of room or of somebody to give it to. */
  private SSLEngineResult unwrapAside(SSLEngine current, ByteBuffer block) throws SSLException {
    var aside = blocks.take();
    try {
      var result = current.unwrap(block, aside);
      if (aside.flip().hasRemaining()) {
        keepPlaintext(aside);
      }
      return result;
    } finally {
      blocks.give(aside);
    }
  }

  private void keepPlaintext(ByteBuffer more) {
    var before = plaintext;
    int size = more.remaining() + (before == null ? 0 : before.remaining());
    var all = ByteBuffer.allocate(size);
    if (before != null) {
      all.put(before);
    }
    plaintext = all.put(more).flip();
  }

  /**
   * The peer says more than data: TLS 1.3 may change its keys, TLS 1.2 wants to begin anew. Returns
   * whether there was something to answer.
   */
  private boolean answer(SSLEngine current, HandshakeStatus status) throws IOException {
    if (status == HandshakeStatus.FINISHED) {
      return false;
    }
    if (!current.getSession().getProtocol().equals("TLSv1.3")) {
      throw new SSLException("the peer wants to renegotiate, which is refused");
    }
    if (output.isEmpty()) {
      answersWaiting = 0;
    }
    for (var needed = status;
        needed == HandshakeStatus.NEED_TASK || needed == HandshakeStatus.NEED_WRAP;
        needed = current.getHandshakeStatus()) {
      if (needed == HandshakeStatus.NEED_TASK) {
        runTasks(current);
      } else {
        wrapNothing(current);
      }
    }
    if (!output.flush(inner)) {
      answersWaiting++;
    }
    return true;
  }

  private static SSLException tooLarge(SSLEngine current) {
    return new SSLException(
        "a record of TLS: wanted at most %d bytes, got more; the engine wants %d"
            .formatted(BufferPool.BLOCK_BYTES, current.getSession().getApplicationBufferSize()));
  }

  // ---------------------------------------------------------------- writing

  @Override
  public int write(ByteBuffer src) throws IOException {
    return (int) write(new ByteBuffer[] {src});
  }

  @Override
  public long write(ByteBuffer[] srcs) throws IOException {
    ensureUsable();
    if (outputShut) {
      throw new ClosedChannelException();
    }
    if (state == State.HANDSHAKE || busy) {
      return 0;
    }
    busy = true;
    try {
      return encrypt(engine(), srcs);
    } catch (IOException cause) {
      fail(cause);
      throw cause;
    } finally {
      busy = false;
      settle();
    }
  }

  private long encrypt(SSLEngine current, ByteBuffer[] srcs) throws IOException {
    if (!output.flush(inner)) {
      return 0;
    }
    long taken = acknowledge(srcs);
    while (state == State.OPEN && haveRemaining(srcs)) {
      int[] starts = positions(srcs);
      long count = encryptBlock(current, srcs);
      if (!output.isEmpty()) {
        unacknowledged = count;
        for (int i = 0; i < srcs.length; i++) {
          srcs[i].position(starts[i]);
        }
        break;
      }
      taken += count;
    }
    return taken;
  }

  private static boolean haveRemaining(ByteBuffer[] srcs) {
    for (int i = srcs.length - 1; i >= 0; i--) {
      if (srcs[i].hasRemaining()) {
        return true;
      }
    }
    return false;
  }

  private static int[] positions(ByteBuffer[] srcs) {
    var positions = new int[srcs.length];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = srcs[i].position();
    }
    return positions;
  }

  /** Passes over what is encrypted and gone already. */
  private long acknowledge(ByteBuffer[] srcs) {
    long before = unacknowledged;
    for (int i = 0; i < srcs.length && unacknowledged > 0; i++) {
      int count = (int) Math.min(unacknowledged, srcs[i].remaining());
      srcs[i].position(srcs[i].position() + count);
      unacknowledged -= count;
    }
    return before - unacknowledged;
  }

  /** As many records as fit into a block, and on their way; how many bytes they hold. */
  private long encryptBlock(SSLEngine current, ByteBuffer[] srcs) throws IOException {
    var block = blocks.take();
    long count = 0;
    boolean fits = true;
    while (fits && haveRemaining(srcs)) {
      var result = current.wrap(srcs, block);
      count += result.bytesConsumed();
      switch (result.getStatus()) {
        case OK -> fits = result.bytesProduced() > 0;
        case BUFFER_OVERFLOW -> fits = false;
        case CLOSED -> {
          outputShut = true;
          fits = false;
        }
        case BUFFER_UNDERFLOW -> throw tooLarge(current);
      }
    }
    output.send(block, inner);
    if (count == 0) {
      throw new IOException("Broken pipe: the peer has ended TLS");
    }
    return count;
  }

  /** Lets the engine say what it has to say by itself: handshake, close-notify, alert. */
  private boolean wrapNothing(SSLEngine current) throws SSLException {
    var block = blocks.take();
    var result = current.wrap(NOTHING, block);
    output.append(block);
    if (result.getStatus() == Status.CLOSED) {
      outputShut = true;
    }
    return true;
  }

  @Override
  public void shutdownOutput() throws IOException {
    ensureUsable();
    if (outputShut) {
      return;
    }
    if (state == State.HANDSHAKE || busy) {
      throw new IllegalStateException("shutdownOutput: wanted a connected transport, got " + this);
    }
    outputShut = true;
    engine().closeOutbound();
    wrapLast(engine());
    output.flush(inner);
    settle();
  }

  // ---------------------------------------------------------------- the end

  /** Notes what broke it, after telling the peer. */
  private void fail(IOException cause) {
    if (state == State.HANDSHAKE || state == State.OPEN) {
      if (engine != null) {
        sendLast(engine);
      }
      state = State.FAILED;
      failure = cause;
    }
  }

  private void ensureUsable() throws IOException {
    if (state == State.CLOSED) {
      throw new ClosedChannelException();
    }
    if (failure != null && plaintext == null) {
      throw failure;
    }
  }

  @Override
  public void close() throws IOException {
    if (state == State.CLOSED) {
      return;
    }
    if (state == State.OPEN && !busy && !outputShut) {
      outputShut = true;
      engine().closeOutbound();
      sendLast(engine());
    }
    if (isNative && !busy) {
      letGo(engine());
    }
    state = State.CLOSED;
    input.clear();
    output.clear();
    plaintext = null;
    countMemory();
    inner.close();
  }

  /** What a native engine holds outside of the heap goes when both sides are closed. */
  private static void letGo(SSLEngine current) {
    current.closeOutbound();
    try {
      current.closeInbound();
    } catch (SSLException _) {
      // That the peer has not said good bye is of no interest any more.
    }
  }

  private SSLEngine engine() {
    return Objects.requireNonNull(engine, "engine");
  }
}
