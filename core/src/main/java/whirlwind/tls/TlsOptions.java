// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** How one side of a connection does TLS; what {@link ClientTls} and {@link ServerTls} share. */
public sealed interface TlsOptions permits ClientTls, ServerTls {

  /** The protocols for ALPN, the preferred one first; empty for none. */
  List<String> applicationProtocols();

  /** The versions that may be spoken, such as {@code TLSv1.3}; empty for the context's own. */
  List<String> versions();

  /** How long the handshake may take until the connection is closed. */
  Duration handshakeTimeout();

  /**
   * What else is wanted: cipher suites, named groups, and so on. Called last, once for every
   * connection.
   */
  Consumer<? super SSLParameters> parameters();

  /**
   * An engine for one connection, its handshake not begun.
   *
   * @param name of the server: the one that a client verifies, or asks a server for; null if none
   * @param port of the server, for a client's cache of sessions; less than 0 if unknown
   */
  SSLEngine newEngine(@Nullable String name, int port);

  /** What both sides set alike. */
  static void configure(TlsOptions options, SSLParameters parameters) {
    if (!options.versions().isEmpty()) {
      parameters.setProtocols(options.versions().toArray(String[]::new));
    }
    if (!options.applicationProtocols().isEmpty()) {
      parameters.setApplicationProtocols(options.applicationProtocols().toArray(String[]::new));
    }
  }

  /** Refuses what no connection could be made with. */
  static void check(List<String> applicationProtocols, Duration handshakeTimeout) {
    if (new HashSet<>(applicationProtocols).size() < applicationProtocols.size()) {
      throw new IllegalArgumentException(
          "applicationProtocols: wanted each of them once, got " + applicationProtocols);
    }
    for (var protocol : applicationProtocols) {
      if (protocol.isEmpty() || protocol.length() > 255) {
        throw new IllegalArgumentException(
            "applicationProtocols: wanted names of 1 to 255 characters, got \"" + protocol + '"');
      }
    }
    if (handshakeTimeout.isNegative() || handshakeTimeout.isZero()) {
      throw new IllegalArgumentException(
          "handshakeTimeout: wanted more than zero, got " + handshakeTimeout);
    }
  }
}
