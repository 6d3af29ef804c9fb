// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static whirlwind.tls.TlsPair.CLIENT;
import static whirlwind.tls.TlsPair.SERVER;
import static whirlwind.tls.TlsPair.VERSIONS;
import static whirlwind.tls.TlsPair.failureOf;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;
import whirlwind.testing.TestCertificates;

/** What the two sides agree on. */
class TlsNegotiationTest {

  @LoopTest
  @Tag("TLS-20")
  void theServersPreferredProtocolIsSpoken(IOLoop loop) {
    for (var version : VERSIONS) {
      var client = CLIENT.withVersions(version).withApplicationProtocols("http/1.1", "h2", "x");
      try (var pair = TlsPair.of(loop, client, SERVER.withApplicationProtocols("h2", "http/1.1"))) {
        pair.handshake();
        assertThat(pair.client().applicationProtocol()).isEqualTo("h2");
        assertThat(pair.server().applicationProtocol()).isEqualTo("h2");
      }
    }
  }

  @LoopTest
  @Tag("TLS-20")
  void whoDoesNotOfferProtocolsGetsNone(IOLoop loop) {
    for (var version : VERSIONS) {
      var client = CLIENT.withVersions(version);
      try (var pair = TlsPair.of(loop, client, SERVER.withApplicationProtocols("h2"))) {
        pair.handshake();
        assertThat(pair.client().applicationProtocol()).isEmpty();
        assertThat(pair.server().applicationProtocol()).isEmpty();
      }
      try (var pair = TlsPair.of(loop, client.withApplicationProtocols("h2"), SERVER)) {
        pair.handshake();
        assertThat(pair.client().applicationProtocol()).isEmpty();
        assertThat(pair.server().applicationProtocol()).isEmpty();
      }
    }
  }

  @LoopTest
  @Tag("TLS-20")
  void noProtocolInCommonIsAnError(IOLoop loop, LogRecorder log) {
    for (var version : VERSIONS) {
      var client = CLIENT.withVersions(version).withApplicationProtocols("h2");
      try (var pair = TlsPair.of(loop, client, SERVER.withApplicationProtocols("smtp"))) {
        var server = pair.server().waitForHandshake();
        assertThat(failureOf(pair.client().waitForHandshake()))
            .isInstanceOf(SSLHandshakeException.class)
            .hasMessageContaining("no_application_protocol");
        assertThat(failureOf(server)).isInstanceOf(SSLHandshakeException.class);
        Futures.moment().await();
        log.expect(Level.WARNING, "SSL error");
      }
    }
  }

  @LoopTest
  @Tag("TLS-6")
  void noVersionInCommonIsAnError(IOLoop loop, LogRecorder log) {
    var client = CLIENT.withVersions("TLSv1.2");
    try (var pair = TlsPair.of(loop, client, SERVER.withVersions("TLSv1.3"))) {
      var server = pair.server().waitForHandshake();
      assertThat(failureOf(pair.client().waitForHandshake()))
          .isInstanceOf(SSLHandshakeException.class);
      assertThat(failureOf(server)).isInstanceOf(SSLHandshakeException.class);
      Futures.moment().await();
      log.expect(Level.WARNING, "SSL error");
    }
  }

  @LoopTest
  @Tag("TLS-20")
  void whatWasAgreedOnIsKnownAfterTheHandshakeOnly(IOLoop loop) throws IOException {
    try (var pair = TlsPair.of(loop, CLIENT, SERVER)) {
      for (var side : List.of(pair.client(), pair.server())) {
        assertThat(side.isSecured()).isFalse();
        assertThatIllegalStateException()
            .isThrownBy(side::session)
            .withMessageContaining("waitForHandshake");
        assertThatIllegalStateException().isThrownBy(side::applicationProtocol);
        assertThatIllegalStateException().isThrownBy(side::requestedServerName);
      }
      pair.handshake();
      var session = pair.client().session();
      assertThat(session.getPeerCertificates()[0]).isEqualTo(certificate("server"));
      assertThat(session.getCipherSuite()).isEqualTo(pair.server().session().getCipherSuite());
      pair.client().close();
      assertThat(pair.client().isSecured()).as("after a close").isTrue();
      assertThat(pair.client().session().getCipherSuite()).isEqualTo(session.getCipherSuite());
    }
  }

  // ---------------------------------------------------------------- server names

  @LoopTest
  @Tag("TLS-7")
  void theHostsNameIsSentInLowerCaseAndAddressesAreNot(IOLoop loop) {
    for (var version : VERSIONS) {
      assertThat(requested(loop, version, "www.Whirlwind.TEST")).isEqualTo("www.whirlwind.test");
      assertThat(requested(loop, version, "localhost")).isEqualTo("localhost");
      assertThat(requested(loop, version, "127.0.0.1")).isNull();
      assertThat(requested(loop, version, "::1")).isNull();
    }
  }

  /** Such names are in use, though no certificate may have them. */
  @LoopTest
  @Tag("TLS-7")
  void aNameThatMayNotBeSentIsNotSent(IOLoop loop) {
    for (var name : List.of("under_score", "-", "trailing.dot.", "b\u00fccher.test")) {
      var client = ClientTls.insecureTrustingAnybody().withServerName(name);
      try (var pair = TlsPair.of(loop, client, SERVER)) {
        assertThat(pair.handshake().client().isSecured()).as(name).isTrue();
      }
    }
  }

  private static @Nullable String requested(IOLoop loop, String version, String name) {
    var client = CLIENT.withServerName(name);
    try (var pair = TlsPair.of(loop, client, SERVER.withVersions(version))) {
      return pair.handshake().server().requestedServerName();
    }
  }

  @LoopTest
  @Tag("TLS-7")
  void eachNameHasItsContext(IOLoop loop) throws IOException {
    var contexts =
        TlsContexts.byName(
            Map.of(
                "localhost", TestCertificates.context("server"),
                "*.whirlwind.test", TestCertificates.context("server-rsa")),
            TestCertificates.context("other"));
    for (var version : VERSIONS) {
      assertThat(shown(loop, version, contexts, "localhost")).isEqualTo(certificate("server"));
      assertThat(shown(loop, version, contexts, "www.whirlwind.test"))
          .isEqualTo(certificate("server-rsa"));
      assertThat(shown(loop, version, contexts, "a.b.whirlwind.test"))
          .as("a wildcard is for one label")
          .isEqualTo(certificate("other"));
      assertThat(shown(loop, version, contexts, "127.0.0.1"))
          .as("no name is sent")
          .isEqualTo(certificate("other"));
    }
  }

  @LoopTest
  @Tag("TLS-6")
  void certificatesAreExchangedWhileTheServerRuns(IOLoop loop) throws IOException {
    var current = new ArrayList<>(List.of(TestCertificates.context("server")));
    TlsContexts contexts = _ -> current.getLast();
    assertThat(shown(loop, "TLSv1.3", contexts, "localhost")).isEqualTo(certificate("server"));
    current.add(TestCertificates.context("server-rsa"));
    assertThat(shown(loop, "TLSv1.3", contexts, "localhost")).isEqualTo(certificate("server-rsa"));
  }

  private static Certificate shown(IOLoop loop, String version, TlsContexts contexts, String name)
      throws SSLPeerUnverifiedException {
    var client = CLIENT.withServerName(name).insecureWithoutHostVerification();
    try (var pair = TlsPair.of(loop, client, ServerTls.of(contexts).withVersions(version))) {
      return pair.handshake().client().session().getPeerCertificates()[0];
    }
  }

  @LoopTest
  @Tag("TLS-6")
  void aContextMayComeLateAndOthersGoOn(IOLoop loop) {
    var context = TestCertificates.context("server");
    TlsContexts late =
        _ -> {
          Futures.sleep(Duration.ofSeconds(5)).await();
          return context;
        };
    try (var pair = TlsPair.of(loop, CLIENT, ServerTls.of(late))) {
      var read = pair.server().readUntil("\n"); // while the context is looked for
      pair.client().write("hello\n").await();
      assertThat(read.await()).hasSize(6);
      assertThat(loop.time()).isGreaterThanOrEqualTo(5);
    }
  }

  @LoopTest
  @Tag("TLS-6")
  void aContextThatIsRefusedEndsTheConnection(IOLoop loop, LogRecorder log) {
    TlsContexts none =
        name -> {
          throw new IOException("unknown: " + name);
        };
    try (var pair = TlsPair.of(loop, CLIENT, ServerTls.of(none))) {
      var server = pair.server().waitForHandshake();
      assertThat(failureOf(pair.client().waitForHandshake())).isInstanceOf(IOException.class);
      assertThat(failureOf(server)).hasMessageContaining("localhost");
      Futures.moment().await();
      log.expect(Level.WARNING, "SSL error");
    }
  }

  // ---------------------------------------------------------------- what cannot be wanted

  @LoopTest
  @Tag("TLS-5")
  void badOptionsAreRefusedWhereTheyAreMade() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CLIENT.withApplicationProtocols("h2", "h2"))
        .withMessageContaining("each of them once");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SERVER.withApplicationProtocols(""))
        .withMessageContaining("1 to 255");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SERVER.withApplicationProtocols("x".repeat(256)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CLIENT.withHandshakeTimeout(Duration.ZERO))
        .withMessageContaining("more than zero");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SERVER.withHandshakeTimeout(Duration.ofSeconds(-1)));
  }

  private static Certificate certificate(String name) {
    return TestCertificates.certificate(name);
  }
}
