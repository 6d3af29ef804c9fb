// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static whirlwind.tls.TlsPair.CLIENT;
import static whirlwind.tls.TlsPair.failureOf;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.loop.IOLoop;
import whirlwind.stream.SSLIOStream;
import whirlwind.stream.StreamClosedException;
import whirlwind.testing.LoopTest;
import whirlwind.testing.LoopTest.Time;
import whirlwind.testing.TestCertificates;

/** A client of ours, and OpenSSL's server, which says each line backwards. */
class OpenSslServerTest {
  private static final String[] VERSIONS = {"-tls1_2", "-tls1_3"};

  @TempDir private Path directory;

  /** The program, and where it listens. */
  private record Server(ForeignProgram program, InetSocketAddress address)
      implements AutoCloseable {

    SSLIOStream connect(ClientTls options) {
      var stream = new SSLIOStream(options);
      stream.connect(address).await();
      return stream;
    }

    @Override
    public void close() {
      program.close();
    }
  }

  private Server server(IOLoop loop, String certificate, String... more) throws IOException {
    TestCertificates.writePem(certificate, directory);
    var command =
        List.of(
            "openssl",
            "s_server",
            "-accept",
            "127.0.0.1:0",
            "-cert",
            certificate + ".pem",
            "-key",
            certificate + ".key",
            "-rev");
    var program = ForeignProgram.start(loop, directory, ForeignProgram.command(command, more));
    program.says("ACCEPT 127.0.0.1:");
    int port = Integer.parseInt(program.says("\n").strip());
    return new Server(program, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  private static void assertReverses(SSLIOStream stream) {
    stream.write("hello\n").await();
    assertThat(stream.readUntil("\n").await()).asString(UTF_8).isEqualTo("olleh\n");
  }

  @LoopTest(clock = Time.SYSTEM, limitSeconds = 60)
  @Tag("TLS-8")
  @Tag("TLS-20")
  void linesGoThereAndBackUntilACleanEnd(IOLoop loop) throws IOException {
    var client = CLIENT.withApplicationProtocols("http/1.1", "h2");
    for (var version : VERSIONS) {
      try (var server = server(loop, "server", version, "-alpn", "h2,http/1.1")) {
        var stream = server.connect(client);
        assertThat(stream.applicationProtocol()).isEqualTo("h2");
        for (int i = 0; i < 50; i++) {
          assertReverses(stream);
        }
        stream.write("CLOSE\n").await();
        assertThat(stream.readUntilClose().await()).isEmpty();
        assertThat(stream.error()).as("after a close-notify").isNull();
        stream.close();
      }
    }
  }

  @LoopTest(clock = Time.SYSTEM, limitSeconds = 60)
  @Tag("TLS-16")
  void aServerThatDiesIsACut(IOLoop loop) throws IOException {
    for (var version : VERSIONS) {
      try (var server = server(loop, "server", version)) {
        var stream = server.connect(CLIENT);
        assertReverses(stream);
        var rest = stream.readUntilClose();
        server.program().kill();
        assertThat(catchThrowableOfType(StreamClosedException.class, rest::await).realError())
            .isInstanceOf(TlsTruncatedException.class);
      }
    }
  }

  @LoopTest(clock = Time.SYSTEM, limitSeconds = 60)
  @Tag("TLS-7")
  void theNameThatIsSentPicksTheCertificate(IOLoop loop) throws IOException {
    TestCertificates.writePem("server-rsa", directory);
    for (var version : VERSIONS) {
      try (var server =
          server(
              loop,
              "server",
              version,
              "-servername",
              "www.whirlwind.test",
              "-cert2",
              "server-rsa.pem",
              "-key2",
              "server-rsa.key")) {
        for (var certificate : List.of("server", "server-rsa")) {
          var name = certificate.equals("server") ? "127.0.0.1" : "www.whirlwind.test";
          var stream = server.connect(CLIENT.withServerName(name));
          assertThat(stream.session().getPeerCertificates()[0])
              .isEqualTo(TestCertificates.certificate(certificate));
          stream.close();
        }
      }
    }
  }

  @LoopTest(clock = Time.SYSTEM, limitSeconds = 60)
  @Tag("TLS-6")
  void itAcceptsOurCertificate(IOLoop loop) throws IOException {
    var client = ClientTls.of(TestCertificates.context("client")).withServerName("localhost");
    for (var version : VERSIONS) {
      try (var server =
          server(
              loop,
              "server",
              version,
              "-Verify",
              "1",
              "-verify_return_error",
              "-CAfile",
              "authority.pem")) {
        var stream = server.connect(client);
        assertReverses(stream);
        stream.close();
      }
    }
  }

  @LoopTest(clock = Time.SYSTEM, limitSeconds = 60)
  @Tag("TLS-6")
  void sessionsAreResumed(IOLoop loop) throws IOException {
    for (var version : VERSIONS) {
      var trust = new CountingTrust(() -> {});
      var client = trust.client();
      try (var server = server(loop, "server", version)) {
        for (int i = 0; i < 3; i++) {
          var stream = server.connect(client);
          assertReverses(stream);
          stream.close();
        }
      }
      assertThat(trust.asked()).as("certificates with %s", version).isEqualTo(1);
    }
  }

  @LoopTest(clock = Time.SYSTEM, limitSeconds = 60)
  @Tag("TLS-7")
  void whatMustNotBeTrustedIsNot(IOLoop loop) throws IOException {
    for (var version : VERSIONS) {
      for (var certificate : List.of("other", "expired", "unknown", "self-signed")) {
        try (var server = server(loop, certificate, version)) {
          var stream = new SSLIOStream(CLIENT);
          assertThat(failureOf(stream.connect(server.address())))
              .as(certificate)
              .isInstanceOf(SSLHandshakeException.class);
          assertThat(stream.closed()).isTrue();
        }
      }
    }
  }
}
