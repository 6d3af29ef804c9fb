// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import whirlwind.io.Listener;
import whirlwind.loop.IOLoop;

/**
 * Where the connections of a server come in: all its listeners, and whether they accept at the
 * moment.
 */
final class Entrance {
  private static final System.Logger LOG = System.getLogger("whirlwind.net");

  private final IOLoop loop;
  private final ServerOptions options;
  private final Service service;
  private final List<Acceptor> acceptors = new ArrayList<>();
  private long accepted;
  private boolean full;
  private boolean stopped;

  /**
   * Whether connections wait for others to end. Read by the threads of a crew, which end them: only
   * then is it worth to tell this loop.
   */
  private volatile boolean waiting;

  Entrance(IOLoop loop, ServerOptions options, Service service) {
    this.loop = loop;
    this.options = options;
    this.service = service;
    this.full = !service.isReady();
    this.waiting = full;
  }

  /** Accepts from all these listeners; if that fails, all are closed. */
  void add(List<Listener> listeners) {
    var added = new ArrayList<Acceptor>();
    for (var listener : listeners) {
      try {
        added.add(new Acceptor(loop, listener, full, this::take));
      } catch (IOException failure) {
        closeAll(listeners, failure);
        throw Listeners.cannotListen(listener.localAddress().toString(), failure);
      }
    }
    acceptors.addAll(added);
  }

  private static void closeAll(List<Listener> listeners, IOException failure) {
    for (var listener : listeners) {
      try {
        listener.close();
      } catch (IOException further) {
        failure.addSuppressed(further);
      }
    }
  }

  /** On the loop's bare thread. */
  private boolean take(Listener listener) throws IOException {
    try {
      if (!service.take(listener)) {
        return false;
      }
    } catch (IOException | RuntimeException failure) {
      waiting = true;
      throw failure;
    }
    accepted++;
    if (service.connections() >= options.maxConnections()) {
      becomeFull();
    }
    return true;
  }

  private void becomeFull() {
    full = true;
    waiting = true;
    acceptors.forEach(acceptor -> acceptor.hold(true));
    loop.execute(
        () ->
            LOG.log(
                Level.INFO,
                "there are "
                    + options.maxConnections()
                    + " connections on "
                    + addresses()
                    + ", no more are allowed; new ones wait until "
                    + options.resumeAt()
                    + " are left"));
    roomMade(); // for a crew: others may have ended while the flag was going up
  }

  /** A connection has ended, or the service has become ready. Any thread. */
  void roomMade() {
    if (waiting) {
      loop.execute(this::admit);
    }
  }

  private void admit() {
    if (!stopped) {
      acceptors.forEach(Acceptor::resume);
      if (full && service.isReady() && service.connections() <= options.resumeAt()) {
        full = false;
        acceptors.forEach(acceptor -> acceptor.hold(false));
      }
    }
    waiting = full && !stopped;
  }

  List<SocketAddress> addresses() {
    return acceptors.stream().map(Acceptor::address).toList();
  }

  /** How many connections were taken so far. */
  long accepted() {
    return accepted;
  }

  ServerStatus.Intake state() {
    if (stopped) {
      return ServerStatus.Intake.STOPPED;
    }
    if (full) {
      return ServerStatus.Intake.FULL;
    }
    return acceptors.stream().anyMatch(Acceptor::isPaused)
        ? ServerStatus.Intake.FAILING
        : ServerStatus.Intake.OPEN;
  }

  void stop() {
    stopped = true;
    acceptors.forEach(Acceptor::close);
  }
}
