// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static whirlwind.tls.TlsPair.VERSIONS;
import static whirlwind.tls.TlsPair.failureOf;

import java.lang.System.Logger.Level;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Tag;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;
import whirlwind.stream.SSLIOStream;
import whirlwind.stream.StreamLimits;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;
import whirlwind.testing.MemoryTransport;
import whirlwind.testing.TestCertificates;

class TlsVerificationTest {
  private static final ClientTls TRUSTING = ClientTls.of(TestCertificates.trusting());

  @LoopTest
  @Tag("TLS-6")
  @Tag("TLS-7")
  void aCertificateForTheHostIsAccepted(IOLoop loop) {
    for (var version : VERSIONS) {
      for (var name : List.of("localhost", "127.0.0.1", "::1", "www.whirlwind.test", "LOCALHOST")) {
        accepted(loop, version, "server", TRUSTING.withServerName(name));
      }
    }
    accepted(loop, "TLSv1.3", "server-rsa", TRUSTING.withServerName("localhost"));
    accepted(loop, "TLSv1.2", "server-rsa", TRUSTING.withServerName("localhost"));
  }

  @LoopTest
  @Tag("TLS-7")
  void aCertificateForAnotherHostIsRefused(IOLoop loop, LogRecorder log) {
    for (var version : VERSIONS) {
      for (var name :
          List.of("wrong.test", "127.0.0.2", "::2", "a.b.whirlwind.test", "whirlwind.test")) {
        refused(loop, log, version, "server", TRUSTING.withServerName(name));
      }
      refused(loop, log, version, "other", TRUSTING.withServerName("localhost"));
    }
  }

  @LoopTest
  @Tag("TLS-6")
  void aCertificateThatNobodyVouchesForIsRefused(IOLoop loop, LogRecorder log) {
    for (var version : VERSIONS) {
      for (var certificate : List.of("expired", "unknown", "self-signed")) {
        refused(loop, log, version, certificate, TRUSTING.withServerName("localhost"));
        refused(
            loop,
            log,
            version,
            certificate,
            TRUSTING.withServerName("localhost").insecureWithoutHostVerification());
      }
    }
  }

  @LoopTest
  @Tag("TLS-6")
  void theJdksAuthoritiesAreTrustedByDefaultAndNobodyElse(IOLoop loop, LogRecorder log) {
    refused(loop, log, "TLSv1.3", "server", ClientTls.defaults().withServerName("localhost"));
  }

  @LoopTest
  @Tag("TLS-7")
  void theCheckOfTheHostCanBeSwitchedOff(IOLoop loop) {
    for (var version : VERSIONS) {
      accepted(loop, version, "other", TRUSTING.insecureWithoutHostVerification());
      accepted(
          loop,
          version,
          "other",
          TRUSTING.withServerName("localhost").insecureWithoutHostVerification());
    }
  }

  @LoopTest
  @Tag("TLS-6")
  void trustInAnybodyIsThatInAnybody(IOLoop loop) {
    for (var version : VERSIONS) {
      for (var certificate : List.of("server", "other", "expired", "unknown", "self-signed")) {
        accepted(loop, version, certificate, ClientTls.insecureTrustingAnybody());
      }
    }
  }

  @LoopTest
  @Tag("TLS-5")
  void withoutANameToVerifyNoStreamIsMade(IOLoop loop) {
    var memory = MemoryTransport.pair(loop, 100);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SSLIOStream(loop, memory.near(), TRUSTING, StreamLimits.defaults()))
        .withMessageContaining("server name");
  }

  private static void accepted(IOLoop loop, String version, String certificate, ClientTls options) {
    try (var pair = pair(loop, version, certificate, options)) {
      assertThat(pair.client().waitForHandshake().await().session().getProtocol())
          .as("%s for %s", certificate, options.serverName())
          .isEqualTo(version);
      pair.server().waitForHandshake().await();
    }
  }

  private static void refused(
      IOLoop loop, LogRecorder log, String version, String certificate, ClientTls options) {
    try (var pair = pair(loop, version, certificate, options)) {
      var server = pair.server().waitForHandshake();
      assertThat(failureOf(pair.client().waitForHandshake()))
          .as("%s for %s", certificate, options.serverName())
          .isInstanceOf(SSLHandshakeException.class);
      assertThat(failureOf(server))
          .as("what the server is told")
          .isInstanceOf(SSLHandshakeException.class)
          .hasMessageContaining("alert");
      assertThat(pair.near().closed() && pair.far().closed()).isTrue();
      Futures.moment().await();
      log.expect(Level.WARNING, "SSL error");
    }
  }

  private static TlsPair pair(IOLoop loop, String version, String certificate, ClientTls options) {
    return TlsPair.of(
        loop,
        options.withVersions(version),
        ServerTls.of(TestCertificates.context(certificate)).withVersions(version));
  }
}
