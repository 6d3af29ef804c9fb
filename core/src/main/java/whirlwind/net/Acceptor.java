// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import whirlwind.io.Listener;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Timeout;

/**
 * Takes connections from one listener, a bounded batch an event, so that a rush of them keeps
 * nobody else waiting. It stops while it is held, and for a while when the process is out of
 * descriptors (or the kernel of memory): the listener would be ready for ever, and the connections
 * wait in the backlog meanwhile.
 */
final class Acceptor {
  private static final System.Logger LOG = System.getLogger("whirlwind.net");
  private static final int BATCH = 64;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** Takes the next waiting connection; false when none waits. On the bare thread. */
  @FunctionalInterface
  interface Taker {
    boolean take(Listener listener) throws IOException;
  }

  private final IOLoop loop;
  private final Listener listener;
  private final Taker taker;
  private @Nullable Timeout pause;
  private boolean held;
  private boolean reported;
  private boolean closed;

  Acceptor(IOLoop loop, Listener listener, boolean held, Taker taker) throws IOException {
    this.loop = loop;
    this.listener = listener;
    this.held = held;
    this.taker = taker;
    listener.attach(_ -> acceptBatch());
    listener.accepting(!held);
  }

  SocketAddress address() {
    return listener.localAddress();
  }

  /** On the loop's bare thread. */
  private void acceptBatch() {
    for (int i = 0; i < BATCH && !held && !closed; i++) {
      try {
        if (!taker.take(listener)) {
          reported = false;
          return;
        }
      } catch (IOException | RuntimeException failure) {
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
    return failure instanceof IOException
        && message != null
        && (message.contains("abort") || message.contains("reset"));
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

  /** Whether it waits for better times after a failure. */
  boolean isPaused() {
    return pause != null;
  }

  /** Tries again after a failure, for example because a connection has ended. */
  void resume() {
    if (pause != null && !closed) {
      loop.removeTimeout(pause);
      pause = null;
      listener.accepting(!held);
    }
  }

  /** Stops taking connections, or goes on. */
  void hold(boolean on) {
    held = on;
    if (!closed) {
      listener.accepting(!held && pause == null);
    }
  }

  void close() {
    closed = true;
    if (pause != null) {
      loop.removeTimeout(pause);
      pause = null;
    }
    try {
      listener.close();
    } catch (IOException failure) {
      LOG.log(Level.WARNING, "the listener on " + address() + " did not close", failure);
    }
  }
}
