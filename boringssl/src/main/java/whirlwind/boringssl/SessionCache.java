// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLSession;
import io.netty.internal.tcnative.SSLSessionCache;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The tickets that servers gave to clients, for the next connection to the same server. Servers
 * themselves keep nothing: their sessions are in the tickets.
 *
 * <p><b>Threads:</b> any.
 */
final class SessionCache implements SSLSessionCache {
  /** Servers give two or so with each connection; each can be used once. */
  private static final int TICKETS_OF_ONE_SERVER = 4;

  /**
   * What a session is good for: it must have been verified in the way in which the next connection
   * wants it.
   */
  record Server(String host, int port, String identification) {}

  private final Engines engines;
  private final Map<Server, Deque<Long>> tickets = new LinkedHashMap<>(16, 0.75f, true);
  private int maxServers = 1024;

  SessionCache(Engines engines) {
    this.engines = engines;
  }

  /** From BoringSSL, inside the call that received the ticket; true takes the ticket over. */
  @Override
  public boolean sessionCreated(long ssl, long session) {
    var engine = engines.find(ssl);
    var server = engine == null ? null : engine.resumableServer();
    if (server == null) {
      return false;
    }
    add(server, session);
    return true;
  }

  /** A server's own cache: there is none. */
  @Override
  public long getSession(long ssl, byte[] id) {
    return -1;
  }

  private synchronized void add(Server server, long session) {
    var ofServer = tickets.computeIfAbsent(server, _ -> new ArrayDeque<>());
    ofServer.addLast(session);
    if (ofServer.size() > TICKETS_OF_ONE_SERVER) {
      SSLSession.free(ofServer.removeFirst());
    }
    evict();
  }

  private void evict() {
    var eldest = tickets.values().iterator();
    while (tickets.size() > maxServers) {
      eldest.next().forEach(SSLSession::free);
      eldest.remove();
    }
  }

  /** Lets a connection offer the newest ticket of that server, if there is one. */
  synchronized void offerTo(long ssl, Server server) {
    var ofServer = tickets.get(server);
    if (ofServer == null) {
      return;
    }
    long session = ofServer.removeLast();
    SSL.setSession(ssl, session);
    if (SSLSession.shouldBeSingleUse(session)) {
      SSLSession.free(session);
    } else {
      ofServer.addLast(session);
    }
    if (ofServer.isEmpty()) {
      tickets.remove(server);
    }
  }

  /** Lets no later connection resume what that server gave. */
  synchronized void forget(Server server) {
    var ofServer = tickets.remove(server);
    if (ofServer != null) {
      ofServer.forEach(SSLSession::free);
    }
  }

  synchronized int maxServers() {
    return maxServers;
  }

  synchronized void maxServers(int count) {
    maxServers = count;
    evict();
  }

  synchronized void clear() {
    for (var ofServer : tickets.values()) {
      ofServer.forEach(SSLSession::free);
    }
    tickets.clear();
  }
}
