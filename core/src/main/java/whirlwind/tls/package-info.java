// SPDX-License-Identifier: Apache-2.0
/**
 * TLS as a transport over a transport.
 *
 * <p>Reading order: {@link whirlwind.tls.ClientTls} and {@link whirlwind.tls.ServerTls} (what one
 * asks for), {@link whirlwind.tls.TlsTransport} (how it is done), {@code CipherInput} and {@code
 * CipherOutput} (the records on their way), {@code ClientHello} (which name a client asks for),
 * {@code Engines} (how options become an engine).
 *
 * <p>The cryptography is a {@link javax.net.ssl.SSLEngine}'s: the JDK's, or that of any other
 * provider of an {@link javax.net.ssl.SSLContext}.
 */
@NullMarked
package whirlwind.tls;

import org.jspecify.annotations.NullMarked;
