// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.future.Promise;
import whirlwind.io.Listener;
import whirlwind.io.Transport;
import whirlwind.loop.Drain;
import whirlwind.loop.DrainReport;
import whirlwind.loop.IOLoop;
import whirlwind.stream.IOStream;
import whirlwind.stream.StreamLimits;

/** The connections that one loop serves. */
final class Connections implements Service {
  private final IOLoop loop;
  private final ConnectionHandler handler;
  private final StreamLimits limits;
  private final Opening opening;
  private final Runnable whenOneEnds;
  private final Set<Connection> live = new LinkedHashSet<>();
  private final Promise<@Nullable Void> ended;
  private boolean finishing;
  private @Nullable Drain drain;

  /** Both are read by any thread. */
  private final AtomicInteger count = new AtomicInteger();

  private final AtomicLong unserved = new AtomicLong();

  Connections(
      IOLoop loop,
      ConnectionHandler handler,
      StreamLimits limits,
      Opening opening,
      Runnable whenOneEnds) {
    this.loop = loop;
    this.handler = handler;
    this.limits = limits;
    this.opening = opening;
    this.whenOneEnds = whenOneEnds;
    this.ended = new Promise<@Nullable Void>(loop).named("TCPServer.closed()", null);
  }

  ConnectionHandler handler() {
    return handler;
  }

  Opening opening() {
    return opening;
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public boolean take(Listener listener) throws IOException {
    var transport = listener.accept();
    if (transport == null) {
      return false;
    }
    begin(transport);
    return true;
  }

  /**
   * Serves a connection, unless it has gone already; then false. May be on the bare thread: nothing
   * of the user's runs here.
   */
  boolean begin(Transport transport) throws IOException {
    var peer = transport.remoteAddress();
    if (peer == null) {
      unserved.incrementAndGet();
      transport.close();
      return false;
    }
    var connection = new Connection(this, open(transport), peer);
    live.add(connection);
    count.incrementAndGet();
    connection.start();
    return true;
  }

  private IOStream open(Transport transport) throws IOException {
    try {
      return opening.open(loop, transport, limits);
    } catch (RuntimeException failure) {
      transport.close();
      throw failure;
    }
  }

  void ended(Connection connection) {
    if (!live.remove(connection)) {
      return;
    }
    if (!connection.wasServed()) {
      unserved.incrementAndGet();
    }
    count.decrementAndGet();
    whenOneEnds.run();
    completeIfEnded();
  }

  private void completeIfEnded() {
    if (!live.isEmpty()) {
      return;
    }
    if (drain != null) {
      drain.allEnded();
    }
    if (finishing) {
      ended.trySetResult(null);
    }
  }

  @Override
  public List<Integer> connectionsByLoop() {
    return List.of(count.get());
  }

  @Override
  public int connections() {
    return count.get();
  }

  @Override
  public boolean isShortOfMemory() {
    return loop.io().memory().isScarce();
  }

  @Override
  public long unserved() {
    return unserved.get();
  }

  @Override
  public void finish() {
    finishing = true;
    ending(); // from now on it counts
    completeIfEnded();
  }

  @Override
  public void cancel() {
    ending().cancel();
  }

  @Override
  public Future<DrainReport> drain(Duration grace, Duration cleanUp) {
    return ending().within(grace, cleanUp);
  }

  private Drain ending() {
    if (drain == null) {
      drain = new Drain(loop, this::live);
    }
    return drain;
  }

  /** Those that have not ended, the oldest first. */
  List<Connection> live() {
    return new ArrayList<>(live);
  }

  @Override
  public Future<@Nullable Void> ended() {
    return ended.view();
  }
}
