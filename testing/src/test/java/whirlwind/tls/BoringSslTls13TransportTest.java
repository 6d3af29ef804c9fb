// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import whirlwind.boringssl.BoringSsl;
import whirlwind.testing.TestCertificates;

/** TLS 1.3 by BoringSSL is a transport like any other. */
class BoringSslTls13TransportTest extends TlsTransportContract {
  BoringSslTls13TransportTest() {
    super(
        "TLSv1.3",
        false,
        BoringSsl.context(null, TestCertificates.trustManagers()),
        BoringSsl.context(TestCertificates.keyManagers("server"), null));
  }
}
