// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import io.netty.internal.tcnative.CertificateCallback;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509KeyManager;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Asks the key manager which certificate to show. A delegated task of the handshake.
 *
 * <p><b>Threads:</b> any; handshakes of a context ask at the same time.
 */
final class KeyChooser implements CertificateCallback {
  /** Parsed keys that are kept: to parse one costs more than the rest of a handshake. */
  private static final int KEPT = 64;

  private final Engines engines;
  private final @Nullable X509KeyManager keys;

  /** By chain, which has but one key; aliases may be new ones each time. Guarded by itself. */
  private final Map<List<X509Certificate>, KeyMaterial> parsed =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<X509Certificate>, KeyMaterial> eldest) {
          return size() > KEPT;
        }
      };

  KeyChooser(Engines engines, @Nullable X509KeyManager keys) {
    this.engines = engines;
    this.keys = keys;
  }

  @Override
  public void handle(long ssl, byte @Nullable [] keyTypes, byte @Nullable [][] issuers)
      throws Exception {
    var engine = engines.get(ssl);
    try {
      choose(engine, ssl, keyTypes, issuers);
    } catch (Exception | Error failure) {
      engine.failedBecause(failure);
      throw new SSLHandshakeException(failure.getMessage());
    }
  }

  private void choose(
      BoringSslEngine engine, long ssl, byte @Nullable [] keyTypes, byte @Nullable [][] issuers)
      throws Exception {
    boolean isClient = engine.getUseClientMode();
    var material = keys == null ? null : choose(engine, keys, keyTypes, principals(issuers));
    if (material != null) {
      material.useFor(ssl);
      engine.handshake().showsPeer(material.certificates());
    } else if (!isClient) {
      throw new SSLHandshakeException(
          "no certificate for a client that accepts " + keyTypesOf(engine.handshake(), null));
    }
  }

  private @Nullable KeyMaterial choose(
      BoringSslEngine engine,
      X509KeyManager manager,
      byte @Nullable [] keyTypes,
      Principal @Nullable [] issuers)
      throws GeneralSecurityException {
    String[] types = keyTypesOf(engine.handshake(), keyTypes).toArray(String[]::new);
    var alias =
        engine.getUseClientMode()
            ? clientAlias(manager, types, issuers, engine)
            : serverAlias(manager, types, issuers, engine);
    return alias == null ? null : materialOf(manager, alias);
  }

  private static @Nullable String clientAlias(
      X509KeyManager manager,
      String[] types,
      Principal @Nullable [] issuers,
      BoringSslEngine engine) {
    return manager instanceof X509ExtendedKeyManager extended
        ? extended.chooseEngineClientAlias(types, issuers, engine)
        : manager.chooseClientAlias(types, issuers, null);
  }

  private static @Nullable String serverAlias(
      X509KeyManager manager,
      String[] types,
      Principal @Nullable [] issuers,
      BoringSslEngine engine) {
    for (String type : types) {
      String alias =
          manager instanceof X509ExtendedKeyManager extended
              ? extended.chooseEngineServerAlias(type, issuers, engine)
              : manager.chooseServerAlias(type, issuers, null);
      if (alias != null) {
        return alias;
      }
    }
    return null;
  }

  private @Nullable KeyMaterial materialOf(X509KeyManager manager, String alias)
      throws GeneralSecurityException {
    var chain = manager.getCertificateChain(alias);
    if (chain == null || chain.length == 0) {
      return null;
    }
    List<X509Certificate> certificates = List.of(chain);
    synchronized (parsed) {
      var known = parsed.get(certificates);
      if (known != null) {
        return known;
      }
    }
    var key = manager.getPrivateKey(alias);
    if (key == null) {
      return null;
    }
    var material = new KeyMaterial(key, chain);
    synchronized (parsed) {
      parsed.put(certificates, material);
    }
    return material;
  }

  /** In the order of the peer's preference. */
  private static Set<String> keyTypesOf(EngineSession session, byte @Nullable [] nativeTypes) {
    var types = new LinkedHashSet<String>();
    if (nativeTypes != null) {
      for (byte type : nativeTypes) {
        switch (type) {
          case TLS_CT_ECDSA_SIGN -> types.add("EC");
          case TLS_CT_RSA_SIGN -> types.add("RSA");
          default -> {}
        }
      }
    }
    for (String algorithm : session.getPeerSupportedSignatureAlgorithms()) {
      types.add(algorithm.endsWith("ECDSA") ? "EC" : "RSA");
    }
    return types;
  }

  private static Principal @Nullable [] principals(byte @Nullable [][] encoded) {
    if (encoded == null) {
      return null;
    }
    var principals = new Principal[encoded.length];
    for (int i = 0; i < encoded.length; i++) {
      principals[i] = new X500Principal(encoded[i]);
    }
    return principals;
  }
}
