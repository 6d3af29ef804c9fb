// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** What this process has open, as Linux shows it. */
final class Descriptors {
  private static final Path LINKS = Path.of("/proc/self/fd");

  private Descriptors() {}

  /** By number; what was opened to read this is left out. */
  static Map<Integer, String> open() throws IOException {
    var links = new TreeMap<Integer, String>();
    for (var name : LINKS.toFile().list()) {
      try {
        links.put(Integer.valueOf(name), Files.readSymbolicLink(LINKS.resolve(name)).toString());
      } catch (NoSuchFileException _) {
        // It was for reading the list.
      }
    }
    return links;
  }

  /** What is open now and was not {@code before}. */
  static Map<Integer, String> openSince(Map<Integer, String> before) throws IOException {
    var now = open();
    before.forEach(now::remove);
    return now;
  }

  static boolean isClosedOnExec(int fd) throws IOException {
    int closeOnExec = 02000000;
    return Arrays.stream(Files.readString(Path.of("/proc/self/fdinfo/" + fd)).split("\n"))
        .filter(line -> line.startsWith("flags:"))
        .mapToInt(line -> Integer.parseInt(line.substring("flags:".length()).strip(), 8))
        .allMatch(flags -> (flags & closeOnExec) != 0);
  }

  static long mappings() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.count();
    }
  }
}
