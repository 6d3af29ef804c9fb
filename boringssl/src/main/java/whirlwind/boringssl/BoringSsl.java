// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import java.security.KeyManagementException;
import java.security.Provider;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Contexts whose engines are BoringSSL: for whoever wants less CPU for TLS than the JDK's own
 * takes.
 *
 * <pre>{@code
 * var context = BoringSsl.isAvailable() ? BoringSsl.context(keys, trust) : jdkContext;
 * }</pre>
 *
 * <p>Key managers choose and give the certificates, trust managers verify, and what is null is as
 * with the JDK: no key, and trust in whom the JDK trusts. A host name is verified when the engine's
 * parameters say so, as with the JDK. Engines take part by {@code SSLParameters}: versions, ALPN,
 * SNI, client certificates, named groups. Sessions are resumed by tickets: keep the context; the
 * JDK's property {@code jdk.tls.server.newSessionTicketCount=0} turns tickets off.
 *
 * <p>What is different from the JDK:
 *
 * <ul>
 *   <li>TLS 1.2 and 1.3 only, with forward secrecy and authenticated encryption; the suites of TLS
 *       1.3 can be named all or none.
 *   <li>No sockets, only engines; private keys must have an encoded form (no hardware keys); no
 *       signature schemes of one's own.
 *   <li>When client and server have no ALPN protocol in common, the connection is made without one,
 *       instead of being refused.
 *   <li>An engine holds native memory until it is closed on both sides, or collected. Who closes a
 *       connection early calls {@code closeInbound} as well, and ignores what it throws.
 * </ul>
 *
 * <p><b>Where</b> there is BoringSSL: where the artifact {@code netty-tcnative-boringssl-static} of
 * the platform is on the class path, and native access is enabled for this module. A program that
 * uses Netty's OpenSSL engine as well must let Netty load it first.
 *
 * <p><b>Threads:</b> any; an engine may be used by any, one at a time.
 */
public final class BoringSsl {
  private static final Provider PROVIDER = new BoringSslProvider();

  private BoringSsl() {}

  /** Whether contexts can be made here. */
  public static boolean isAvailable() {
    return NativeLibrary.UNAVAILABLE == null;
  }

  /** Why contexts cannot be made here, in one line; empty when they can. */
  public static Optional<String> unavailableBecause() {
    return Optional.ofNullable(NativeLibrary.UNAVAILABLE);
  }

  /** A context without a key that trusts whom the JDK trusts: for clients. */
  public static SSLContext context() {
    return context(null, null);
  }

  /**
   * A context with these managers, for clients and servers.
   *
   * @param keys the first X.509 key manager counts; null for no key
   * @param trust the first X.509 trust manager counts; null for the JDK's default one
   * @throws IllegalStateException when there is no BoringSSL here, and why
   * @throws IllegalArgumentException when the default trust manager cannot be made
   */
  public static SSLContext context(KeyManager @Nullable [] keys, TrustManager @Nullable [] trust) {
    if (NativeLibrary.UNAVAILABLE != null) {
      throw new IllegalStateException(NativeLibrary.UNAVAILABLE);
    }
    try {
      var spi = new ContextSpi();
      spi.engineInit(keys, trust, null);
      return new Context(spi);
    } catch (KeyManagementException failure) {
      throw new IllegalArgumentException(failure.getMessage(), failure);
    }
  }

  private static final class Context extends SSLContext {
    Context(ContextSpi spi) {
      super(spi, PROVIDER, "TLS");
    }
  }

  /** The name that contexts give as their provider; not registered, and offers nothing itself. */
  private static final class BoringSslProvider extends Provider {
    private static final long serialVersionUID = 1L;

    BoringSslProvider() {
      super("WhirlwindBoringSSL", "1.0", "TLS by BoringSSL");
    }
  }
}
