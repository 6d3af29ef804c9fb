// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.util.Locale;

/**
 * What it took from the start of a process until a client had its first answer.
 *
 * <p>Units: milliseconds, those of the clock and those of CPU, and resident mebibytes then.
 */
record StartupSample(double millis, double cpuMillis, double resident) {

  String json(Scenario scenario, EchoServer server, int round) {
    return String.format(
        Locale.ROOT,
        "{\"scenario\":\"%s\",\"server\":\"%s\",\"round\":%d,"
            + "\"millis\":%.1f,\"cpu_millis\":%.1f,\"resident_mib\":%.1f}",
        scenario,
        server.id(),
        round,
        millis,
        cpuMillis,
        resident);
  }
}
