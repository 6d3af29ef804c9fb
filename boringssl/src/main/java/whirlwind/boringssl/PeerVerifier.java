// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import io.netty.internal.tcnative.CertificateVerifier;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateRevokedException;
import java.security.cert.X509Certificate;

/**
 * Asks the trust manager about the peer's certificates. A delegated task of the handshake; what it
 * returns becomes the alert, what the manager threw the engine's failure.
 */
final class PeerVerifier extends CertificateVerifier {
  private final Engines engines;
  private final Trust trust;

  PeerVerifier(Engines engines, Trust trust) {
    this.engines = engines;
    this.trust = trust;
  }

  @Override
  public int verify(long ssl, byte[][] encoded, String authType) {
    var engine = engines.find(ssl);
    if (engine == null) {
      return X509_V_ERR_UNSPECIFIED;
    }
    try {
      X509Certificate[] chain = parse(encoded);
      engine.handshake().seesPeer(chain);
      trust.check(chain, authType, engine);
      return X509_V_OK;
    } catch (Exception | Error failure) {
      engine.failedBecause(failure);
      return reason(failure);
    }
  }

  static X509Certificate[] parse(byte[][] encoded) throws CertificateException {
    var factory = CertificateFactory.getInstance("X.509");
    var chain = new X509Certificate[encoded.length];
    for (int i = 0; i < encoded.length; i++) {
      var in = new ByteArrayInputStream(encoded[i]);
      chain[i] = (X509Certificate) factory.generateCertificate(in);
    }
    return chain;
  }

  private static int reason(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case CertificateExpiredException _ -> {
          return X509_V_ERR_CERT_HAS_EXPIRED;
        }
        case CertificateNotYetValidException _ -> {
          return X509_V_ERR_CERT_NOT_YET_VALID;
        }
        case CertificateRevokedException _ -> {
          return X509_V_ERR_CERT_REVOKED;
        }
        default -> {}
      }
    }
    return X509_V_ERR_UNSPECIFIED;
  }
}
