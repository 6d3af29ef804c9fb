// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

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

  private final Scenario.Busy scenario;
  private final Lab lab;
  private final List<ServerProcess> running = new ArrayList<>();
  private final Map<EchoServer, List<Sample>> samples = new EnumMap<>(EchoServer.class);

  ScenarioRun(Scenario.Busy scenario, Lab lab) {
    this.scenario = scenario;
    this.lab = lab;
  }

  /**
   * Answers the samples of each server in the order of the rounds, none for a server that failed.
   */
  Map<EchoServer, List<Sample>> measure() throws IOException {
    for (var server : lab.options().servers()) {
      samples.put(server, new ArrayList<>());
      start(server);
    }
    for (int round = 1; round <= lab.options().rounds(); round++) {
      lab.results().progress("%s: round %d".formatted(scenario.title(), round));
      Collections.shuffle(running, lab.order());
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
      var process = lab.launcher().start(server);
      running.add(process);
      lab.tell(
          scenario,
          server,
          WarmUp.of(process, scenario, lab.load(), lab.options().warmUpSeconds()));
    } catch (IOException e) {
      leaveOut(server, e);
    }
  }

  private void measure(ServerProcess process, int round) throws IOException {
    var server = process.server();
    Sample sample;
    try {
      sample = lab.load().run(process, scenario, SETTLE_SECONDS, lab.options().seconds());
    } catch (IOException e) {
      leaveOut(server, e);
      return;
    }
    if (sample.cpu().endedThreads() > 0) {
      lab.tell(
          scenario, server, "threads ended within round " + round + ": its CPU time is too small");
    }
    samples.get(server).add(sample);
    lab.results().sample(sample.json(scenario, server, round));
  }

  private void leaveOut(EchoServer server, IOException cause) {
    lab.tell(scenario, server, "LEFT OUT: " + cause.getMessage());
    samples.get(server).clear();
    running.stream().filter(process -> process.server() == server).forEach(ServerProcess::close);
    running.removeIf(process -> process.server() == server);
  }
}
