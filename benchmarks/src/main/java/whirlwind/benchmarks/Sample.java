// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.util.Locale;

/**
 * What one round of load on one server showed.
 *
 * <p>Units: latencies are microseconds from the send of a message to the read that completed its
 * echo.
 */
record Sample(
    long messages, double seconds, double p50, double p99, double p999, CpuTime.Used cpu) {

  double throughput() {
    return messages / seconds;
  }

  /** CPU microseconds of the server a message. */
  double cpuMicros() {
    return cpu.total() / 1e3 / messages;
  }

  /** The same without what the JVM's compilers used. */
  double cpuMicrosWithoutCompilers() {
    return (cpu.total() - cpu.compilers()) / 1e3 / messages;
  }

  double compilerShare() {
    return (double) cpu.compilers() / Math.max(1, cpu.total());
  }

  /** How much of the time the server had work and no core to do it on. */
  double waitedShare() {
    return cpu.waited() / 1e9 / seconds;
  }

  String json(Scenario scenario, EchoServer server, int round) {
    return String.format(
        Locale.ROOT,
        "{\"scenario\":\"%s\",\"server\":\"%s\",\"round\":%d,\"messages\":%d,\"seconds\":%.6f,"
            + "\"cpu_us\":%.4f,\"cpu_ns_total\":%d,\"cpu_ns_compilers\":%d,\"cpu_ns_collector\":%d,"
            + "\"waited_ns\":%d,\"ended_threads\":%d,\"p50_us\":%.2f,\"p99_us\":%.2f,\"p999_us\":%.2f}",
        scenario,
        server.id(),
        round,
        messages,
        seconds,
        cpuMicros(),
        cpu.total(),
        cpu.compilers(),
        cpu.collector(),
        cpu.waited(),
        cpu.endedThreads(),
        p50,
        p99,
        p999);
  }
}
