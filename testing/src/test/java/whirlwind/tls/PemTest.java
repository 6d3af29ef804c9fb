// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.cert.CertificateException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.loop.IOLoop;
import whirlwind.net.ConnectOptions;
import whirlwind.net.ServerOptions;
import whirlwind.net.TCPClient;
import whirlwind.net.TCPServer;
import whirlwind.testing.LoopTest;
import whirlwind.testing.TestCertificates;

/** Certificates and keys from PEM files. */
class PemTest {
  /** For localhost until 2119, signed by itself; the key is there on purpose. */
  private static final String ED25519 =
      """
      -----BEGIN PRIVATE KEY-----
      MC4CAQAwBQYDK2VwBCIEIFs7z7Vs3oaUEtIN3HYwp5u5A6qBKxa0DZdJRiAQfFU9
      -----END PRIVATE KEY-----
      Text between the blocks is allowed.
      -----BEGIN CERTIFICATE-----
      MIIBEjCBxaADAgECAgg/gEXrTaJekTAFBgMrZXAwEjEQMA4GA1UEAxMHZWQyNTUx
      OTAgFw0yMDAxMDEyMjUzNDdaGA8yMTE5MTIwODIyNTM0N1owEjEQMA4GA1UEAxMH
      ZWQyNTUxOTAqMAUGAytlcAMhACXKvyIPW6zOJCPYNSsQJzm8B2zGQj9+hjfKhX6j
      53D4ozcwNTAdBgNVHQ4EFgQUgftqkSO20Tl/FtjzSdbvEd2JPvUwFAYDVR0RBA0w
      C4IJbG9jYWxob3N0MAUGAytlcANBANTKwmnS2tCllpxOkuWU9JmPiRtpxC9PEuuI
      CRgUMJshzuy9Xkl7mWrKLYnpYXRcZh5j5CSRV8JxJLvoP6xZawk=
      -----END CERTIFICATE-----
      """;

  @TempDir private Path directory;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private static String block(String label) {
    return "-----BEGIN %s-----\nAAAA\n-----END %s-----\n".formatted(label, label);
  }

  private static void assertServes(Path chain, Path key, Path authorities) throws Exception {
    var tls = ServerOptions.defaults().withTls(ServerTls.of(Pem.context(chain, key)));
    try (var server = new TCPServer((stream, _) -> stream.write("hello\n").await(), tls)) {
      server.listen(new InetSocketAddress("localhost", 0));
      var trusting = ConnectOptions.defaults().withTls(ClientTls.of(Pem.trusting(authorities)));
      var stream = new TCPClient().connect("localhost", server.port(), trusting).await();
      assertThat(new String(stream.readUntil("\n").await(), UTF_8)).isEqualTo("hello\n");
      stream.close();
    }
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  void aServerAndAClientNeedFilesAlone(IOLoop loop) throws Exception {
    for (var name : new String[] {"server", "server-rsa"}) { // EC and RSA
      var files = TestCertificates.writePem(name, directory);
      assertServes(files.certificates(), files.key(), files.authority());
    }
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  void chainAndKeyMayBeOneFile(IOLoop loop) throws Exception {
    var both = file("ed25519.pem", ED25519);
    assertServes(both, both, both);
  }

  // ---------------------------------------------------------------- what is wrong with a file

  private static void assertBadKey(Path chain, Path key, String message) {
    assertThatExceptionOfType(InvalidKeyException.class)
        .isThrownBy(() -> Pem.context(chain, key))
        .withMessage(message);
  }

  @Test
  void keysInOtherFormsAreRefusedWithWhatMakesThemOurs() throws IOException {
    var chain = TestCertificates.writePem("server", directory).certificates();
    for (var label : new String[] {"RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"}) {
      var key = file("my.key", block("EC PARAMETERS") + block(label));
      assertBadKey(
          chain,
          key,
          key
              + ": wanted a key in PKCS#8, not encrypted (BEGIN PRIVATE KEY), got "
              + label
              + "; this makes one: openssl pkey -in "
              + key
              + " -out pkcs8.pem");
    }
  }

  @Test
  void aFileWithoutAKeyIsRefusedWithWhatItHas() throws IOException {
    var chain = TestCertificates.writePem("server", directory).certificates();
    assertBadKey(
        chain,
        chain,
        chain + ": wanted one private key (BEGIN PRIVATE KEY), got CERTIFICATE, CERTIFICATE");
    var empty = file("empty.key", "");
    assertBadKey(
        chain, empty, empty + ": wanted one private key (BEGIN PRIVATE KEY), got no block of PEM");
    var two = file("two.key", block("PRIVATE KEY").repeat(2));
    assertBadKey(
        chain,
        two,
        two + ": wanted one private key (BEGIN PRIVATE KEY), got PRIVATE KEY, PRIVATE KEY");
  }

  @Test
  void aBrokenKeyIsRefused() throws IOException {
    var chain = TestCertificates.writePem("server", directory).certificates();
    for (var content : new String[] {"AAAA", "not Base64!"}) {
      var broken = file("broken.key", block("PRIVATE KEY").replace("AAAA", content));
      assertBadKey(
          chain,
          broken,
          broken
              + ": wanted a key of one of [RSA, EC, EdDSA], got one of another algorithm, or a"
              + " broken one");
    }
  }

  @Test
  void theKeyOfAnotherCertificateIsRefused() throws IOException {
    var chain = TestCertificates.writePem("server", directory).certificates();
    for (var other : new String[] {"client", "server-rsa"}) {
      var key = TestCertificates.writePem(other, directory).key();
      assertBadKey(
          chain,
          key,
          "%s: wanted the key of the first certificate of %s, which is for CN=server, got another key"
              .formatted(key, chain));
    }
  }

  private static void assertBadChain(Path chain, String message) {
    assertThatExceptionOfType(CertificateException.class)
        .isThrownBy(() -> Pem.trusting(chain))
        .withMessageStartingWith(message);
  }

  @Test
  void aFileWithoutCertificatesIsRefusedWithWhatItHas() throws IOException {
    var key = TestCertificates.writePem("server", directory).key();
    assertBadChain(key, key + ": wanted certificates (BEGIN CERTIFICATE), got PRIVATE KEY");
    var broken = file("broken.pem", block("CERTIFICATE"));
    assertBadChain(broken, broken + ": certificate 1 is none: ");
  }

  @Test
  void aChainInAnotherOrderIsRefused() throws IOException {
    var files = TestCertificates.writePem("server", directory);
    var twice = file("twice.pem", Files.readString(files.certificates()).repeat(2));
    assertThatExceptionOfType(CertificateException.class)
        .isThrownBy(() -> Pem.context(twice, files.key()))
        .withMessage(
            twice
                + ": wanted the issuer of certificate 2, CN=Whirlwind authority, to be the next"
                + " one, got that of CN=server");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    var missing = directory.resolve("missing.pem");
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> Pem.trusting(missing))
        .withMessage(missing.toString());
  }
}
