// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the numbers were measured on; a number without it means nothing. */
record Machine(String processor, int cores, String kernel, String jdk, String governor) {
  private static final Path GOVERNOR =
      Path.of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");

  static Machine here() throws IOException {
    var cpuinfo = Files.readAllLines(Path.of("/proc/cpuinfo"));
    return new Machine(
        processor(cpuinfo),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name") + ' ' + System.getProperty("os.version"),
        System.getProperty("java.vm.name") + ' ' + System.getProperty("java.vm.version"),
        Files.isReadable(GOVERNOR) ? Files.readString(GOVERNOR).strip() : "unknown");
  }

  private static String processor(List<String> cpuinfo) {
    var virtual =
        cpuinfo.stream().anyMatch(l -> l.startsWith("flags") && l.contains(" hypervisor"));
    var model =
        cpuinfo.stream()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(System.getProperty("os.arch"));
    return virtual ? model + " (virtual machine)" : model;
  }

  @Override
  public String toString() {
    return "%s, %d cores, %s, %s, governor %s".formatted(processor, cores, kernel, jdk, governor);
  }
}
