// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

/** TLS 1.3 over TLS 1.3 is a transport like any other. */
class TlsOverTlsTransportTest extends TlsTransportContract {
  TlsOverTlsTransportTest() {
    super("TLSv1.3", true);
  }
}
