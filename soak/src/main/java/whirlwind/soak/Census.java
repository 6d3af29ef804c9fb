// SPDX-License-Identifier: Apache-2.0
package whirlwind.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import whirlwind.loop.IOLoop;

/**
 * What is there while nobody visits.
 *
 * @param visits how many have been paid so far
 * @param heapBytes reachable in the heap
 * @param residentKilobytes of the process
 * @param descriptors open in the process
 * @param threads platform threads
 * @param tasks of the clients' loop
 * @param connections of the servers
 */
record Census(
    long visits,
    long heapBytes,
    long residentKilobytes,
    int descriptors,
    int threads,
    int tasks,
    int connections) {

  static Census take(long visits, Servers servers) throws IOException {
    System.gc();
    System.gc(); // what cleaners let go in the first collection is garbage in the second
    var runtime = Runtime.getRuntime();
    return new Census(
        visits,
        runtime.totalMemory() - runtime.freeMemory(),
        readResident(),
        countDescriptors(),
        Thread.getAllStackTraces().size(),
        IOLoop.current().tasks().size(),
        servers.connections());
  }

  private static long readResident() throws IOException {
    for (var line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("wanted a line VmRSS in /proc/self/status, got none");
  }

  private static int countDescriptors() throws IOException {
    try (var all = Files.list(Path.of("/proc/self/fd"))) {
      return (int) all.count();
    }
  }

  /** What has grown from the first of several to the last; empty when all is flat. */
  static String growth(List<Census> all) {
    var first = all.getFirst();
    var last = all.getLast();
    var text = new StringBuilder();
    note(text, "descriptors", first.descriptors, last.descriptors, 0);
    note(text, "threads", first.threads, last.threads, SPARE_THREADS);
    note(text, "tasks", first.tasks, last.tasks, 0);
    note(text, "connections", first.connections, last.connections, 0);
    note(text, "bytes of heap", first.heapBytes, last.heapBytes, SPARE_HEAP_BYTES);
    return text.toString();
  }

  /** The JDK's carriers of virtual threads come and go. */
  private static final int SPARE_THREADS = 2;

  /** Buffers that a loop keeps for the next connection, and code that was first used late. */
  private static final int SPARE_HEAP_BYTES = 2_000_000;

  private static void note(StringBuilder text, String what, long first, long last, long spare) {
    if (last > first + spare) {
      text.append("\n  %s: %,d at first, %,d at last".formatted(what, first, last));
    }
  }

  static String header() {
    return "| visits | heap kB | resident kB | descriptors | threads | tasks | connections |\n"
        + "|---:|---:|---:|---:|---:|---:|---:|";
  }

  @Override
  public String toString() {
    return "| %,d | %,d | %,d | %d | %d | %d | %d |"
        .formatted(
            visits, heapBytes / 1000, residentKilobytes, descriptors, threads, tasks, connections);
  }
}
