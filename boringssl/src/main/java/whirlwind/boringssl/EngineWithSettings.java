// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * The half of {@code SSLEngine} that is about settings. They count when the handshake begins; what
 * cannot be honoured is refused.
 */
abstract sealed class EngineWithSettings extends SSLEngine permits BoringSslEngine {
  /** Guarded by this engine. */
  final EngineSettings settings = new EngineSettings();

  EngineWithSettings(@Nullable String host, int port) {
    super(host, port);
  }

  /** Whether the handshake has begun, so that settings come too late. */
  abstract boolean hasBegun();

  @Override
  public synchronized SSLParameters getSSLParameters() {
    var parameters = super.getSSLParameters();
    settings.give(parameters);
    return parameters;
  }

  @Override
  public synchronized void setSSLParameters(SSLParameters parameters) {
    settings.take(parameters);
    super.setSSLParameters(parameters);
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return CipherSuite.names();
  }

  @Override
  public synchronized String[] getEnabledCipherSuites() {
    return settings.suites.stream().map(CipherSuite::name).toArray(String[]::new);
  }

  @Override
  public synchronized void setEnabledCipherSuites(String[] suites) {
    settings.suites = CipherSuite.parse(suites);
  }

  @Override
  public String[] getSupportedProtocols() {
    return EngineSettings.VERSIONS.toArray(String[]::new);
  }

  @Override
  public synchronized String[] getEnabledProtocols() {
    return settings.versions.toArray(String[]::new);
  }

  @Override
  public synchronized void setEnabledProtocols(String[] protocols) {
    settings.versions = EngineSettings.checkVersions(protocols);
  }

  @Override
  public synchronized void setUseClientMode(boolean isClient) {
    if (hasBegun()) {
      throw new IllegalArgumentException("client mode: wanted before the handshake, got after it");
    }
    settings.isClient = isClient;
  }

  @Override
  public synchronized boolean getUseClientMode() {
    return settings.isClient;
  }

  @Override
  public synchronized void setNeedClientAuth(boolean need) {
    settings.clientAuth = need ? NativeContext.ClientAuth.NEEDED : NativeContext.ClientAuth.NONE;
  }

  @Override
  public synchronized boolean getNeedClientAuth() {
    return settings.clientAuth == NativeContext.ClientAuth.NEEDED;
  }

  @Override
  public synchronized void setWantClientAuth(boolean want) {
    settings.clientAuth = want ? NativeContext.ClientAuth.WANTED : NativeContext.ClientAuth.NONE;
  }

  @Override
  public synchronized boolean getWantClientAuth() {
    return settings.clientAuth == NativeContext.ClientAuth.WANTED;
  }

  @Override
  public void setEnableSessionCreation(boolean flag) {
    if (!flag) {
      throw new IllegalArgumentException("session creation: wanted true, got false");
    }
  }

  @Override
  public boolean getEnableSessionCreation() {
    return true;
  }
}
