// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import java.security.GeneralSecurityException;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/** One Java context: managers, tickets, and a native context for each kind of connection. */
final class ContextSpi extends SSLContextSpi {
  private final Engines engines = new Engines();
  private final SessionCache sessions = new SessionCache(engines);
  private final Map<NativeContext.Kind, NativeContext> natives = new ConcurrentHashMap<>();
  private final TicketContext clientTickets =
      new TicketContext(
          sessions::maxServers, sessions::maxServers, seconds -> lifetime(true, seconds));

  /** A server keeps no session, so the size of its cache says nothing. */
  private final TicketContext serverTickets =
      new TicketContext(() -> 0, _ -> {}, seconds -> lifetime(false, seconds));

  private @Nullable KeyChooser keys;
  private @Nullable PeerVerifier peers;

  ContextSpi() {
    var cache = sessions;
    NativeMemory.CLEANER.register(this, cache::clear);
  }

  @Override
  protected void engineInit(
      KeyManager @Nullable [] keyManagers,
      TrustManager @Nullable [] trustManagers,
      @Nullable SecureRandom unused)
      throws KeyManagementException {
    try {
      peers = new PeerVerifier(engines, Trust.of(trustManagers));
    } catch (GeneralSecurityException failure) {
      throw new KeyManagementException(failure.getMessage(), failure);
    }
    keys = new KeyChooser(engines, firstOf(keyManagers));
    natives.clear();
  }

  private static @Nullable X509KeyManager firstOf(KeyManager @Nullable [] managers) {
    for (KeyManager candidate : managers == null ? new KeyManager[0] : managers) {
      if (candidate instanceof X509KeyManager manager) {
        return manager;
      }
    }
    return null;
  }

  @Override
  protected SSLEngine engineCreateSSLEngine() {
    return new BoringSslEngine(this, null, -1);
  }

  @Override
  protected SSLEngine engineCreateSSLEngine(@Nullable String host, int port) {
    return new BoringSslEngine(this, host, port);
  }

  Engines engines() {
    return engines;
  }

  SessionCache sessions() {
    return sessions;
  }

  /** The native context for connections of that kind. */
  NativeContext nativeFor(NativeContext.Kind kind) {
    return natives.computeIfAbsent(kind, this::newNative);
  }

  private NativeContext newNative(NativeContext.Kind kind) {
    if (keys == null || peers == null) {
      throw new IllegalStateException("SSLContext: wanted init to be called first");
    }
    var context = new NativeContext(kind, keys, peers, sessions);
    context.sessionSeconds(tickets(kind.isClient()).getSessionTimeout());
    return context;
  }

  private void lifetime(boolean isClient, int seconds) {
    natives.forEach(
        (kind, context) -> {
          if (kind.isClient() == isClient) {
            context.sessionSeconds(seconds);
          }
        });
  }

  TicketContext tickets(boolean ofClients) {
    return ofClients ? clientTickets : serverTickets;
  }

  @Override
  protected SSLSessionContext engineGetClientSessionContext() {
    return clientTickets;
  }

  @Override
  protected SSLSessionContext engineGetServerSessionContext() {
    return serverTickets;
  }

  @Override
  protected SSLParameters engineGetDefaultSSLParameters() {
    return new SSLParameters(CipherSuite.names(), EngineSettings.VERSIONS.toArray(String[]::new));
  }

  @Override
  protected SSLParameters engineGetSupportedSSLParameters() {
    return engineGetDefaultSSLParameters();
  }

  @Override
  protected SSLSocketFactory engineGetSocketFactory() {
    throw new UnsupportedOperationException("sockets: this context makes engines only");
  }

  @Override
  protected SSLServerSocketFactory engineGetServerSocketFactory() {
    throw new UnsupportedOperationException("sockets: this context makes engines only");
  }
}
