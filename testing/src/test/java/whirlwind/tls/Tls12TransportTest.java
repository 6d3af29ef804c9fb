// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

/** TLS 1.2 is a transport like any other. */
class Tls12TransportTest extends TlsTransportContract {
  Tls12TransportTest() {
    super("TLSv1.2", false);
  }
}
