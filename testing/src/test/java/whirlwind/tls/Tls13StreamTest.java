// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

/** TLS 1.3 has streams like any other. */
class Tls13StreamTest extends TlsStreamContract {
  Tls13StreamTest() {
    super("TLSv1.3", false);
  }
}
