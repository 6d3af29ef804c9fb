// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The numbers against those of the C headers, where there is a compiler to ask. */
class AbiTest {
  private static final String INCLUDES =
      """
      #define _GNU_SOURCE
      #include <errno.h>
      #include <fcntl.h>
      #include <netinet/in.h>
      #include <netinet/tcp.h>
      #include <poll.h>
      #include <stddef.h>
      #include <stdio.h>
      #include <linux/io_uring.h>
      #include <linux/sock_diag.h>
      #include <sys/epoll.h>
      #include <sys/eventfd.h>
      #include <sys/mman.h>
      #include <sys/socket.h>
      #include <sys/stat.h>
      #include <sys/syscall.h>
      #include <sys/uio.h>
      #include <sys/un.h>
      #include <time.h>
      """;

  @TempDir private Path directory;

  @Test
  void everyNumberIsThatOfTheHeaders() throws Exception {
    assumeTrue(hasCompiler());
    var fields =
        Arrays.stream(Abi.class.getDeclaredFields())
            .filter(field -> !Modifier.isPrivate(field.getModifiers()))
            .toList();
    assertThat(fields).hasSizeGreaterThan(60);
    assertThat(ours(fields)).isEqualTo(theirs(fields));
  }

  private static boolean hasCompiler() {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .anyMatch(place -> Files.isExecutable(Path.of(place, "cc")));
  }

  private static Map<String, Integer> ours(List<Field> fields) throws IllegalAccessException {
    var numbers = new TreeMap<String, Integer>();
    for (var field : fields) {
      numbers.put(field.getName(), field.getInt(null));
    }
    return numbers;
  }

  private Map<String, Integer> theirs(List<Field> fields) throws Exception {
    var source = directory.resolve("numbers.c");
    var program = directory.resolve("numbers");
    Files.writeString(
        source,
        fields.stream()
            .map(field -> line(field.getName()))
            .collect(Collectors.joining("\n", INCLUDES + "int main(void) {\n", "\n}\n")));
    run("cc", "-o", program.toString(), source.toString());
    return run(program.toString())
        .lines()
        .map(line -> line.split(" "))
        .collect(Collectors.toMap(pair -> pair[0], pair -> Integer.valueOf(pair[1])));
  }

  private static String line(String name) {
    return "printf(\"%s %%d\\n\", (int) (%s));".formatted(name, expression(name));
  }

  /** SIZEOF_X is the size of {@code struct x}, OFFSETOF_X__Y where its field y lies. */
  private static String expression(String name) {
    if (name.startsWith("SIZEOF_")) {
      return "sizeof(struct " + inC(name.substring("SIZEOF_".length())) + ")";
    }
    if (name.startsWith("OFFSETOF_")) {
      var parts = name.substring("OFFSETOF_".length()).split("__");
      return "offsetof(struct " + inC(parts[0]) + ", " + inC(parts[1]) + ")";
    }
    if (name.startsWith("SYS_")) {
      return inC(name).replace("sys_", "SYS_");
    }
    return name;
  }

  private static String inC(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private String run(String... command) throws IOException, InterruptedException {
    var output = directory.resolve("output");
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    var text = Files.readString(output);
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }
}
