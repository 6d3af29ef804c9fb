// SPDX-License-Identifier: Apache-2.0
package whirlwind.soak;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;
import whirlwind.loop.TaskScope;

/**
 * Lets clients come and go for so many minutes, with pauses in which everything is counted. Ends
 * with 1 when something has grown, or when a visit ended as it must not.
 */
final class Soak {
  private static final int CLIENTS = 32;
  private static final Visit[] VISITS = Visit.values();
  private static final Duration BETWEEN = Duration.ofSeconds(15);
  private static final Duration LEAVING = Duration.ofSeconds(20);

  /** Until then code is loaded and compiled, and pools are filled. */
  private static final int WARM_UPS = 3;

  private final IOLoop loop = IOLoop.current();
  private final Servers servers = new Servers();
  private long visits;

  static void main(String[] arguments) {
    Logger.getLogger("whirlwind.stream").setLevel(Level.SEVERE); // rude visits are not TLS
    double minutes = arguments.length == 0 ? 30 : Double.parseDouble(arguments[0]);
    var growth = IOLoop.run(() -> new Soak().run(minutes));
    System.out.println(growth.isEmpty() ? "\nFlat." : "\nGROWN:" + growth);
    System.exit(growth.isEmpty() ? 0 : 1);
  }

  private String run(double minutes) throws IOException {
    System.out.printf("%s, %s carrier, %.1f minutes%n%n", loop, loop.carrier(), minutes);
    System.out.println(Census.header());
    var all = new ArrayList<Census>();
    try (servers) {
      double end = loop.time() + minutes * 60;
      for (int round = 0; round < WARM_UPS + 2 || loop.time() < end; round++) {
        receiveVisits();
        letThemLeave();
        var census = Census.take(visits, servers);
        System.out.println(census);
        all.add(census);
      }
    }
    return Census.growth(List.copyOf(all.subList(WARM_UPS - 1, all.size())));
  }

  private void receiveVisits() {
    double end = loop.time() + BETWEEN.toSeconds();
    TaskScope.run(
        scope -> {
          for (int client = 0; client < CLIENTS; client++) {
            int number = client;
            scope.spawn("client " + client, () -> visitUntil(end, number));
          }
          return null;
        });
  }

  private Void visitUntil(double end, int client) {
    for (int number = client; loop.time() < end; number += CLIENTS + 1) {
      var visit = VISITS[number % VISITS.length];
      boolean tls = number / VISITS.length % 2 == 0;
      try {
        visit.pay(servers, tls, number);
      } catch (RuntimeException failure) {
        throw new IllegalStateException(
            "visit %d: %s%s".formatted(number, visit, tls ? " by TLS" : ""), failure);
      }
      visits++;
    }
    return null;
  }

  private void letThemLeave() {
    double end = loop.time() + LEAVING.toSeconds();
    while (servers.connections() > 0 && loop.time() < end) {
      Futures.sleep(Duration.ofMillis(10)).await();
    }
  }
}
