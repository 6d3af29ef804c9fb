// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import io.netty.internal.tcnative.SSL;
import java.lang.ref.Reference;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** A private key and its certificates in BoringSSL's form; freed when nobody has it any more. */
final class KeyMaterial {
  private final X509Certificate[] certificates;
  private final long nativeChain;
  private final long nativeKey;

  KeyMaterial(PrivateKey key, X509Certificate[] certificates) throws GeneralSecurityException {
    this.certificates = certificates;
    long chain = Pem.parse(certificates);
    try {
      nativeKey = Pem.parse(key);
    } catch (GeneralSecurityException failure) {
      SSL.freeX509Chain(chain);
      throw failure;
    }
    nativeChain = chain;
    NativeMemory.CLEANER.register(this, new Release(chain, nativeKey));
  }

  X509Certificate[] certificates() {
    return certificates;
  }

  /** Gives it to one connection, which counts as one more user of the native objects. */
  void useFor(long ssl) throws Exception {
    try {
      SSL.setKeyMaterial(ssl, nativeChain, nativeKey);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  private record Release(long chain, long key) implements Runnable {
    @Override
    public void run() {
      SSL.freeX509Chain(chain);
      SSL.freePrivateKey(key);
    }
  }
}
