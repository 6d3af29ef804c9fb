// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** What every scenario of a run works with. */
record Lab(
    RunOptions options,
    Launcher launcher,
    LoadGenerator load,
    Results results,
    Ratios ratios,
    Random order) {

  static Lab open(RunOptions options) throws IOException {
    var start = Instant.now();
    var results = new Results(options.suite(), options.results(), start);
    var pinning = Pinning.detect();
    var children = new Children(results.log());
    return new Lab(
        options,
        new Launcher(options, pinning, children, arguments(options.suite())),
        new LoadGenerator(options, pinning, children),
        results,
        new Ratios(options.ratios(), options.record()),
        new Random(start.getEpochSecond()));
  }

  /** What the servers of a suite are given. */
  private static List<String> arguments(Suite suite) throws IOException {
    return switch (suite) {
      case PLAIN, IDLE, BROADCAST, STARTUP -> List.of();
      case TLS -> Credentials.create().arguments();
    };
  }

  /** Tells how a server fares while a scenario is measured. */
  void tell(Scenario scenario, EchoServer server, String what) {
    results.progress("%s: %s: %s".formatted(scenario.title(), server, what));
  }
}
