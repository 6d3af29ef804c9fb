// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;

/**
 * Measures how long a server takes from the start of its process until a client has its first
 * answer: here, the first byte of its welcome.
 */
record StartupRun(Scenario.Startup scenario, Lab lab) {
  private static final int ANSWER_MILLIS = 30_000;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double BYTES_PER_MEBIBYTE = 1 << 20;

  /** Answers the samples of each server, none for a server that failed. */
  Map<EchoServer, List<StartupSample>> measure() throws IOException {
    return new FreshRun<>(scenario, lab, this::measure, StartupSample::json).measure();
  }

  private StartupSample measure(EchoServer server) throws IOException {
    long begin = System.nanoTime();
    try (var process = lab.launcher().start(server);
        var client = new Socket(InetAddress.getLoopbackAddress(), process.port())) {
      client.setSoTimeout(ANSWER_MILLIS);
      if (client.getInputStream().read() < 0) {
        throw new IOException("wanted a welcome, got the end of the connection");
      }
      long end = System.nanoTime();
      return new StartupSample(
          (end - begin) / NANOS_PER_MILLI,
          process.cpuTime().total() / NANOS_PER_MILLI,
          Memory.resident(process.process().pid()) / BYTES_PER_MEBIBYTE);
    }
  }
}
