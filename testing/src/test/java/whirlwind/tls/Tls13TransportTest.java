// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

/** TLS 1.3 is a transport like any other. */
class Tls13TransportTest extends TlsTransportContract {
  Tls13TransportTest() {
    super("TLSv1.3", false);
  }
}
