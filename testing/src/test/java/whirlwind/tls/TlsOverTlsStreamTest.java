// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

/** TLS 1.3 over TLS 1.3 has streams like any other. */
class TlsOverTlsStreamTest extends TlsStreamContract {
  TlsOverTlsStreamTest() {
    super("TLSv1.3", true);
  }
}
