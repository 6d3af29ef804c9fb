// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Which context a server uses for a connection: asked for each, so that certificates can be
 * exchanged while it runs, and with the name that the client asks for (SNI), so that each host may
 * have its own.
 */
@FunctionalInterface
public interface TlsContexts {

  /**
   * The context for a new connection. Runs in a coroutine and may await.
   *
   * @param serverName what the client asks for, in lower case; null if it does not say
   * @throws Exception to refuse the connection
   */
  SSLContext contextFor(@Nullable String serverName) throws Exception;

  /**
   * One context for each name.
   *
   * @param byName by host name in lower case; {@code *.example.org} stands for every name with one
   *     label more
   * @param otherwise for all other names, and for clients that do not say
   */
  static TlsContexts byName(Map<String, SSLContext> byName, SSLContext otherwise) {
    var contexts = Map.copyOf(byName);
    Objects.requireNonNull(otherwise, "otherwise");
    return name -> {
      if (name == null) {
        return otherwise;
      }
      var exact = contexts.get(name);
      if (exact != null) {
        return exact;
      }
      var wildcard = "*" + name.substring(Math.max(0, name.indexOf('.')));
      return contexts.getOrDefault(wildcard, otherwise);
    };
  }
}
