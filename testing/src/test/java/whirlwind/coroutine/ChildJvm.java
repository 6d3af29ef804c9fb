// SPDX-License-Identifier: Apache-2.0
package whirlwind.coroutine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program in a JVM of its own, on the carrier of this one: for tests whose failure is a process
 * that hangs or crashes.
 */
final class ChildJvm {
  private static final int LIMIT_SECONDS = 25;

  /** What a program prints last when all was well. */
  static final String FINE = "all is well";

  private ChildJvm() {}

  /** Runs {@code program}, which must print {@link #FINE} and exit with zero. */
  static void runs(Class<?> program) throws IOException, InterruptedException {
    var output = Files.createTempFile("child-jvm", ".log");
    try {
      var child =
          new ProcessBuilder(command(program))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .directory(output.getParent().toFile())
              .start();
      boolean ended;
      try {
        ended = child.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
      } finally {
        child.destroyForcibly().waitFor();
      }
      var text = Files.readString(output);
      assertThat(ended).as("ends within %s s; its output: %s", LIMIT_SECONDS, text).isTrue();
      assertThat(child.exitValue()).as(text).isZero();
      assertThat(text).contains(FINE);
    } finally {
      Files.delete(output);
    }
  }

  private static List<String> command(Class<?> program) {
    var carrier = Carrier.chosen().name();
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx128m");
    command.add("-XX:-CreateCoredumpOnCrash");
    command.add("-D" + Carrier.PROPERTY + "=" + carrier);
    if (carrier.equals("loop")) {
      command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(program.getName());
    return command;
  }
}
