// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import whirlwind.testing.TestCertificates;

/** Who plays the client and who the server: the JDK's engine, which says what is right, or ours. */
record Sides(boolean nativeClient, boolean nativeServer, String version, boolean isDirect) {

  /** Made once, as it takes long to encrypt keys and to decrypt them again. */
  private static final Map<String, KeyManager[]> KEYS = new ConcurrentHashMap<>();

  private static final TrustManager[] TRUST = TestCertificates.trustManagers();

  static KeyManager[] keys(String certificate) {
    return KEYS.computeIfAbsent(certificate, TestCertificates::keyManagers);
  }

  static Stream<Sides> all() {
    return Stream.of("TLSv1.3", "TLSv1.2")
        .flatMap(
            version ->
                Stream.of(
                    new Sides(false, false, version, false),
                    new Sides(false, true, version, false),
                    new Sides(true, false, version, true),
                    new Sides(true, true, version, true)));
  }

  static SSLContext context(
      boolean isNative, KeyManager @Nullable [] keys, TrustManager @Nullable [] trust) {
    if (isNative) {
      return BoringSsl.context(keys, trust);
    }
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(keys, trust, null);
      return context;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  SSLContext clientContext() {
    return context(nativeClient, null, TRUST);
  }

  SSLContext serverContext(String certificate) {
    return context(nativeServer, keys(certificate), TRUST);
  }

  boolean isTls13() {
    return version.equals("TLSv1.3");
  }

  EnginePair pair(SSLContext clients, SSLContext servers) {
    return pair(clients, servers, _ -> {}, _ -> {});
  }

  /** A verifying client of {@code localhost}. */
  EnginePair pair(
      SSLContext clients,
      SSLContext servers,
      Consumer<SSLParameters> forClient,
      Consumer<SSLParameters> forServer) {
    var client = clients.createSSLEngine("localhost", 443);
    client.setUseClientMode(true);
    var clientSide = client.getSSLParameters();
    clientSide.setProtocols(new String[] {version});
    clientSide.setEndpointIdentificationAlgorithm("HTTPS");
    forClient.accept(clientSide);
    client.setSSLParameters(clientSide);
    var server = servers.createSSLEngine();
    server.setUseClientMode(false);
    var serverSide = server.getSSLParameters();
    serverSide.setProtocols(new String[] {version});
    forServer.accept(serverSide);
    server.setSSLParameters(serverSide);
    return new EnginePair(client, server, isDirect);
  }

  EnginePair connected() throws SSLException {
    return pair(clientContext(), serverContext("server")).handshake();
  }

  @Override
  public String toString() {
    return (nativeClient ? "BoringSSL" : "JDK")
        + " client, "
        + (nativeServer ? "BoringSSL" : "JDK")
        + " server, "
        + version
        + (isDirect ? ", direct" : ", heap");
  }
}
