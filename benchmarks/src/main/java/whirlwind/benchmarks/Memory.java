// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The memory of a process.
 *
 * <p>Units: bytes. {@code heap} is what is reachable in a JVM's heap, zero for other programs;
 * {@code resident} is all that the process has in memory, the whole heap of a JVM included.
 */
record Memory(long heap, long resident) {
  private static final String RESIDENT = "Rss:";

  /**
   * Reads the exact sum; {@code status} has one that lags behind.
   *
   * <p>Source: proc_pid_smaps(5).
   */
  static long resident(long pid) throws IOException {
    var file = Path.of("/proc", Long.toString(pid), "smaps_rollup");
    for (var line : Files.readAllLines(file)) {
      if (line.startsWith(RESIDENT)) {
        var kibibytes = line.substring(RESIDENT.length()).replace("kB", "").strip();
        return Long.parseLong(kibibytes) * 1024;
      }
    }
    throw new IOException("wanted a line " + RESIDENT + " in " + file + ", got none");
  }
}
