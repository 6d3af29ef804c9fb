// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The cipher suites there are, best first, by the JDK's name and by BoringSSL's. */
enum CipherSuite {
  TLS_AES_128_GCM_SHA256(true, "TLS_AES_128_GCM_SHA256"),
  TLS_AES_256_GCM_SHA384(true, "TLS_AES_256_GCM_SHA384"),
  TLS_CHACHA20_POLY1305_SHA256(true, "TLS_CHACHA20_POLY1305_SHA256"),
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256(false, "ECDHE-ECDSA-AES128-GCM-SHA256"),
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256(false, "ECDHE-RSA-AES128-GCM-SHA256"),
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384(false, "ECDHE-ECDSA-AES256-GCM-SHA384"),
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384(false, "ECDHE-RSA-AES256-GCM-SHA384"),
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256(false, "ECDHE-ECDSA-CHACHA20-POLY1305"),
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256(false, "ECDHE-RSA-CHACHA20-POLY1305");

  private final boolean isOfTls13;
  private final String nativeName;

  CipherSuite(boolean isOfTls13, String nativeName) {
    this.isOfTls13 = isOfTls13;
    this.nativeName = nativeName;
  }

  static String[] names() {
    return Arrays.stream(values()).map(CipherSuite::name).toArray(String[]::new);
  }

  /**
   * Checks names, and keeps their order.
   *
   * @throws IllegalArgumentException for a suite that is not here, and for some but not all suites
   *     of TLS 1.3: BoringSSL has no switch for each
   */
  static List<CipherSuite> parse(String... names) {
    var suites = new ArrayList<CipherSuite>();
    for (String name : names) {
      suites.add(parse(name));
    }
    long ofTls13 = suites.stream().distinct().filter(suite -> suite.isOfTls13).count();
    if (ofTls13 != 0 && ofTls13 != 3) {
      throw new IllegalArgumentException(
          "cipher suites: wanted all three suites of TLS 1.3 or none, got " + suites);
    }
    return List.copyOf(suites);
  }

  private static CipherSuite parse(String name) {
    for (CipherSuite suite : values()) {
      if (suite.name().equals(name)) {
        return suite;
      }
    }
    throw new IllegalArgumentException(
        "cipher suite: wanted one of " + Arrays.toString(values()) + ", got " + name);
  }

  /** The JDK's name for what BoringSSL has agreed on. */
  static String nameOf(String nativeName) {
    for (CipherSuite suite : values()) {
      if (suite.nativeName.equals(nativeName)) {
        return suite.name();
      }
    }
    return nativeName;
  }

  /** What BoringSSL wants to be told; those of TLS 1.3 are always on. */
  static String nativeListOf(List<CipherSuite> suites) {
    return String.join(
        ":",
        suites.stream().filter(suite -> !suite.isOfTls13).map(suite -> suite.nativeName).toList());
  }

  static boolean haveTls13(List<CipherSuite> suites) {
    return suites.stream().anyMatch(suite -> suite.isOfTls13);
  }

  static boolean haveTls12(List<CipherSuite> suites) {
    return suites.stream().anyMatch(suite -> !suite.isOfTls13);
  }
}
