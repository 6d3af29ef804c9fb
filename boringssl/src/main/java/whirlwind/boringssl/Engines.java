// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Which engine BoringSSL means when it calls back with an address. Weak, so that the callbacks of a
 * context keep no engine, and an abandoned one is freed.
 */
final class Engines {
  private final Map<Long, WeakReference<BoringSslEngine>> byAddress = new ConcurrentHashMap<>();

  void put(long ssl, BoringSslEngine engine) {
    byAddress.put(ssl, new WeakReference<>(engine));
  }

  void remove(long ssl) {
    byAddress.remove(ssl);
  }

  @Nullable BoringSslEngine find(long ssl) {
    var reference = byAddress.get(ssl);
    return reference == null ? null : reference.get();
  }

  BoringSslEngine get(long ssl) throws SSLHandshakeException {
    var engine = find(ssl);
    if (engine == null) {
      throw new SSLHandshakeException("the engine was closed during its handshake");
    }
    return engine;
  }
}
