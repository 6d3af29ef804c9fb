// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program in a JVM of its own, as what is permitted is decided at its start. */
record ChildJvm(List<String> before, List<String> options) {
  static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

  /** With the class path of the tests. */
  static ChildJvm onTheClassPath(String... options) {
    var all = new ArrayList<>(List.of("-cp", System.getProperty("java.class.path")));
    all.addAll(List.of(options));
    return new ChildJvm(List.of(), all);
  }

  /** The same, started by another program. */
  ChildJvm startedBy(String... program) {
    return new ChildJvm(List.of(program), options);
  }

  /** What it prints, on both streams. */
  String output(Path directory, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    var output = directory.resolve("output");
    var command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add(main.getName());
    command.addAll(List.of(arguments));
    var child =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return Files.readString(output);
  }
}
