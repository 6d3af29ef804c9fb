// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** Makes engines as options ask for them, and checks what both sides' options have in common. */
final class Engines {
  private static final int LONGEST_PROTOCOL = 255;

  private Engines() {}

  /** Refuses what no connection could be made with. */
  static void check(List<String> applicationProtocols, Duration handshakeTimeout) {
    if (new HashSet<>(applicationProtocols).size() < applicationProtocols.size()) {
      throw new IllegalArgumentException(
          "applicationProtocols: wanted each of them once, got " + applicationProtocols);
    }
    for (var protocol : applicationProtocols) {
      if (protocol.isEmpty() || protocol.length() > LONGEST_PROTOCOL) {
        throw new IllegalArgumentException(
            "applicationProtocols: wanted names of 1 to %d characters, got \"%s\""
                .formatted(LONGEST_PROTOCOL, protocol));
      }
    }
    if (handshakeTimeout.isNegative() || handshakeTimeout.isZero()) {
      throw new IllegalArgumentException(
          "handshakeTimeout: wanted more than zero, got " + handshakeTimeout);
    }
  }

  /**
   * A client's engine, its handshake not begun.
   *
   * @param host what is connected to; null if that has no name
   * @param port of the server, for the cache of sessions; less than 0 if unknown
   * @throws IllegalArgumentException when there is no name to verify the server by
   */
  static SSLEngine of(ClientTls options, @Nullable String host, int port) {
    var name = verified(options.serverName() != null ? options.serverName() : host);
    if (name == null && options.verifiesHost()) {
      throw new IllegalArgumentException(
          "server name: wanted one to verify the certificate against, got none;"
              + " connect to a host, or name one by withServerName");
    }
    var context = options.context();
    var engine = name == null ? context.createSSLEngine() : context.createSSLEngine(name, port);
    engine.setUseClientMode(true);
    var settings = settings(engine, options);
    if (options.verifiesHost()) {
      settings.setEndpointIdentificationAlgorithm("HTTPS");
    }
    if (name != null) {
      settings.setServerNames(namesToSend(name));
    }
    return with(engine, options, settings);
  }

  /** Certificates know neither the final dot of a name nor the zone of an address. */
  private static @Nullable String verified(@Nullable String name) {
    if (name == null) {
      return null;
    }
    int zone = name.indexOf('%');
    var bare = zone < 0 ? name : name.substring(0, zone);
    return bare.endsWith(".") ? bare.substring(0, bare.length() - 1) : bare;
  }

  /**
   * Addresses are not to be sent as server names (RFC 6066, section 3), nor is what no certificate
   * can be for: names with an underscore and the like, which are in use nevertheless.
   */
  private static List<SNIServerName> namesToSend(String name) {
    if (name.indexOf(':') >= 0 || name.matches("[0-9.]+")) {
      return List.of();
    }
    try {
      return List.of(new SNIHostName(name));
    } catch (IllegalArgumentException _) {
      return List.of();
    }
  }

  /**
   * A server's engine, its handshake not begun.
   *
   * @param serverName what the client asks for; null if it does not say
   * @throws IllegalStateException when {@link ServerTls#contexts} refuses the connection
   */
  static SSLEngine of(ServerTls options, @Nullable String serverName) {
    var engine = contextFor(options.contexts(), serverName).createSSLEngine();
    engine.setUseClientMode(false);
    var settings = settings(engine, options);
    switch (options.clientAuth()) {
      case NONE -> {}
      case WANTED -> settings.setWantClientAuth(true);
      case NEEDED -> settings.setNeedClientAuth(true);
    }
    return with(engine, options, settings);
  }

  private static SSLContext contextFor(TlsContexts contexts, @Nullable String name) {
    try {
      return Objects.requireNonNull(contexts.contextFor(name), "context");
    } catch (RuntimeException failure) {
      throw failure;
    } catch (Exception failure) {
      throw new IllegalStateException(
          "no TLS context for a client that asks for " + (name == null ? "no name" : name),
          failure);
    }
  }

  private static SSLParameters settings(SSLEngine engine, TlsOptions options) {
    var settings = engine.getSSLParameters();
    if (!options.versions().isEmpty()) {
      settings.setProtocols(options.versions().toArray(String[]::new));
    }
    if (!options.applicationProtocols().isEmpty()) {
      settings.setApplicationProtocols(options.applicationProtocols().toArray(String[]::new));
    }
    return settings;
  }

  private static SSLEngine with(SSLEngine engine, TlsOptions options, SSLParameters settings) {
    options.parameters().accept(settings);
    engine.setSSLParameters(settings);
    return engine;
  }
}
