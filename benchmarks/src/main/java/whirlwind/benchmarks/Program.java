// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a server process runs: a class of this module, or a jar, on a JVM of its own, or a native
 * program.
 */
sealed interface Program {
  /** The flags that every JVM gets. {@code README.md} gives the reason of each. */
  List<String> JVM_FLAGS =
      List.of(
          "-Xms128m",
          "-Xmx512m",
          "-XX:+UseSerialGC",
          "-XX:-UseDynamicNumberOfCompilerThreads",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dio.netty.leakDetection.level=disabled",
          "-Djdk.tls.server.newSessionTicketCount=0");

  /** The command with which it starts; native programs are in that directory. */
  List<String> command(Path nativePrograms, List<String> jvmFlags, List<String> arguments);

  private static List<String> java(List<String> jvmFlags, List<String> flags) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_FLAGS);
    command.addAll(jvmFlags);
    command.addAll(flags);
    return command;
  }

  record JavaClass(Class<?> main, List<String> flags) implements Program {
    public JavaClass {
      flags = List.copyOf(flags);
    }

    @Override
    public List<String> command(
        Path nativePrograms, List<String> jvmFlags, List<String> arguments) {
      var command = java(jvmFlags, flags);
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
      command.addAll(arguments);
      return command;
    }
  }

  /** A jar that runs by itself, as its users start it. */
  record Jar(Path file, List<String> flags, List<String> options) implements Program {
    public Jar {
      flags = List.copyOf(flags);
      options = List.copyOf(options);
    }

    @Override
    public List<String> command(
        Path nativePrograms, List<String> jvmFlags, List<String> arguments) {
      var command = java(jvmFlags, flags);
      command.addAll(List.of("-jar", file.toString()));
      command.addAll(options);
      return command;
    }
  }

  record Native(String file, List<String> options) implements Program {
    public Native {
      options = List.copyOf(options);
    }

    Native(String file, String... options) {
      this(file, List.of(options));
    }

    @Override
    public List<String> command(
        Path nativePrograms, List<String> jvmFlags, List<String> arguments) {
      var command = new ArrayList<String>();
      command.add(nativePrograms.resolve(file).toString());
      command.addAll(options);
      command.addAll(arguments);
      return command;
    }
  }
}
