// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Programs of others that a test needs. */
final class Installed {
  private Installed() {}

  /** Skips the test, with a line that says so, unless {@code program} is on the path. */
  static void assume(String program) {
    var path = System.getenv().getOrDefault("PATH", "");
    boolean found =
        Stream.of(path.split(File.pathSeparator))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    if (!found) {
      System.err.printf(
          "!!! A test is SKIPPED: there is no %s on the PATH. Install it to run that.%n", program);
    }
    assumeTrue(found, program + " is not installed");
  }
}
