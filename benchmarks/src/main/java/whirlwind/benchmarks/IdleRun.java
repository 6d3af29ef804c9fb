// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Measures what idle connections take of the memory of each server.
 *
 * <p>Each round is a fresh process: what a process got for earlier connections it keeps for later
 * ones, and they would look free. A few sessions before the first reading load the code, so that it
 * is not counted as theirs.
 */
record IdleRun(Scenario.Idle scenario, Lab lab) {
  /**
   * The heap is resident from the start: what becomes resident later is outside of it. And every
   * full collection leaves what is reachable alone, where the collector would else spare itself the
   * trouble of moving the last megabytes of garbage away, three times in four.
   */
  private static final String[] JVM_FLAGS = {
    "-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch", "-XX:MarkSweepAlwaysCompactCount=1"
  };

  /** Few at a time, so that little of what they leave behind is used again. */
  private static final Scenario.Sessions WARM_UP = new Scenario.Sessions(4);

  private static final double WARM_UP_SECONDS = 5;

  /** Answers the samples of each server, none for a server that failed. */
  Map<EchoServer, List<IdleSample>> measure() throws IOException {
    return new FreshRun<>(scenario, lab, this::measure, IdleSample::json).measure();
  }

  private IdleSample measure(EchoServer server) throws IOException {
    try (var process = lab.launcher().start(server, JVM_FLAGS)) {
      lab.load().run(process, WARM_UP, 0, WARM_UP_SECONDS);
      return lab.load().hold(process, scenario);
    }
  }
}
