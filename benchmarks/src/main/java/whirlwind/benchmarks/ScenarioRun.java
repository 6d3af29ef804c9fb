// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Measures all servers under one kind of load.
 *
 * <p>Each gets a fresh process, warmed up under this very load and kept for all rounds: a profile
 * that the compilers gathered under another load would blur the result. A round measures each
 * server once, in a new order, so that whatever disturbs the machine for a while hits them all
 * alike.
 *
 * <p>Errors: a server that cannot start, or breaks under load, is told loudly and left out; the
 * others go on.
 */
final class ScenarioRun implements AutoCloseable {
  private static final double SETTLE_SECONDS = 0.2; // connections are new, caches are cold

  private final Scenario scenario;
  private final RunOptions options;
  private final LoadGenerator load;
  private final Results results;
  private final List<ServerProcess> running = new ArrayList<>();
  private final Map<EchoServer, List<Sample>> samples = new EnumMap<>(EchoServer.class);

  ScenarioRun(Scenario scenario, RunOptions options, LoadGenerator load, Results results) {
    this.scenario = scenario;
    this.options = options;
    this.load = load;
    this.results = results;
  }

  /**
   * Answers the samples of each server in the order of the rounds, none for a server that failed.
   */
  Map<EchoServer, List<Sample>> measure(Random order) throws IOException {
    for (var server : options.servers()) {
      samples.put(server, new ArrayList<>());
      start(server);
    }
    for (int round = 1; round <= options.rounds(); round++) {
      results.progress("%s: round %d".formatted(scenario.title(), round));
      Collections.shuffle(running, order);
      for (var server : List.copyOf(running)) {
        measure(server, round);
      }
    }
    return samples;
  }

  @Override
  public void close() {
    running.forEach(ServerProcess::close);
  }

  private void start(EchoServer server) {
    try {
      var process = ServerProcess.start(server, options, load.pinning(), load.children());
      running.add(process);
      report(server, WarmUp.of(process, scenario, load, options.warmUpSeconds()));
    } catch (IOException e) {
      leaveOut(server, e);
    }
  }

  private void measure(ServerProcess process, int round) throws IOException {
    var server = process.server();
    Sample sample;
    try {
      sample = load.run(process, scenario, SETTLE_SECONDS, options.seconds());
    } catch (IOException e) {
      leaveOut(server, e);
      return;
    }
    if (sample.cpu().endedThreads() > 0) {
      report(server, "threads ended within round " + round + ": its CPU time is too small");
    }
    samples.get(server).add(sample);
    results.sample(sample.json(scenario, server, round));
  }

  private void leaveOut(EchoServer server, IOException cause) {
    report(server, "LEFT OUT: " + cause.getMessage());
    samples.get(server).clear();
    running.stream().filter(process -> process.server() == server).forEach(ServerProcess::close);
    running.removeIf(process -> process.server() == server);
  }

  private void report(EchoServer server, String what) {
    results.progress("%s: %s: %s".formatted(scenario.title(), server.id(), what));
  }
}
