// SPDX-License-Identifier: Apache-2.0

/**
 * TLS by BoringSSL, behind the JDK's {@code SSLContext} and {@code SSLEngine}.
 *
 * <p>Begin with {@link whirlwind.boringssl.BoringSsl}; then {@code BoringSslEngine}, which is the
 * contract of {@code SSLEngine}, and {@code NativeSsl}, which is all that it needs of BoringSSL.
 * {@code KeyChooser} and {@code PeerVerifier} ask the Java key and trust managers.
 */
@NullMarked
package whirlwind.boringssl;

import org.jspecify.annotations.NullMarked;
