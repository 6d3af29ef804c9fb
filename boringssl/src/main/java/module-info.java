// SPDX-License-Identifier: Apache-2.0

/** A fast {@code SSLContext}: BoringSSL beside the JDK's own TLS. */
module whirlwind.boringssl {
  // Nullness annotations are read by compilers and tools, never at run time.
  requires static transitive org.jspecify;
  // The JNI face of BoringSSL.
  requires io.netty.tcnative.classes.openssl;

  /** Where contexts come from. */
  exports whirlwind.boringssl;
}
