// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * The key of all TLS servers, ECDSA on P-256, and its certificate; made anew for each run.
 *
 * <p>It travels as a file in the PKCS #12 format, which every language reads, and two arguments.
 */
record Credentials(Path keystore, String password) {
  private static final String ALIAS = "server";

  /** Makes a key with the JDK's {@code keytool}; the file goes when the JVM does. */
  static Credentials create() throws IOException {
    var directory = Files.createTempDirectory("tls-benchmark");
    var credentials = new Credentials(directory.resolve("server.p12"), "benchmark");
    directory.toFile().deleteOnExit();
    credentials.keystore.toFile().deleteOnExit();
    credentials.generate();
    return credentials;
  }

  /** What a server is given: the same two that {@link #arguments} answers. */
  static Credentials of(String... arguments) {
    if (arguments.length != 2) {
      throw new IllegalArgumentException(
          "wanted KEYSTORE and PASSWORD, got " + arguments.length + " arguments");
    }
    return new Credentials(Path.of(arguments[0]), arguments[1]);
  }

  List<String> arguments() {
    return List.of(keystore.toString(), password);
  }

  PrivateKey key() throws GeneralSecurityException, IOException {
    return (PrivateKey) open().getKey(ALIAS, password.toCharArray());
  }

  X509Certificate certificate() throws GeneralSecurityException, IOException {
    return (X509Certificate) open().getCertificate(ALIAS);
  }

  SSLContext context() throws GeneralSecurityException, IOException {
    var context = SSLContext.getInstance("TLS");
    context.init(keyManagers(), null, null);
    return context;
  }

  KeyManager[] keyManagers() throws GeneralSecurityException, IOException {
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(open(), password.toCharArray());
    return keys.getKeyManagers();
  }

  private KeyStore open() throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("PKCS12");
    try (InputStream file = Files.newInputStream(keystore)) {
      store.load(file, password.toCharArray());
    }
    return store;
  }

  private void generate() throws IOException {
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            ALIAS,
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-sigalg",
            "SHA256withECDSA",
            "-dname",
            "CN=localhost",
            "-ext",
            "san=dns:localhost,ip:127.0.0.1",
            "-storetype",
            "PKCS12",
            "-storepass",
            password,
            "-keystore",
            keystore.toString());
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes());
    var code = process.onExit().join().exitValue();
    if (code != 0) {
      throw new IOException("keytool: wanted exit code 0, got " + code + ": " + output);
    }
  }
}
