// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The CPU time that a process used, user and system together, thread by thread.
 *
 * <p>The scheduler's own nanoseconds ({@code /proc/<pid>/task/<tid>/schedstat}) are taken, not the
 * ticks of 10 ms in {@code stat}, which are too coarse for rounds of a second. They are exact for
 * threads that sleep, so read them while the process idles.
 *
 * <p>Source: proc(5); Documentation/scheduler/sched-stats.rst of Linux.
 */
record CpuTime(Map<String, ThreadTime> threads) {
  private record ThreadTime(String name, long nanos, long waitedNanos) {
    boolean compiles() {
      return name.startsWith("C1 Compiler") || name.startsWith("C2 Compiler");
    }

    boolean collects() {
      return name.equals("VM Thread"); // the serial collector works on it
    }
  }

  /**
   * What was used between two readings.
   *
   * <p>Units: nanoseconds. {@code waited} is the time for which threads could run and had no core.
   * {@code endedThreads} counts threads that were gone at the second reading and took what they
   * used with them; anything but zero makes the other numbers too small.
   */
  record Used(long total, long compilers, long collector, long waited, int endedThreads) {}

  CpuTime {
    threads = Map.copyOf(threads);
  }

  static CpuTime of(long pid) throws IOException {
    var threads = new HashMap<String, ThreadTime>();
    try (DirectoryStream<Path> tasks =
        Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
      for (var task : tasks) {
        read(task, threads);
      }
    }
    return new CpuTime(threads);
  }

  private static void read(Path task, Map<String, ThreadTime> threads) throws IOException {
    try {
      var name = Files.readString(task.resolve("comm")).strip();
      var times = Files.readString(task.resolve("schedstat")).split(" ");
      threads.put(
          task.getFileName().toString(),
          new ThreadTime(name, Long.parseLong(times[0]), Long.parseLong(times[1])));
    } catch (NoSuchFileException e) {
      if (Files.exists(task)) {
        throw new IOException("CPU time: wanted a kernel with schedstat, got none in " + task, e);
      }
      // Otherwise the thread ended just now: since() counts it.
    }
  }

  /** Answers the nanoseconds of all threads that are there. */
  long total() {
    return threads.values().stream().mapToLong(ThreadTime::nanos).sum();
  }

  Used since(CpuTime earlier) {
    long total = 0;
    long compilers = 0;
    long collector = 0;
    long waited = 0;
    for (var entry : threads.entrySet()) {
      var thread = entry.getValue();
      var before = earlier.threads.getOrDefault(entry.getKey(), new ThreadTime("", 0, 0));
      var nanos = thread.nanos() - before.nanos();
      total += nanos;
      compilers += thread.compiles() ? nanos : 0;
      collector += thread.collects() ? nanos : 0;
      waited += thread.waitedNanos() - before.waitedNanos();
    }
    var ended = earlier.threads.keySet().stream().filter(id -> !threads.containsKey(id)).count();
    return new Used(total, compilers, collector, waited, (int) ended);
  }
}
