// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether somebody debugs this process, and lets its threads stand still for as long as it takes.
 */
final class Debugger {
  private static final String AGENT = "jdwp";

  private static final boolean PRESENT =
      isAmong(
          Stream.concat(
              Arrays.stream(ProcessHandle.current().info().arguments().orElse(new String[0])),
              Stream.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS").map(System::getenv)));

  private Debugger() {}

  static boolean isPresent() {
    return PRESENT;
  }

  /** Whether one of these options of a JVM makes it one that can be debugged. */
  static boolean isAmong(Stream<@Nullable String> options) {
    return options.anyMatch(
        option ->
            option != null
                && (option.contains("-agentlib:" + AGENT) || option.contains("-Xrun" + AGENT)));
  }
}
