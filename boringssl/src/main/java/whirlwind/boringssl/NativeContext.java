// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import io.netty.internal.tcnative.CertificateCallback;
import io.netty.internal.tcnative.CertificateVerifier;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import java.lang.ref.Reference;
import java.util.List;

/**
 * An {@code SSL_CTX}: what connections of one kind have in common. Freed when nobody uses it.
 *
 * <p>Its callbacks are held by native code, so nothing that they hold may hold the context.
 */
final class NativeContext {
  /** The JDK's own switch. */
  private static final String TICKETS = "jdk.tls.server.newSessionTicketCount";

  private static final int VERSIONS = SSL.SSL_PROTOCOL_TLSV1_2 | SSL.SSL_PROTOCOL_TLSV1_3;

  /**
   * What BoringSSL has no setting for at a connection. Tickets are good within one kind only: one
   * that was given without asking for a certificate must not open a door that asks for it.
   */
  record Kind(boolean isClient, List<String> applicationProtocols, ClientAuth clientAuth) {}

  /** Whether a server asks for a certificate. */
  enum ClientAuth {
    NONE,
    WANTED,
    NEEDED
  }

  private final long address;

  NativeContext(
      Kind kind, CertificateCallback keys, CertificateVerifier peers, SessionCache sessions) {
    try {
      address =
          SSLContext.make(VERSIONS, kind.isClient ? SSL.SSL_MODE_CLIENT : SSL.SSL_MODE_SERVER);
    } catch (Exception failure) {
      throw new IllegalStateException("no TLS context: " + failure.getMessage(), failure);
    }
    long context = address;
    NativeMemory.CLEANER.register(this, () -> SSLContext.free(context));
    SSLContext.setUseTasks(context, true);
    SSLContext.setCertificateCallback(context, keys);
    SSLContext.setCertVerifyCallback(context, peers);
    SSLContext.setVerify(context, verification(kind), -1);
    if (!kind.applicationProtocols.isEmpty()) {
      SSLContext.setAlpnProtos(
          context,
          kind.applicationProtocols.toArray(String[]::new),
          SSL.SSL_SELECTOR_FAILURE_NO_ADVERTISE);
    }
    if (kind.isClient) {
      SSLContext.setSSLSessionCache(context, sessions);
      SSLContext.setSessionCacheMode(
          context,
          SSL.SSL_SESS_CACHE_CLIENT
              | SSL.SSL_SESS_CACHE_NO_INTERNAL_LOOKUP
              | SSL.SSL_SESS_CACHE_NO_INTERNAL_STORE);
    } else {
      SSLContext.setSessionIdContext(context, new byte[] {1});
      if (Integer.getInteger(TICKETS, 1) == 0) {
        SSLContext.setOptions(context, SSL.SSL_OP_NO_TICKET);
      }
    }
  }

  private static int verification(Kind kind) {
    if (kind.isClient) {
      return SSL.SSL_CVERIFY_REQUIRED;
    }
    return switch (kind.clientAuth) {
      case NONE -> SSL.SSL_CVERIFY_NONE;
      case WANTED -> SSL.SSL_CVERIFY_OPTIONAL;
      case NEEDED -> SSL.SSL_CVERIFY_REQUIRED;
    };
  }

  void sessionSeconds(int seconds) {
    try {
      SSLContext.setSessionCacheTimeout(address, seconds);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** A new {@code SSL}; its owner keeps this context until it has freed it. */
  long newSsl(boolean isClient) {
    return SSL.newSSL(address, !isClient);
  }
}
