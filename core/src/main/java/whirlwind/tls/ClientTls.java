// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * How a client does TLS. By default it verifies that the server's certificate comes from an
 * authority that the context trusts and is for the host that it meant to reach.
 *
 * <p><b>Sessions</b> are resumed when the context, the host and the port are the same as before:
 * keep the context.
 *
 * @param context where engines come from; its trust managers verify the chain
 * @param serverName the name to ask for and to verify, instead of the host that is connected to;
 *     null for that host
 * @param verifiesHost whether the certificate must be for that name (RFC 9525)
 * @see #defaults()
 */
public record ClientTls(
    SSLContext context,
    @Nullable String serverName,
    boolean verifiesHost,
    List<String> applicationProtocols,
    List<String> versions,
    Duration handshakeTimeout,
    Consumer<? super SSLParameters> parameters)
    implements TlsOptions {

  /** Copies the lists, and refuses what no connection could be made with. */
  public ClientTls {
    Objects.requireNonNull(context, "context");
    Objects.requireNonNull(parameters, "parameters");
    applicationProtocols = List.copyOf(applicationProtocols);
    versions = List.copyOf(versions);
    Engines.check(applicationProtocols, handshakeTimeout);
  }

  /** Trusts whom the JDK trusts, verifies the host, and allows 30 seconds for a handshake. */
  public static ClientTls defaults() {
    try {
      return of(SSLContext.getDefault());
    } catch (NoSuchAlgorithmException failure) {
      throw new IllegalStateException("the JDK's default SSLContext cannot be made", failure);
    }
  }

  /** {@link #defaults()} with another context. */
  public static ClientTls of(SSLContext context) {
    return new ClientTls(
        context, null, true, List.of(), List.of(), Duration.ofSeconds(30), _ -> {});
  }

  /**
   * Accepts every certificate for every host: the connection is private to whoever answered, which
   * may be anybody. For tests and for nothing else.
   */
  public static ClientTls insecureTrustingAnybody() {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustsAnybody()}, null);
      return of(context).insecureWithoutHostVerification();
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException("the JDK's TLS context cannot be made", failure);
    }
  }

  /**
   * These options, but a certificate of a trusted authority is accepted whatever host it is for:
   * everybody who has one can pass for the server.
   */
  public ClientTls insecureWithoutHostVerification() {
    return new ClientTls(
        context, serverName, false, applicationProtocols, versions, handshakeTimeout, parameters);
  }

  /** These options with another {@link #serverName}. */
  public ClientTls withServerName(String name) {
    Objects.requireNonNull(name, "name");
    return new ClientTls(
        context, name, verifiesHost, applicationProtocols, versions, handshakeTimeout, parameters);
  }

  /** These options offering {@code protocols} by ALPN. */
  public ClientTls withApplicationProtocols(String... protocols) {
    return new ClientTls(
        context,
        serverName,
        verifiesHost,
        List.of(protocols),
        versions,
        handshakeTimeout,
        parameters);
  }

  /** These options with other {@link #versions}. */
  public ClientTls withVersions(String... allowed) {
    return new ClientTls(
        context,
        serverName,
        verifiesHost,
        applicationProtocols,
        List.of(allowed),
        handshakeTimeout,
        parameters);
  }

  /** These options with another {@link #handshakeTimeout}. */
  public ClientTls withHandshakeTimeout(Duration timeout) {
    return new ClientTls(
        context, serverName, verifiesHost, applicationProtocols, versions, timeout, parameters);
  }

  /** These options with other {@link #parameters}. */
  public ClientTls withParameters(Consumer<? super SSLParameters> settings) {
    return new ClientTls(
        context,
        serverName,
        verifiesHost,
        applicationProtocols,
        versions,
        handshakeTimeout,
        settings);
  }
}
