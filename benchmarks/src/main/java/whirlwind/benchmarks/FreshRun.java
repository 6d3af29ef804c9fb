// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Measures something of which a process gives one sample only: each round is a fresh process of
 * every server, in a new order.
 *
 * @param <T> what a sample is
 */
record FreshRun<T>(Scenario scenario, Lab lab, Measurement<T> measurement, Line<T> line) {

  /** Starts a server, and measures it once. */
  @FunctionalInterface
  interface Measurement<T> {
    T of(EchoServer server) throws IOException;
  }

  /** What is written of a sample. */
  @FunctionalInterface
  interface Line<T> {
    String json(T sample, Scenario scenario, EchoServer server, int round);
  }

  /** Answers the samples of each server, none for a server that failed. */
  Map<EchoServer, List<T>> measure() throws IOException {
    var samples = new EnumMap<EchoServer, List<T>>(EchoServer.class);
    var remaining = new ArrayList<>(lab.options().servers());
    remaining.forEach(server -> samples.put(server, new ArrayList<>()));
    for (int round = 1; round <= lab.options().rounds(); round++) {
      lab.results().progress("%s: round %d".formatted(scenario.title(), round));
      Collections.shuffle(remaining, lab.order());
      for (var server : List.copyOf(remaining)) {
        try {
          var sample = measurement.of(server);
          samples.get(server).add(sample);
          lab.results().sample(line.json(sample, scenario, server, round));
        } catch (IOException e) {
          lab.tell(scenario, server, "LEFT OUT: " + e.getMessage());
          samples.get(server).clear();
          remaining.remove(server);
        }
      }
    }
    return samples;
  }
}
