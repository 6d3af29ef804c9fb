// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Decides about a peer's certificates as the JDK does: by the trust manager, and by the host. */
record Trust(X509TrustManager manager) {

  /** The first that can decide about certificates; the JDK's own when there is no list. */
  static Trust of(TrustManager @Nullable [] managers) throws GeneralSecurityException {
    TrustManager[] candidates = managers == null ? fromJdk(null) : managers;
    for (TrustManager candidate : candidates) {
      if (candidate instanceof X509TrustManager manager) {
        return new Trust(manager);
      }
    }
    throw new GeneralSecurityException("trust managers: wanted one for X.509, got none");
  }

  private static TrustManager[] fromJdk(@Nullable KeyStore anchors)
      throws GeneralSecurityException {
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(anchors);
    return factory.getTrustManagers();
  }

  /** Returns when the peer is who it says. */
  void check(X509Certificate[] chain, String authType, SSLEngine engine)
      throws GeneralSecurityException {
    if (manager instanceof X509ExtendedTrustManager extended) {
      check(extended, chain, authType, engine);
      return;
    }
    if (engine.getUseClientMode()) {
      manager.checkServerTrusted(chain, authType);
    } else {
      manager.checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
    }
    checkHost(chain, authType, engine);
  }

  private static void check(
      X509ExtendedTrustManager manager, X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    if (engine.getUseClientMode()) {
      manager.checkServerTrusted(chain, authType, engine);
    } else {
      manager.checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm(), engine);
    }
  }

  /**
   * A plain trust manager knows no host. The JDK's own does: it is given trust in exactly this
   * certificate, so that the host is what it still can refuse.
   */
  private static void checkHost(X509Certificate[] chain, String authType, SSLEngine engine)
      throws GeneralSecurityException {
    String algorithm = engine.getSSLParameters().getEndpointIdentificationAlgorithm();
    if (algorithm == null || algorithm.isEmpty()) {
      return;
    }
    var anchors = KeyStore.getInstance(KeyStore.getDefaultType());
    try {
      anchors.load(null, null);
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
    anchors.setCertificateEntry("peer", chain[0]);
    var extended = (X509ExtendedTrustManager) fromJdk(anchors)[0];
    check(extended, new X509Certificate[] {chain[0]}, authType, engine);
  }
}
