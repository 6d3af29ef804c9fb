// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import whirlwind.boringssl.BoringSsl;
import whirlwind.testing.TestCertificates;

/** TLS 1.2 by BoringSSL is a transport like any other. */
class BoringSslTls12TransportTest extends TlsTransportContract {
  BoringSslTls12TransportTest() {
    super(
        "TLSv1.2",
        false,
        BoringSsl.context(null, TestCertificates.trustManagers()),
        BoringSsl.context(TestCertificates.keyManagers("server"), null));
  }
}
