// SPDX-License-Identifier: Apache-2.0
package whirlwind.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a process holds, as the kernel sees it.
 *
 * @param descriptors how many are open
 * @param threads how many there are of each name, without those that the JDK starts and ends as it
 *     likes
 */
record Census(int descriptors, Map<String, Integer> threads) {
  /**
   * Carriers of virtual threads, compilers and collectors, and the thread of a {@link
   * java.lang.ref.Cleaner}, which is there for good once anything of the kind was used. The kernel
   * cuts names at 15.
   */
  private static final List<String> THE_JDKS =
      List.of(
          "ForkJoinPool",
          "VirtualThread",
          "C1 ",
          "C2 ",
          "GC ",
          "G1 ",
          "Attach",
          "process reaper",
          "Cleaner-");

  static Census of(long pid) throws IOException {
    var process = Path.of("/proc/" + pid);
    var threads = new TreeMap<String, Integer>();
    try (var tasks = Files.list(process.resolve("task"))) {
      for (var task : tasks.toList()) {
        var name = nameOf(task);
        if (THE_JDKS.stream().noneMatch(name::startsWith)) {
          threads.merge(name, 1, Integer::sum);
        }
      }
    }
    try (var descriptors = Files.list(process.resolve("fd"))) {
      return new Census((int) descriptors.count(), threads);
    }
  }

  private static String nameOf(Path task) throws IOException {
    try {
      return Files.readString(task.resolve("comm")).strip();
    } catch (IOException _) {
      return "ForkJoinPool"; // it has just ended
    }
  }

  /** Whether nothing is there that was not there at {@code base}. */
  boolean isWithin(Census base) {
    return descriptors <= base.descriptors
        && threads.entrySet().stream()
            .allMatch(thread -> thread.getValue() <= base.threads.getOrDefault(thread.getKey(), 0));
  }
}
