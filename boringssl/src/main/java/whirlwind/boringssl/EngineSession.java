// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import java.security.Principal;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSessionBindingEvent;
import javax.net.ssl.SSLSessionBindingListener;
import javax.net.ssl.SSLSessionContext;
import org.jspecify.annotations.Nullable;

/**
 * What one connection has agreed on. It begins empty, key and trust managers look at it during the
 * handshake, and {@link #complete} copies what is left of it after the native objects are gone.
 */
final class EngineSession extends ExtendedSSLSession {
  /** What a record may take in memory, header included (RFC 8446, section 5.2; RFC 5246, 6.2.3). */
  static final int LONGEST_RECORD = 5 + 16 * 1024 + 2048;

  static final int LONGEST_PLAINTEXT = 16 * 1024;

  private final SSLSessionContext context;
  private final @Nullable String peerHost;
  private final int peerPort;
  private final Runnable forget;
  private final Map<String, Object> values = new ConcurrentHashMap<>();

  private volatile byte[] id = {};
  private volatile String protocol = "NONE";
  private volatile String cipherSuite = "SSL_NULL_WITH_NULL_NULL";
  private volatile long createdMillis;
  private volatile boolean isValid;
  private volatile List<SNIServerName> serverNames = List.of();
  private volatile String[] peerAlgorithms = SignatureAlgorithms.local();
  private volatile X509Certificate @Nullable [] localCertificates;
  private volatile X509Certificate @Nullable [] peerCertificates;

  /**
   * A session of one connection.
   *
   * @param forget makes that no later connection resumes it
   */
  EngineSession(
      SSLSessionContext context, @Nullable String peerHost, int peerPort, Runnable forget) {
    this.context = context;
    this.forget = forget;
    this.peerHost = peerHost;
    this.peerPort = peerPort;
  }

  // ---------------------------------------------------------------- as the handshake goes on

  /** What key and trust managers look at. */
  void begin(NativeSsl ssl, List<SNIServerName> names) {
    protocol = ssl.version();
    serverNames = names;
    peerAlgorithms = SignatureAlgorithms.parse(ssl.peerSignatureSchemes());
  }

  void showsPeer(X509Certificate[] certificates) {
    localCertificates = certificates;
  }

  void seesPeer(X509Certificate[] certificates) {
    peerCertificates = certificates;
  }

  void complete(NativeSsl ssl, boolean isClient, List<SNIServerName> names)
      throws CertificateException {
    serverNames = names;
    protocol = ssl.version();
    cipherSuite = CipherSuite.nameOf(ssl.cipher());
    id = ssl.sessionId();
    createdMillis = ssl.sessionSeconds() * 1000;
    if (peerCertificates == null) {
      // A resumed session: the ticket has them.
      byte[][] encoded = ssl.peerCertificates(isClient);
      peerCertificates = encoded.length == 0 ? null : PeerVerifier.parse(encoded);
    }
    isValid = true;
  }

  boolean isTls13() {
    return protocol.equals("TLSv1.3");
  }

  // ---------------------------------------------------------------- for everybody

  @Override
  public byte[] getId() {
    return id.clone();
  }

  @Override
  public SSLSessionContext getSessionContext() {
    return context;
  }

  @Override
  public long getCreationTime() {
    return createdMillis;
  }

  @Override
  public long getLastAccessedTime() {
    return createdMillis;
  }

  @Override
  public void invalidate() {
    isValid = false;
    forget.run();
  }

  @Override
  public boolean isValid() {
    return isValid;
  }

  @Override
  public void putValue(String name, Object value) {
    Object before = values.put(name, value);
    if (value instanceof SSLSessionBindingListener listener) {
      listener.valueBound(new SSLSessionBindingEvent(this, name));
    }
    tellUnbound(name, before);
  }

  @Override
  public @Nullable Object getValue(String name) {
    return values.get(name);
  }

  @Override
  public void removeValue(String name) {
    tellUnbound(name, values.remove(name));
  }

  private void tellUnbound(String name, @Nullable Object before) {
    if (before instanceof SSLSessionBindingListener listener) {
      listener.valueUnbound(new SSLSessionBindingEvent(this, name));
    }
  }

  @Override
  public String[] getValueNames() {
    return values.keySet().toArray(String[]::new);
  }

  @Override
  public Certificate[] getPeerCertificates() throws SSLPeerUnverifiedException {
    var certificates = peerCertificates;
    if (certificates == null) {
      throw new SSLPeerUnverifiedException("the peer has shown no certificate");
    }
    return certificates.clone();
  }

  @Override
  public Certificate @Nullable [] getLocalCertificates() {
    var certificates = localCertificates;
    return certificates == null ? null : certificates.clone();
  }

  @Override
  public Principal getPeerPrincipal() throws SSLPeerUnverifiedException {
    return ((X509Certificate) getPeerCertificates()[0]).getSubjectX500Principal();
  }

  @Override
  public @Nullable Principal getLocalPrincipal() {
    var certificates = localCertificates;
    return certificates == null ? null : certificates[0].getSubjectX500Principal();
  }

  @Override
  public String getCipherSuite() {
    return cipherSuite;
  }

  @Override
  public String getProtocol() {
    return protocol;
  }

  @Override
  public @Nullable String getPeerHost() {
    return peerHost;
  }

  @Override
  public int getPeerPort() {
    return peerPort;
  }

  @Override
  public int getPacketBufferSize() {
    return LONGEST_RECORD;
  }

  @Override
  public int getApplicationBufferSize() {
    return LONGEST_PLAINTEXT;
  }

  @Override
  public String[] getLocalSupportedSignatureAlgorithms() {
    return SignatureAlgorithms.local();
  }

  @Override
  public String[] getPeerSupportedSignatureAlgorithms() {
    return peerAlgorithms.clone();
  }

  @Override
  public List<SNIServerName> getRequestedServerNames() {
    return serverNames;
  }

  @Override
  public List<byte[]> getStatusResponses() {
    return List.of();
  }

  @Override
  public String toString() {
    return "Session[" + protocol + ", " + cipherSuite + ']';
  }
}
