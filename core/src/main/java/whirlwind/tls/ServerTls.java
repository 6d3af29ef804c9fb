// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * How a server does TLS.
 *
 * @param contexts where engines come from; keys and trusted authorities are theirs
 * @param clientAuth whether clients have to show a certificate
 * @see #of(SSLContext)
 */
public record ServerTls(
    TlsContexts contexts,
    ClientAuth clientAuth,
    List<String> applicationProtocols,
    List<String> versions,
    Duration handshakeTimeout,
    Consumer<? super SSLParameters> parameters)
    implements TlsOptions {

  /** Whether clients have to show a certificate. */
  public enum ClientAuth {
    /** They are not asked. */
    NONE,
    /** They are asked; without one the connection is made all the same. */
    WANTED,
    /** Without one that the context trusts there is no connection. */
    NEEDED
  }

  /** Copies the lists, and refuses what no connection could be made with. */
  public ServerTls {
    Objects.requireNonNull(contexts, "contexts");
    Objects.requireNonNull(clientAuth, "clientAuth");
    Objects.requireNonNull(parameters, "parameters");
    applicationProtocols = List.copyOf(applicationProtocols);
    versions = List.copyOf(versions);
    Engines.check(applicationProtocols, handshakeTimeout);
  }

  /** One context for all; asks for no certificate, and allows 30 seconds for a handshake. */
  public static ServerTls of(SSLContext context) {
    Objects.requireNonNull(context, "context");
    return of(_ -> context);
  }

  /** {@link #of(SSLContext)} with a context for each connection. */
  public static ServerTls of(TlsContexts contexts) {
    return new ServerTls(
        contexts, ClientAuth.NONE, List.of(), List.of(), Duration.ofSeconds(30), _ -> {});
  }

  /** These options with another {@link #clientAuth}. */
  public ServerTls withClientAuth(ClientAuth auth) {
    return new ServerTls(
        contexts, auth, applicationProtocols, versions, handshakeTimeout, parameters);
  }

  /** These options choosing among {@code protocols} by ALPN, the preferred one first. */
  public ServerTls withApplicationProtocols(String... protocols) {
    return new ServerTls(
        contexts, clientAuth, List.of(protocols), versions, handshakeTimeout, parameters);
  }

  /** These options with other {@link #versions}. */
  public ServerTls withVersions(String... allowed) {
    return new ServerTls(
        contexts, clientAuth, applicationProtocols, List.of(allowed), handshakeTimeout, parameters);
  }

  /** These options with another {@link #handshakeTimeout}. */
  public ServerTls withHandshakeTimeout(Duration timeout) {
    return new ServerTls(contexts, clientAuth, applicationProtocols, versions, timeout, parameters);
  }

  /** These options with other {@link #parameters}. */
  public ServerTls withParameters(Consumer<? super SSLParameters> settings) {
    return new ServerTls(
        contexts, clientAuth, applicationProtocols, versions, handshakeTimeout, settings);
  }
}
