// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static whirlwind.tls.TlsPair.SERVER;
import static whirlwind.tls.TlsPair.VERSIONS;
import static whirlwind.tls.TlsPair.failureOf;

import java.lang.System.Logger.Level;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import whirlwind.loop.IOLoop;
import whirlwind.stream.StreamClosedException;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;
import whirlwind.testing.TestCertificates;
import whirlwind.tls.ServerTls.ClientAuth;

/** Whether a server asks its clients who they are. */
class ClientCertificatesTest {
  private static final ClientTls NOBODY = clientWith(null);
  private static final ClientTls KNOWN = clientWith("client");
  private static final ClientTls STRANGER = clientWith("unknown");

  private static ClientTls clientWith(@Nullable String certificate) {
    var context =
        certificate == null ? TestCertificates.trusting() : TestCertificates.context(certificate);
    return ClientTls.of(context).withServerName("localhost");
  }

  @LoopTest
  @Tag("TLS-6")
  void byDefaultClientsAreNotAsked(IOLoop loop) {
    for (var version : VERSIONS) {
      for (var client : List.of(NOBODY, KNOWN, STRANGER)) {
        assertServed(loop, version, client, ClientAuth.NONE, false);
      }
    }
  }

  @LoopTest
  @Tag("TLS-6")
  void whoseCertificateIsWantedMayHaveNone(IOLoop loop) {
    for (var version : VERSIONS) {
      assertServed(loop, version, NOBODY, ClientAuth.WANTED, false);
      assertServed(loop, version, KNOWN, ClientAuth.WANTED, true);
    }
  }

  /** Their key manager sees whom the server trusts, and so shows nothing. */
  @LoopTest
  @Tag("TLS-6")
  void aStrangerWhoseCertificateIsWantedShowsNone(IOLoop loop) {
    for (var version : VERSIONS) {
      assertServed(loop, version, STRANGER, ClientAuth.WANTED, false);
    }
  }

  @LoopTest
  @Tag("TLS-6")
  void whoseCertificateIsNeededMustShowOne(IOLoop loop, LogRecorder log) {
    for (var version : VERSIONS) {
      assertServed(loop, version, KNOWN, ClientAuth.NEEDED, true);
      assertRefused(loop, log, version, NOBODY);
      assertRefused(loop, log, version, STRANGER);
    }
  }

  private static TlsPair pair(IOLoop loop, String version, ClientTls client, ClientAuth auth) {
    return TlsPair.of(loop, client.withVersions(version), SERVER.withClientAuth(auth));
  }

  private static void assertServed(
      IOLoop loop, String version, ClientTls client, ClientAuth auth, boolean shown) {
    try (var pair = pair(loop, version, client, auth)) {
      var session = pair.handshake().server().session();
      if (shown) {
        assertThat(certificatesOf(session)[0]).isEqualTo(TestCertificates.certificate("client"));
      } else {
        assertThatExceptionOfType(SSLPeerUnverifiedException.class)
            .isThrownBy(session::getPeerCertificates);
      }
      pair.client().write("hello").await();
      assertThat(pair.server().readBytes(5).await()).hasSize(5);
    }
  }

  private static Certificate[] certificatesOf(SSLSession session) {
    try {
      return session.getPeerCertificates();
    } catch (SSLPeerUnverifiedException none) {
      throw new AssertionError(none);
    }
  }

  /** By TLS 1.3 a client is through before the server has seen its certificate. */
  private static void assertRefused(
      IOLoop loop, LogRecorder log, String version, ClientTls client) {
    try (var pair = pair(loop, version, client, ClientAuth.NEEDED)) {
      var read = pair.client().readBytes(1);
      assertThat(failureOf(pair.server().waitForHandshake()))
          .isInstanceOf(SSLHandshakeException.class);
      assertThat(failureOf(read))
          .isInstanceOfSatisfying(
              StreamClosedException.class,
              closed -> assertThat(closed.realError()).isInstanceOf(SSLException.class));
      TlsPair.settle();
      log.expect(Level.WARNING, "SSL error");
      if (version.equals("TLSv1.3")) {
        log.expect(Level.WARNING, "error on SSLIOStream");
      }
    }
  }
}
