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
  private final Runnable memoryChanged = this::memoryChanged;

  /** Whether connections wait for memory. The threads of a crew only compare it. */
  private volatile boolean shortOfMemory;

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
    if (acceptors.isEmpty()) {
      loop.io().memory().onChange(memoryChanged);
      lookAtMemory();
    }
    var added = new ArrayList<Acceptor>();
    for (var listener : listeners) {
      try {
        added.add(new Acceptor(loop, listener, isHeld(), this::take));
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

  private boolean isHeld() {
    return full || shortOfMemory;
  }

  /** A connection has ended, or the service has become ready. Any thread. */
  void roomMade() {
    if (waiting) {
      loop.execute(this::admit);
    }
  }

  /** A loop of the service is short of memory, or not any more. Any thread. */
  void memoryChanged() {
    if (service.isShortOfMemory() != shortOfMemory) {
      loop.execute(this::lookAtMemory);
    }
  }

  private void lookAtMemory() {
    do {
      shortOfMemory = service.isShortOfMemory();
    } while (service.isShortOfMemory() != shortOfMemory); // it changed while nobody was told
    acceptors.forEach(acceptor -> acceptor.hold(isHeld()));
  }

  private void admit() {
    if (!stopped) {
      acceptors.forEach(Acceptor::resume);
      if (full && service.isReady() && service.connections() <= options.resumeAt()) {
        full = false;
        acceptors.forEach(acceptor -> acceptor.hold(isHeld()));
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
    if (shortOfMemory) {
      return ServerStatus.Intake.SHORT_OF_MEMORY;
    }
    return acceptors.stream().anyMatch(Acceptor::isPaused)
        ? ServerStatus.Intake.FAILING
        : ServerStatus.Intake.OPEN;
  }

  void stop() {
    stopped = true;
    loop.io().memory().removeListener(memoryChanged);
    acceptors.forEach(Acceptor::close);
  }
}
