// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Signature algorithms by the names that key and trust managers know them by. */
final class SignatureAlgorithms {
  /** What certificates may be signed with. */
  private static final String[] LOCAL = {
    "SHA256withECDSA",
    "SHA384withECDSA",
    "SHA512withECDSA",
    "RSASSA-PSS",
    "SHA256withRSA",
    "SHA384withRSA",
    "SHA512withRSA"
  };

  private SignatureAlgorithms() {}

  static String[] local() {
    return LOCAL.clone();
  }

  /** The Java names for TLS names such as {@code ecdsa_secp256r1_sha256}, in their order. */
  static String[] parse(String @Nullable [] schemes) {
    if (schemes == null) {
      return LOCAL.clone();
    }
    Set<String> names = new LinkedHashSet<>();
    for (String scheme : schemes) {
      String name = parse(scheme);
      if (name != null) {
        names.add(name);
      }
    }
    return names.toArray(String[]::new);
  }

  private static @Nullable String parse(String scheme) {
    if (scheme.startsWith("rsa_pss")) {
      return "RSASSA-PSS";
    }
    String hash = scheme.substring(scheme.lastIndexOf('_') + 1).toUpperCase(Locale.ROOT);
    if (!hash.startsWith("SHA")) {
      return null;
    }
    if (scheme.startsWith("ecdsa")) {
      return hash + "withECDSA";
    }
    return scheme.startsWith("rsa_pkcs1") ? hash + "withRSA" : null;
  }
}
