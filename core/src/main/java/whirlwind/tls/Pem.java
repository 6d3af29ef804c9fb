// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Certificates and keys from PEM files, as authorities and ACME clients write them: for whoever
 * does not want to make a key store first.
 *
 * <pre>{@code
 * var tls = ServerTls.of(Pem.context(Path.of("fullchain.pem"), Path.of("privkey.pem")));
 * }</pre>
 *
 * <p>A key is RSA, EC, Ed25519 or Ed448, in PKCS#8 ({@code BEGIN PRIVATE KEY}) and not encrypted.
 * Certificates stand in the order in which a server sends them: its own first, and each of the
 * others has issued the one before. Files may contain other blocks and text between them; chain and
 * key may be one file.
 *
 * <p><b>Threads:</b> any. Reading files blocks: on a loop, {@code runInExecutor} is the place.
 *
 * <p><b>Errors:</b> an {@link IOException} when a file cannot be read, a {@link
 * GeneralSecurityException} that names it when it does not contain what is wanted.
 *
 * <p>Source: RFC 7468.
 */
public final class Pem {
  /** For a key store that never leaves the memory. */
  private static final char[] PASSWORD = {'-'};

  private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA");

  private Pem() {}

  // ---------------------------------------------------------------- for whom

  /**
   * A context with a key and its certificates, that trusts whom the JDK trusts: for servers.
   *
   * @param chain the key's own certificate first
   */
  public static SSLContext context(Path chain, Path key)
      throws IOException, GeneralSecurityException {
    return context(keyManagers(chain, key), null);
  }

  /** A context without a key that trusts these authorities and nobody else: for clients. */
  public static SSLContext trusting(Path authorities) throws IOException, GeneralSecurityException {
    return context(null, trustManagers(authorities));
  }

  private static SSLContext context(KeyManager @Nullable [] keys, TrustManager @Nullable [] trust)
      throws GeneralSecurityException {
    var context = SSLContext.getInstance("TLS");
    context.init(keys, trust, null);
    return context;
  }

  /** What {@link #context(Path, Path)} has, for a context of another kind. */
  public static KeyManager[] keyManagers(Path chain, Path key)
      throws IOException, GeneralSecurityException {
    var certificates = certificates(chain);
    checkOrder(chain, certificates);
    var privateKey = privateKey(key);
    if (!belongTogether(privateKey, certificates.getFirst().getPublicKey())) {
      throw new InvalidKeyException(
          "%s: wanted the key of the first certificate of %s, which is for %s, got another key"
              .formatted(key, chain, subject(certificates.getFirst())));
    }
    var store = emptyStore();
    store.setKeyEntry("key", privateKey, PASSWORD, certificates.toArray(X509Certificate[]::new));
    var factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(store, PASSWORD);
    return factory.getKeyManagers();
  }

  /** What {@link #trusting} has, for a context of another kind. */
  public static TrustManager[] trustManagers(Path authorities)
      throws IOException, GeneralSecurityException {
    var store = emptyStore();
    for (var authority : certificates(authorities)) {
      store.setCertificateEntry("authority " + store.size(), authority);
    }
    var factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  // ---------------------------------------------------------------- certificates

  private static List<X509Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    var blocks = PemBlock.read(file);
    var factory = CertificateFactory.getInstance("X.509");
    var certificates = new ArrayList<X509Certificate>();
    for (var block : blocks) {
      if (block.label().equals("CERTIFICATE")) {
        try (var content = new ByteArrayInputStream(block.content())) {
          certificates.add((X509Certificate) factory.generateCertificate(content));
        } catch (CertificateException bad) {
          throw new CertificateException(
              "%s: certificate %d is none: %s"
                  .formatted(file, certificates.size() + 1, bad.getMessage()),
              bad);
        }
      }
    }
    if (certificates.isEmpty()) {
      throw new CertificateException(
          "%s: wanted certificates (BEGIN CERTIFICATE), got %s"
              .formatted(file, PemBlock.inWords(blocks)));
    }
    return certificates;
  }

  private static void checkOrder(Path file, List<X509Certificate> chain)
      throws CertificateException {
    for (int i = 1; i < chain.size(); i++) {
      var issuer = chain.get(i - 1).getIssuerX500Principal();
      if (!issuer.equals(chain.get(i).getSubjectX500Principal())) {
        throw new CertificateException(
            "%s: wanted the issuer of certificate %d, %s, to be the next one, got that of %s"
                .formatted(file, i, issuer, subject(chain.get(i))));
      }
    }
  }

  private static String subject(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().toString();
  }

  // ---------------------------------------------------------------- the key

  private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
    var blocks = PemBlock.read(file);
    var keys = blocks.stream().filter(block -> block.label().endsWith("PRIVATE KEY")).toList();
    if (keys.size() != 1) {
      throw new InvalidKeyException(
          "%s: wanted one private key (BEGIN PRIVATE KEY), got %s"
              .formatted(file, PemBlock.inWords(blocks)));
    }
    var key = keys.getFirst();
    if (!key.label().equals("PRIVATE KEY")) {
      throw new InvalidKeyException(
          "%s: wanted a key in PKCS#8, not encrypted (BEGIN PRIVATE KEY), got %s; this makes one: openssl pkey -in %s -out pkcs8.pem"
              .formatted(file, key.label(), file));
    }
    for (var algorithm : KEY_ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm)
            .generatePrivate(new PKCS8EncodedKeySpec(key.content()));
      } catch (InvalidKeySpecException _) {
        // of another algorithm, or broken
      }
    }
    throw new InvalidKeyException(
        "%s: wanted a key of one of %s, got one of another algorithm, or a broken one"
            .formatted(file, KEY_ALGORITHMS));
  }

  /** What the one signs the other verifies; the JDK cannot tell a public key from a private one. */
  private static boolean belongTogether(PrivateKey key, PublicKey other)
      throws GeneralSecurityException {
    if (!key.getAlgorithm().equals(other.getAlgorithm())) {
      return false;
    }
    var signature =
        Signature.getInstance(
            switch (key.getAlgorithm()) {
              case "RSA" -> "SHA256withRSA";
              case "EC" -> "SHA256withECDSA";
              default -> "EdDSA";
            });
    signature.initSign(key);
    var signed = signature.sign();
    signature.initVerify(other);
    try {
      return signature.verify(signed);
    } catch (SignatureException _) {
      return false; // of another length
    }
  }
}
