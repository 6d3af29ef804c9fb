// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import whirlwind.io.Listener;
import whirlwind.io.Transport;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Timeout;

/**
 * Takes connections from one listener, a bounded batch an event, so that a rush of them keeps
 * nobody else waiting. When the process is out of descriptors (or the kernel of memory) it stops
 * for a while: the listener would be ready for ever, and the connections wait in the backlog
 * meanwhile.
 */
final class Acceptor {
  private static final System.Logger LOG = System.getLogger("whirlwind.net");
  private static final int BATCH = 64;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final IOLoop loop;
  private final Listener listener;
  private final Consumer<Transport> connections;
  private @Nullable Timeout pause;
  private boolean reported;
  private boolean closed;

  Acceptor(IOLoop loop, Listener listener, Consumer<Transport> connections) throws IOException {
    this.loop = loop;
    this.listener = listener;
    this.connections = connections;
    try {
      listener.attach(_ -> acceptBatch());
    } catch (IOException failure) {
      listener.close();
      throw failure;
    }
    listener.accepting(true);
  }

  SocketAddress address() {
    return listener.localAddress();
  }

  /** On the loop's bare thread. */
  private void acceptBatch() {
    for (int i = 0; i < BATCH && !closed; i++) {
      try {
        var transport = listener.accept();
        if (transport == null) {
          reported = false;
          return;
        }
        connections.accept(transport);
      } catch (IOException | UncheckedIOException failure) {
        if (!isOnlyThePeers(failure)) {
          pauseAfter(failure);
          return;
        }
      }
    }
  }

  /** The peer gave up while its connection was waiting: not a failure of ours. */
  private static boolean isOnlyThePeers(Exception failure) {
    var message = failure.getMessage();
    return message != null && (message.contains("abort") || message.contains("reset"));
  }

  private void pauseAfter(Exception failure) {
    listener.accepting(false);
    pause = loop.addTimeout(PAUSE, this::resume);
    if (!reported) {
      reported = true;
      loop.execute(
          () ->
              LOG.log(
                  Level.WARNING,
                  "no connection can be accepted on "
                      + address()
                      + "; new ones wait until it works again",
                  failure));
    }
  }

  /** Tries again, for example because a connection has ended. */
  void resume() {
    if (pause != null && !closed) {
      loop.removeTimeout(pause);
      pause = null;
      listener.accepting(true);
    }
  }

  void close() {
    closed = true;
    if (pause != null) {
      loop.removeTimeout(pause);
    }
    try {
      listener.close();
    } catch (IOException failure) {
      LOG.log(Level.WARNING, "the listener on " + address() + " did not close", failure);
    }
  }
}
