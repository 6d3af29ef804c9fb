// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import whirlwind.testing.TestCertificates;

/** Handshakes that must fail, and how both sides learn of it. */
@ParameterizedClass
@MethodSource("whirlwind.boringssl.Sides#all")
class EngineRefusalTest {
  private final Sides sides;

  EngineRefusalTest(Sides sides) {
    this.sides = sides;
  }

  @ParameterizedTest
  @ValueSource(strings = {"other", "expired", "unknown", "self-signed"})
  void clientsRefuseACertificateThatIsNotGood(String certificate) throws SSLException {
    var pair = sides.pair(sides.clientContext(), sides.serverContext(certificate));
    clientRefuses(pair);
  }

  @Test
  void clientsAcceptAnotherHostWhereItIsNotToBeVerified() throws SSLException {
    sides
        .pair(
            sides.clientContext(),
            sides.serverContext("other"),
            client -> client.setEndpointIdentificationAlgorithm(null),
            _ -> {})
        .handshake();
  }

  @Test
  void plainTrustManagersAreHeldToTheHostAllTheSame() throws SSLException {
    var usual = (X509TrustManager) TestCertificates.trustManagers()[0];
    var plain =
        new X509TrustManager() {
          @Override
          public void checkClientTrusted(X509Certificate[] chain, String authType)
              throws CertificateException {
            usual.checkClientTrusted(chain, authType);
          }

          @Override
          public void checkServerTrusted(X509Certificate[] chain, String authType)
              throws CertificateException {
            usual.checkServerTrusted(chain, authType);
          }

          @Override
          public X509Certificate[] getAcceptedIssuers() {
            return usual.getAcceptedIssuers();
          }
        };
    var clients = Sides.context(sides.nativeClient(), null, new TrustManager[] {plain});
    sides.pair(clients, sides.serverContext("server")).handshake();
    clientRefuses(sides.pair(clients, sides.serverContext("other")));
  }

  @Test
  void theDefaultTrustIsTheJdks() throws SSLException {
    var clients = Sides.context(sides.nativeClient(), null, null);
    clientRefuses(sides.pair(clients, sides.serverContext("server")));
  }

  @Test
  void serversRefuseClientsWithoutACertificateWhereOneIsNeeded() throws SSLException {
    serverRefuses(sides.clientContext());
  }

  @Test
  void serversRefuseClientsThatTheyDoNotTrust() throws SSLException {
    serverRefuses(
        Sides.context(
            sides.nativeClient(), Sides.keys("self-signed"), TestCertificates.trustManagers()));
  }

  @Test
  void ticketsOfAnOpenDoorAreNoGoodWhereACertificateIsNeeded() throws SSLException {
    var clients = sides.clientContext();
    var servers = sides.serverContext("server");
    var open = sides.pair(clients, servers).handshake();
    open.transfer(open.server, new byte[10], true);
    serverRefuses(clients, servers);
  }

  private void serverRefuses(SSLContext clients) {
    serverRefuses(clients, sides.serverContext("server"));
  }

  private void serverRefuses(SSLContext clients, SSLContext servers) {
    var pair = sides.pair(clients, servers, _ -> {}, server -> server.setNeedClientAuth(true));
    assertThatExceptionOfType(SSLException.class).isThrownBy(pair::handshake);
    assertThat(pair.server.isInboundDone()).isTrue();
  }

  @Test
  void serversRefuseNamesThatTheyDoNotHave() {
    var pair =
        sides.pair(
            sides.clientContext(),
            sides.serverContext("server"),
            client -> client.setServerNames(List.of(new SNIHostName("other.test"))),
            server -> server.setSNIMatchers(List.of(SNIHostName.createSNIMatcher("good.test"))));
    assertThatExceptionOfType(SSLHandshakeException.class).isThrownBy(pair::handshake);
    assertThat(pair.server.isInboundDone()).isTrue();
  }

  @Test
  void versionsThatHaveNothingInCommonFail() {
    String other = sides.isTls13() ? "TLSv1.2" : "TLSv1.3";
    Consumer<SSLParameters> other13 = server -> server.setProtocols(new String[] {other});
    var pair = sides.pair(sides.clientContext(), sides.serverContext("server"), _ -> {}, other13);
    assertThatExceptionOfType(SSLHandshakeException.class).isThrownBy(pair::handshake);
  }

  @Test
  void serversWithoutAKeyFail() {
    var servers = Sides.context(sides.nativeServer(), null, null);
    var pair = sides.pair(sides.clientContext(), servers);
    assertThatExceptionOfType(SSLHandshakeException.class).isThrownBy(pair::handshake);
  }

  /** The client says why, and an alert tells the server. */
  private static void clientRefuses(EnginePair pair) throws SSLException {
    assertThatExceptionOfType(SSLHandshakeException.class)
        .isThrownBy(pair::handshake)
        .satisfies(refused -> assertThat(refused).hasCauseInstanceOf(CertificateException.class));
    SSLEngine client = pair.client;
    assertThat(client.isInboundDone()).isTrue();
    EnginePair.wrap(client, ByteBuffer.allocate(0), pair.toServer);
    assertThat(client.isOutboundDone()).isTrue();
    assertThat(pair.toServer.hasRemaining()).as("an alert").isTrue();
    assertThatExceptionOfType(SSLException.class)
        .isThrownBy(() -> pair.advance(pair.server, Integer.MAX_VALUE));
  }
}
