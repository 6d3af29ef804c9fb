// SPDX-License-Identifier: Apache-2.0
package whirlwind.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Objects;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * An authority and certificates that it has signed, for whoever tests TLS without waiting for keys
 * to be made. For tests alone: the private keys are in this jar.
 *
 * <table>
 * <caption>Who there is</caption>
 * <tr><td>{@code server}</td><td>localhost, 127.0.0.1, ::1, *.whirlwind.test; P-256</td></tr>
 * <tr><td>{@code server-rsa}</td><td>the same with an RSA key of 2,048 bits</td></tr>
 * <tr><td>{@code other}</td><td>other.test alone: the wrong host</td></tr>
 * <tr><td>{@code expired}</td><td>localhost, until 2020</td></tr>
 * <tr><td>{@code unknown}</td><td>localhost, signed by an authority that nobody trusts</td></tr>
 * <tr><td>{@code self-signed}</td><td>localhost, signed by itself</td></tr>
 * <tr><td>{@code client}</td><td>a client</td></tr>
 * </table>
 *
 * <p><b>Threads:</b> any.
 */
public final class TestCertificates {
  private static final char[] PASSWORD = "whirlwind".toCharArray();
  private static final String AUTHORITY = "authority";
  private static final KeyStore STORE = load();

  private TestCertificates() {}

  private static KeyStore load() {
    try (var in = TestCertificates.class.getResourceAsStream("certificates.p12")) {
      var store = KeyStore.getInstance("PKCS12");
      store.load(Objects.requireNonNull(in, "certificates.p12"), PASSWORD);
      return store;
    } catch (IOException | GeneralSecurityException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  /** A context with the key of {@code name} that trusts the authority. */
  public static SSLContext context(String name) {
    return context(keyManagers(name), trustManagers());
  }

  /** A context without a key that trusts the authority: for clients. */
  public static SSLContext trusting() {
    return context(null, trustManagers());
  }

  private static SSLContext context(KeyManager @Nullable [] keys, TrustManager[] trust) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(keys, trust, null);
      return context;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The key of {@code name} with its certificate. */
  public static KeyManager[] keyManagers(String name) {
    try {
      var alone = KeyStore.getInstance("PKCS12");
      alone.load(null, null);
      alone.setKeyEntry(name, key(name), PASSWORD, STORE.getCertificateChain(name));
      var factory = KeyManagerFactory.getInstance("PKIX");
      factory.init(alone, PASSWORD);
      return factory.getKeyManagers();
    } catch (IOException | GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Trust in the authority and in nobody else. */
  public static TrustManager[] trustManagers() {
    try {
      var alone = KeyStore.getInstance("PKCS12");
      alone.load(null, null);
      alone.setCertificateEntry(AUTHORITY, STORE.getCertificate(AUTHORITY));
      var factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(alone);
      return factory.getTrustManagers();
    } catch (IOException | GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The certificate of {@code name}, or of the {@code authority}. */
  public static Certificate certificate(String name) {
    try {
      return Objects.requireNonNull(
          STORE.getCertificate(name), () -> "wanted one of the names above, got " + name);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Key key(String name) throws GeneralSecurityException {
    return Objects.requireNonNull(
        STORE.getKey(name, PASSWORD), () -> "wanted one of the names above, got " + name);
  }

  /**
   * The files that other programs want: certificate chain, key, and the authority's certificate.
   */
  public record PemFiles(Path certificates, Path key, Path authority) {}

  /** Writes the key and certificate of {@code name} to a directory, in PEM form. */
  public static PemFiles writePem(String name, Path directory) throws IOException {
    try {
      var chain = new StringBuilder();
      for (var certificate : STORE.getCertificateChain(name)) {
        chain.append(pem("CERTIFICATE", certificate.getEncoded()));
      }
      var authority = pem("CERTIFICATE", certificate(AUTHORITY).getEncoded());
      return new PemFiles(
          Files.writeString(directory.resolve(name + ".pem"), chain),
          Files.writeString(
              directory.resolve(name + ".key"), pem("PRIVATE KEY", key(name).getEncoded())),
          Files.writeString(directory.resolve(AUTHORITY + ".pem"), authority));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String pem(String kind, byte[] content) {
    var lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(kind, lines.encodeToString(content), kind);
  }
}
