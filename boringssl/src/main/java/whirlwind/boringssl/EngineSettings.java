// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import java.security.AlgorithmConstraints;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** What an engine was told before its handshake. Guarded by the engine. */
final class EngineSettings {
  static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");

  private static final List<String> GROUPS =
      List.of("X25519MLKEM768", "x25519", "secp256r1", "secp384r1", "secp521r1");

  boolean isClient;
  List<String> versions = VERSIONS;
  List<CipherSuite> suites = List.of(CipherSuite.values());
  NativeContext.ClientAuth clientAuth = NativeContext.ClientAuth.NONE;
  List<String> applicationProtocols = List.of();
  boolean prefersOwnSuites = true;
  @Nullable String identification;
  private @Nullable List<SNIServerName> serverNames;
  private @Nullable Collection<SNIMatcher> serverNameMatchers;

  private @Nullable AlgorithmConstraints constraints;
  private String @Nullable [] namedGroups;

  /** The rest of the parameters: what {@code SSLEngine} itself does not take over. */
  void take(SSLParameters parameters) {
    nativeGroups(parameters.getNamedGroups());
    String[] schemes = parameters.getSignatureSchemes();
    if (schemes != null) {
      throw new IllegalArgumentException(
          "signature schemes: wanted null, as they cannot be chosen here, got "
              + String.join(", ", schemes));
    }
    applicationProtocols = List.of(parameters.getApplicationProtocols());
    identification = parameters.getEndpointIdentificationAlgorithm();
    serverNames = parameters.getServerNames();
    serverNameMatchers = parameters.getSNIMatchers();
    constraints = parameters.getAlgorithmConstraints();
    namedGroups = parameters.getNamedGroups();
    prefersOwnSuites = parameters.getUseCipherSuitesOrder();
  }

  void give(SSLParameters parameters) {
    parameters.setApplicationProtocols(applicationProtocols.toArray(String[]::new));
    parameters.setEndpointIdentificationAlgorithm(identification);
    if (serverNames != null) {
      parameters.setServerNames(serverNames);
    }
    if (serverNameMatchers != null) {
      parameters.setSNIMatchers(serverNameMatchers);
    }
    parameters.setAlgorithmConstraints(constraints);
    parameters.setNamedGroups(namedGroups);
    parameters.setUseCipherSuitesOrder(prefersOwnSuites);
  }

  static List<String> checkVersions(String[] names) {
    for (String name : names) {
      if (!VERSIONS.contains(name)) {
        throw new IllegalArgumentException("protocol: wanted one of " + VERSIONS + ", got " + name);
      }
    }
    if (names.length == 0) {
      throw new IllegalArgumentException("protocols: wanted one or more, got none");
    }
    return List.of(names);
  }

  /** A version is spoken if it is enabled and one of its suites is. */
  boolean speaks(String version) {
    boolean hasSuites =
        version.equals("TLSv1.3") ? CipherSuite.haveTls13(suites) : CipherSuite.haveTls12(suites);
    return hasSuites && versions.contains(version);
  }

  NativeContext.Kind kind() {
    return new NativeContext.Kind(
        isClient, applicationProtocols, isClient ? NativeContext.ClientAuth.NONE : clientAuth);
  }

  /** The names that a client asks for: those it was given, else the host, if it is a name. */
  List<SNIServerName> requestedNames(@Nullable String peerHost) {
    if (serverNames != null) {
      return serverNames;
    }
    return peerHost != null && isQualifiedName(peerHost)
        ? List.of(new SNIHostName(peerHost))
        : List.of();
  }

  /** Whether a server may answer to one of these names; to a client that names none it may. */
  boolean accepts(List<SNIServerName> names) {
    var matchers = serverNameMatchers;
    if (isClient || matchers == null || matchers.isEmpty() || names.isEmpty()) {
      return true;
    }
    return names.stream()
        .anyMatch(
            name ->
                matchers.stream()
                    .anyMatch(
                        matcher -> matcher.getType() == name.getType() && matcher.matches(name)));
  }

  /** As the JDK does: no addresses, and nothing without a dot. */
  private static boolean isQualifiedName(String host) {
    boolean isAddress = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
    if (isAddress || host.indexOf('.') <= 0 || host.endsWith(".")) {
      return false;
    }
    try {
      return !new SNIHostName(host).getAsciiName().isEmpty();
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  /** BoringSSL's names of the groups for the key exchange; null for its own choice. */
  String @Nullable [] nativeGroups() {
    return nativeGroups(namedGroups);
  }

  private static String @Nullable [] nativeGroups(String @Nullable [] groups) {
    if (groups == null) {
      return null;
    }
    if (groups.length == 0) {
      throw new IllegalArgumentException("named groups: wanted one or more, got none");
    }
    var names = new String[groups.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = nativeGroup(groups[i]);
    }
    return names;
  }

  private static String nativeGroup(String name) {
    return switch (name) {
      case "x25519" -> "X25519";
      case "secp256r1" -> "P-256";
      case "secp384r1" -> "P-384";
      case "secp521r1" -> "P-521";
      case "X25519MLKEM768" -> name;
      default ->
          throw new IllegalArgumentException(
              "named group: wanted one of " + GROUPS + ", got " + name);
    };
  }
}
