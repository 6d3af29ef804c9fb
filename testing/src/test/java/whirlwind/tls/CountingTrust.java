// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** A client's trust manager that does what its test wants, and counts how often it is asked. */
final class CountingTrust extends X509ExtendedTrustManager {

  /** What is to happen when the server has shown its certificate. */
  @FunctionalInterface
  interface Check {
    void run() throws CertificateException;
  }

  private final Check check;
  private volatile int asked;

  CountingTrust(Check check) {
    this.check = check;
  }

  /** A client that leaves it to {@code check} whom to trust. */
  ClientTls client() {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {this}, null);
      return ClientTls.of(context).withServerName("localhost");
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError(impossible);
    }
  }

  int asked() {
    return asked;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    asked++;
    check.run();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType) {}

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType) {}

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
