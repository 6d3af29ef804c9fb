// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.util.Locale;

/**
 * What an idle connection takes in a server.
 *
 * <p>Units: bytes a connection. {@code heap} is reachable in the heap of a JVM, {@code outside} is
 * resident memory elsewhere: that of the kernel is in neither.
 */
record IdleSample(double heap, double outside) {
  /** The heap of the process must be resident as a whole before the first reading. */
  static IdleSample between(Memory before, Memory after, long connections) {
    return new IdleSample(
        (double) (after.heap() - before.heap()) / connections,
        (double) (after.resident() - before.resident()) / connections);
  }

  double total() {
    return heap + outside;
  }

  String json(Scenario scenario, EchoServer server, int round) {
    return String.format(
        Locale.ROOT,
        "{\"scenario\":\"%s\",\"server\":\"%s\",\"round\":%d,"
            + "\"heap_bytes\":%.1f,\"outside_bytes\":%.1f}",
        scenario,
        server.id(),
        round,
        heap,
        outside);
  }
}
