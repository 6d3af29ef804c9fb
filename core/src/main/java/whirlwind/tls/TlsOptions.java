// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLParameters;

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
}
