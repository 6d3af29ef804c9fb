// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import whirlwind.future.Future;
import whirlwind.future.Promise;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Timeout;

/**
 * How the connections of one loop come to their end.
 *
 * <pre>
 *   FINISHING --grace--> CANCELLED --clean-up--> ABORTED
 *       |                    |                      |
 *       +------------- all have ended, or ----------+---> the report
 * </pre>
 *
 * In each state it may be asked again: what comes due first counts.
 */
final class Drain {
  private final IOLoop loop;
  private final Connections connections;
  private final int atFirst;
  private final Promise<DrainReport> report;
  private final List<Timeout> timers = new ArrayList<>();
  private final Set<Connection> cancelled = new LinkedHashSet<>();

  Drain(IOLoop loop, Connections connections) {
    this.loop = loop;
    this.connections = connections;
    this.atFirst = connections.connections();
    this.report = new Promise<>(loop);
  }

  Future<DrainReport> within(Duration grace, Duration cleanUp) {
    if (connections.connections() == 0) {
      allEnded();
    }
    if (!report.isDone()) {
      timers.add(loop.addTimeout(grace, () -> cancelAndWait(cleanUp)));
    }
    return report.view();
  }

  private void cancelAndWait(Duration cleanUp) {
    cancel();
    timers.add(loop.addTimeout(cleanUp, this::abort));
  }

  void cancel() {
    for (var connection : connections.live()) {
      if (cancelled.add(connection)) {
        connection.cancel();
      }
    }
  }

  private void abort() {
    var stubborn = connections.live();
    complete(stubborn);
    stubborn.forEach(Connection::abort);
  }

  void allEnded() {
    complete(List.of());
  }

  private void complete(List<Connection> aborted) {
    if (report.isDone()) {
      return;
    }
    timers.forEach(Timeout::cancel);
    cancelled.removeAll(aborted);
    report.setResult(
        new DrainReport(
            atFirst - cancelled.size() - aborted.size(), peers(cancelled), peers(aborted)));
  }

  private static List<SocketAddress> peers(Iterable<Connection> connections) {
    var peers = new ArrayList<SocketAddress>();
    connections.forEach(connection -> peers.add(connection.peer()));
    return peers;
  }
}
