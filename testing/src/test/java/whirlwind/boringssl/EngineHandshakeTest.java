// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import whirlwind.testing.TestCertificates;

/** Handshakes that succeed, and what both sides know afterwards. */
@ParameterizedClass
@MethodSource("whirlwind.boringssl.Sides#all")
class EngineHandshakeTest {
  private final Sides sides;

  EngineHandshakeTest(Sides sides) {
    this.sides = sides;
  }

  @ParameterizedTest
  @ValueSource(strings = {"server", "server-rsa"})
  void bothSidesKnowWhatWasAgreed(String certificate) throws SSLException {
    var pair = sides.pair(sides.clientContext(), sides.serverContext(certificate)).handshake();
    for (SSLEngine engine : List.of(pair.client, pair.server)) {
      assertThat(engine.getSession().getProtocol()).isEqualTo(sides.version());
      assertThat(engine.getSession().getCipherSuite()).startsWith("TLS_").contains("GCM");
      assertThat(engine.getSession().isValid()).isTrue();
      assertThat(engine.getHandshakeSession()).isNull();
    }
    var shown = TestCertificates.certificate(certificate);
    assertThat(pair.client.getSession().getPeerCertificates()[0]).isEqualTo(shown);
    assertThat(pair.server.getSession().getLocalCertificates()[0]).isEqualTo(shown);
    assertThat(pair.client.getSession().getPeerHost()).isEqualTo("localhost");
  }

  @Test
  void eachSideFinishesOnce() throws SSLException {
    var pair = sides.connected();
    // The JDK finishes once more with each ticket of TLS 1.3.
    boolean isExact = sides.nativeClient() || !sides.isTls13();
    assertThat(pair.clientFinished).isBetween(1, isExact ? 1 : 9);
    assertThat(pair.serverFinished).isEqualTo(1);
  }

  @Test
  void bytesMayArriveOneByOne() throws SSLException {
    var pair = sides.pair(sides.clientContext(), sides.serverContext("server"));
    pair.client.beginHandshake();
    for (boolean moved = true; moved; ) {
      moved = false;
      for (SSLEngine engine : List.of(pair.client, pair.server)) {
        int there = (engine == pair.client ? pair.toClient : pair.toServer).remaining();
        for (int visible = 0; visible <= there; visible++) {
          moved |= pair.advance(engine, visible);
        }
      }
    }
    assertThat(pair.clientFinished).isPositive();
    assertThat(pair.serverFinished).isEqualTo(1);
    assertThat(pair.transfer(pair.client, new byte[10], false)).hasSize(10);
  }

  @Test
  void applicationProtocolsAreAgreedOn() throws SSLException {
    var pair =
        sides
            .pair(
                sides.clientContext(),
                sides.serverContext("server"),
                client -> client.setApplicationProtocols(new String[] {"other", "http/1.1", "h2"}),
                server -> server.setApplicationProtocols(new String[] {"h2", "http/1.1"}))
            .handshake();
    assertThat(pair.client.getApplicationProtocol()).isEqualTo("h2");
    assertThat(pair.server.getApplicationProtocol()).isEqualTo("h2");
  }

  @Test
  void withoutApplicationProtocolsNoneIsAgreedOn() throws SSLException {
    var pair = sides.connected();
    assertThat(pair.client.getApplicationProtocol()).isEmpty();
    assertThat(pair.server.getApplicationProtocol()).isEmpty();
  }

  @Test
  void withNoApplicationProtocolInCommonOursGoesOnWithoutOne() throws SSLException {
    assumeTrue(sides.nativeServer(), "the JDK refuses the connection");
    var pair =
        sides
            .pair(
                sides.clientContext(),
                sides.serverContext("server"),
                client -> client.setApplicationProtocols(new String[] {"one"}),
                server -> server.setApplicationProtocols(new String[] {"other"}))
            .handshake();
    assertThat(pair.client.getApplicationProtocol()).isEmpty();
    assertThat(pair.server.getApplicationProtocol()).isEmpty();
  }

  @Test
  void keyManagersSeeTheNameThatTheClientAsksFor() throws SSLException {
    var servers =
        Sides.context(
            sides.nativeServer(), new X509ExtendedKeyManager[] {new ByServerName()}, null);
    for (String name : List.of("a.whirlwind.test", "other.test")) {
      var pair =
          sides
              .pair(
                  sides.clientContext(),
                  servers,
                  client -> {
                    client.setServerNames(List.of(new SNIHostName(name)));
                    client.setEndpointIdentificationAlgorithm(null);
                  },
                  _ -> {})
              .handshake();
      var expected = name.equals("other.test") ? "other" : "server";
      assertThat(pair.client.getSession().getPeerCertificates()[0])
          .isEqualTo(TestCertificates.certificate(expected));
      assertThat(((ExtendedSSLSession) pair.server.getSession()).getRequestedServerNames())
          .containsExactly(new SNIHostName(name));
    }
  }

  @Test
  void clientsShowTheirCertificateIfAsked() throws SSLException {
    var clients =
        Sides.context(sides.nativeClient(), Sides.keys("client"), TestCertificates.trustManagers());
    for (boolean need : new boolean[] {true, false}) {
      var pair =
          sides
              .pair(
                  clients,
                  sides.serverContext("server"),
                  _ -> {},
                  server -> {
                    if (need) {
                      server.setNeedClientAuth(true);
                    } else {
                      server.setWantClientAuth(true);
                    }
                  })
              .handshake();
      assertThat(pair.server.getSession().getPeerCertificates()[0])
          .isEqualTo(TestCertificates.certificate("client"));
      assertThat(pair.client.getSession().getLocalCertificates()[0])
          .isEqualTo(TestCertificates.certificate("client"));
    }
  }

  @Test
  void clientsNeedNoCertificateWhereItIsOnlyWanted() throws SSLException {
    var pair =
        sides
            .pair(
                sides.clientContext(),
                sides.serverContext("server"),
                _ -> {},
                server -> server.setWantClientAuth(true))
            .handshake();
    assertThat(pair.transfer(pair.client, new byte[10], true)).hasSize(10);
  }

  @Test
  void sessionsAreResumedWithoutVerifyingAgain() throws SSLException {
    var verified = new AtomicInteger();
    var trust = new TrustManager[] {new CountingTrust(verified)};
    var clients = Sides.context(sides.nativeClient(), null, trust);
    var servers = sides.serverContext("server");
    connectAndRead(clients, servers, _ -> {});
    var again = connectAndRead(clients, servers, _ -> {});
    assertThat(verified).hasValue(1);
    assertThat(again.client.getSession().getPeerCertificates()[0])
        .isEqualTo(TestCertificates.certificate("server"));
  }

  @Test
  void sessionsThatWereNotVerifiedForTheHostAreNotResumedWhereThatIsWanted() throws SSLException {
    var verified = new AtomicInteger();
    var trust = new TrustManager[] {new CountingTrust(verified)};
    var clients = Sides.context(sides.nativeClient(), null, trust);
    var servers = sides.serverContext("server");
    connectAndRead(clients, servers, client -> client.setEndpointIdentificationAlgorithm(null));
    connectAndRead(clients, servers, _ -> {});
    assertThat(verified).hasValue(2);
  }

  @Test
  void invalidatedSessionsAreNotResumed() throws SSLException {
    var verified = new AtomicInteger();
    var trust = new TrustManager[] {new CountingTrust(verified)};
    var clients = Sides.context(sides.nativeClient(), null, trust);
    var servers = sides.serverContext("server");
    var first = connectAndRead(clients, servers, _ -> {});
    first.client.getSession().invalidate();
    assertThat(first.client.getSession().isValid()).isFalse();
    connectAndRead(clients, servers, _ -> {});
    assertThat(verified).hasValue(2);
  }

  @Test
  void onlyNamedGroupsAreUsed() throws SSLException {
    for (String group : List.of("x25519", "secp256r1", "secp384r1", "secp521r1")) {
      Consumer<SSLParameters> only = side -> side.setNamedGroups(new String[] {group});
      sides.pair(sides.clientContext(), sides.serverContext("server-rsa"), only, only).handshake();
    }
  }

  @Test
  void groupsThatHaveNothingInCommonFail() {
    assumeTrue(sides.isTls13() || sides.nativeServer(), "the JDK falls back to RSA alone");
    var pair =
        sides.pair(
            sides.clientContext(),
            sides.serverContext("server-rsa"),
            client -> client.setNamedGroups(new String[] {"x25519"}),
            server -> server.setNamedGroups(new String[] {"secp384r1"}));
    assertThatExceptionOfType(SSLException.class).isThrownBy(pair::handshake);
  }

  /** By TLS 1.3 tickets arrive behind the handshake. */
  private EnginePair connectAndRead(
      SSLContext clients, SSLContext servers, Consumer<SSLParameters> forClient)
      throws SSLException {
    var pair = sides.pair(clients, servers, forClient, _ -> {}).handshake();
    assertThat(pair.transfer(pair.server, new byte[10], true)).hasSize(10);
    return pair;
  }
}
