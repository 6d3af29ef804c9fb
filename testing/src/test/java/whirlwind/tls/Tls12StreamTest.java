// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

/** TLS 1.2 has streams like any other. */
class Tls12StreamTest extends TlsStreamContract {
  Tls12StreamTest() {
    super("TLSv1.2", false);
  }
}
