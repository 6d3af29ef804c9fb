// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/** Chooses {@code other} for the name that is that certificate's. */
final class ByServerName extends X509ExtendedKeyManager {
  private final X509ExtendedKeyManager server = (X509ExtendedKeyManager) managerOf("server");
  private final X509ExtendedKeyManager other = (X509ExtendedKeyManager) managerOf("other");
  private final Map<String, X509ExtendedKeyManager> byAlias = new ConcurrentHashMap<>();

  private static KeyManager managerOf(String name) {
    return Sides.keys(name)[0];
  }

  @Override
  public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
    var session = (ExtendedSSLSession) engine.getHandshakeSession();
    boolean isOther = session.getRequestedServerNames().contains(new SNIHostName("other.test"));
    var manager = isOther ? other : server;
    var alias = manager.chooseEngineServerAlias(keyType, issuers, engine);
    if (alias != null) {
      byAlias.put(alias, manager);
    }
    return alias;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return byAlias.get(alias).getCertificateChain(alias);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return byAlias.get(alias).getPrivateKey(alias);
  }

  @Override
  public String[] getClientAliases(String keyType, Principal[] issuers) {
    return new String[0];
  }

  @Override
  public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
    return null;
  }

  @Override
  public String[] getServerAliases(String keyType, Principal[] issuers) {
    return server.getServerAliases(keyType, issuers);
  }

  @Override
  public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
    return null;
  }
}
