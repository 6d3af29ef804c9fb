// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import io.netty.internal.tcnative.SSL;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import org.jspecify.annotations.Nullable;

/**
 * One connection of BoringSSL ({@code SSL}), with the one {@code BIO} that it reads records from
 * and writes them to. All calls are its owner's, one at a time; it is freed by {@link #close}, or
 * when nobody has it any more.
 *
 * <p><b>The BIO</b> has no memory for records: before each call it is pointed at the caller's
 * direct buffer, as a source of records or as a sink. What BoringSSL writes while the BIO is no
 * sink (answers of the handshake, alerts) goes to a small buffer behind it, and waits for {@link
 * #flush}. That buffer is emptied as a whole, before anything else is written: the BIO counts
 * wrongly otherwise.
 */
final class NativeSsl {
  /** What is written while records are read: a flight, an alert. More waits inside BoringSSL. */
  private static final int BEHIND_BYTES = 2048;

  /** Why a call came back before it was through. */
  enum Stop {
    WANTS_INPUT,
    WANTS_ROOM,
    WANTS_TASK,
    /** The peer's close-notify. */
    ENDED,
    FAILED
  }

  private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(1);

  private final long ssl;
  private final long bio;
  private final Cleaner.Cleanable memory;

  NativeSsl(NativeContext context, Engines engines, boolean isClient) {
    ssl = context.newSsl(isClient);
    memory = NativeMemory.CLEANER.register(this, new Release(ssl, context, engines));
    bio = SSL.bioNewByteBuffer(ssl, BEHIND_BYTES);
    int mode = SSL.SSL_MODE_ENABLE_PARTIAL_WRITE | SSL.SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER;
    SSL.setMode(ssl, SSL.getMode(ssl) | mode);
  }

  /** Keeps the context until the connection is gone. The BIO goes with the connection. */
  private record Release(long ssl, NativeContext context, Engines engines) implements Runnable {
    @Override
    public void run() {
      engines.remove(ssl);
      SSL.freeSSL(ssl);
    }
  }

  void close() {
    memory.clean();
  }

  long address() {
    return ssl;
  }

  // ---------------------------------------------------------------- before the handshake

  void configure(EngineSettings settings) throws Exception {
    allow(settings.speaks("TLSv1.2"), SSL.SSL_OP_NO_TLSv1_2);
    allow(settings.speaks("TLSv1.3"), SSL.SSL_OP_NO_TLSv1_3);
    if (settings.prefersOwnSuites) {
      SSL.setOptions(ssl, SSL.SSL_OP_CIPHER_SERVER_PREFERENCE);
    } else {
      SSL.clearOptions(ssl, SSL.SSL_OP_CIPHER_SERVER_PREFERENCE);
    }
    if (settings.speaks("TLSv1.2")) {
      SSL.setCipherSuites(ssl, CipherSuite.nativeListOf(settings.suites), false);
    }
    String[] groups = settings.nativeGroups();
    if (groups != null && !SSL.setCurvesList(ssl, groups)) {
      throw new IllegalArgumentException("named groups: BoringSSL refuses " + List.of(groups));
    }
  }

  private void allow(boolean on, int prohibition) {
    if (!on) {
      SSL.setOptions(ssl, prohibition);
    }
  }

  void requestNames(List<SNIServerName> names) {
    for (SNIServerName name : names) {
      if (name instanceof SNIHostName host) {
        SSL.setTlsExtHostName(ssl, host.getAsciiName());
      }
    }
  }

  // ---------------------------------------------------------------- the BIO

  /** The next records come from there. */
  void source(long address, int length) {
    SSL.bioSetByteBuffer(bio, address, length, false);
  }

  /** The next records go there. */
  void sink(long address, int length) {
    SSL.bioSetByteBuffer(bio, address, length, true);
  }

  /** There is nothing to read, and what is written has to wait. */
  void detach() {
    SSL.bioClearByteBuffer(bio);
  }

  /** What is left of the source, or of the room in the sink. */
  int left() {
    return SSL.bioLengthByteBuffer(bio);
  }

  /** How much waits behind the BIO. */
  int waiting() {
    return SSL.bioLengthNonApplication(bio);
  }

  /** Moves what waits into the sink, which has room for all of it. */
  void flush() {
    SSL.bioFlushByteBuffer(bio);
  }

  // ---------------------------------------------------------------- TLS

  int doHandshake() {
    return SSL.doHandshake(ssl);
  }

  int read(long address, int length) {
    return SSL.readFromSSL(ssl, address, length);
  }

  int write(long address, int length) {
    return SSL.writeToSSL(ssl, address, length);
  }

  /** Writes what the end of a handshake has left for the first record: tickets. */
  int writeNothing() {
    return SSL.writeToSSL(ssl, NativeMemory.address(NOTHING), 0);
  }

  void shutdown() {
    SSL.shutdownSSL(ssl);
  }

  /** What a result of 0 or less means. */
  Stop stop(int result) {
    int error = SSL.getError(ssl, result);
    if (error == SSL.SSL_ERROR_WANT_READ) {
      return Stop.WANTS_INPUT;
    }
    if (error == SSL.SSL_ERROR_WANT_WRITE) {
      return Stop.WANTS_ROOM;
    }
    if (error == SSL.SSL_ERROR_WANT_X509_LOOKUP || error == SSL.SSL_ERROR_WANT_CERTIFICATE_VERIFY) {
      return Stop.WANTS_TASK;
    }
    return error == SSL.SSL_ERROR_ZERO_RETURN ? Stop.ENDED : Stop.FAILED;
  }

  /** What BoringSSL says about the last error of this thread. */
  static String lastError() {
    String text = SSL.getLastError();
    SSL.clearError();
    return text;
  }

  /** What the handshake waits for; null if it has been handed out. */
  @Nullable Runnable task() {
    return SSL.getTask(ssl);
  }

  // ---------------------------------------------------------------- what it has agreed on

  String version() {
    return SSL.getVersion(ssl);
  }

  String cipher() {
    return SSL.getCipherForSSL(ssl);
  }

  String applicationProtocol() {
    String selected = SSL.getAlpnSelected(ssl);
    return selected == null ? "" : selected;
  }

  @Nullable String requestedName() {
    return SSL.getSniHostname(ssl);
  }

  String @Nullable [] peerSignatureSchemes() {
    return SSL.getSigAlgs(ssl);
  }

  /** What a record adds to its plaintext, at most. */
  int overhead() {
    return SSL.getMaxWrapOverhead(ssl);
  }

  byte[] sessionId() {
    byte[] id = SSL.getSessionId(ssl);
    return id == null ? new byte[0] : id;
  }

  long sessionSeconds() {
    return SSL.getTime(ssl);
  }

  /** Leaf first; empty if the peer has shown none. */
  byte[][] peerCertificates(boolean isClient) {
    byte[][] chain = SSL.getPeerCertChain(ssl);
    if (isClient) {
      return chain == null ? new byte[0][] : chain;
    }
    // For servers, the leaf is not in the chain.
    byte[] leaf = SSL.getPeerCertificate(ssl);
    if (leaf == null) {
      return new byte[0][];
    }
    int others = chain == null ? 0 : chain.length;
    var all = new byte[1 + others][];
    all[0] = leaf;
    for (int i = 0; i < others; i++) {
      all[1 + i] = chain[i];
    }
    return all;
  }
}
