// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which core the servers run on and which one the load generator, as prefixes of their commands.
 *
 * <p>Both are empty where the machine has one core only or no {@code taskset}.
 */
record Pinning(List<String> server, List<String> load) {
  Pinning {
    server = List.copyOf(server);
    load = List.copyOf(load);
  }

  /**
   * The first core that this process may use is the load generator's, the last one the servers'.
   */
  static Pinning detect() throws IOException {
    var cores = allowedCores(Files.readAllLines(Path.of("/proc/self/status")));
    var taskset = taskset();
    if (cores.size() < 2 || taskset == null) {
      return new Pinning(List.of(), List.of());
    }
    return new Pinning(pin(taskset, cores.getLast()), pin(taskset, cores.getFirst()));
  }

  @Override
  public String toString() {
    return server.isEmpty()
        ? "NOT pinned (one core only, or no taskset)"
        : "servers on core " + server.getLast() + ", load generator on core " + load.getLast();
  }

  private static List<String> pin(String taskset, int core) {
    return List.of(taskset, "-c", Integer.toString(core));
  }

  private static @Nullable String taskset() {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(directory -> Path.of(directory, "taskset"))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst()
        .orElse(null);
  }

  /** Reads a line such as {@code Cpus_allowed_list: 0-3,8}. */
  private static List<Integer> allowedCores(List<String> status) {
    var cores = new ArrayList<Integer>();
    for (var line : status) {
      if (line.startsWith("Cpus_allowed_list:")) {
        for (var range : line.substring(line.indexOf(':') + 1).strip().split(",")) {
          var ends = range.split("-");
          for (int core = Integer.parseInt(ends[0]);
              core <= Integer.parseInt(ends[ends.length - 1]);
              core++) {
            cores.add(core);
          }
        }
      }
    }
    return cores;
  }
}
