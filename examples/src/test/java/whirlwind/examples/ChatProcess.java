// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The packaged chat server as a process of its own, started as a user does: {@code java -jar}. */
final class ChatProcess implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 20;
  private static final Pattern START =
      Pattern.compile("chat listens on 127\\.0\\.0\\.1:(\\d+) \\(poller (\\S+), carrier (\\S+)\\)");

  private final Process process;
  private final FutureTask<String> errors;

  private ChatProcess(Process process) {
    this.process = process;
    errors = inBackground(process.errorReader());
  }

  /** Starts the program with these options of the JVM, and these arguments of its own. */
  static ChatProcess start(List<String> jvmOptions, String... arguments) throws Exception {
    var jar =
        Objects.requireNonNull(
            System.getProperty("whirlwind.chat.jar"),
            "whirlwind.chat.jar: wanted the packaged jar");
    var command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
    command.addAll(jvmOptions);
    command.addAll(List.of("-jar", jar));
    command.addAll(List.of(arguments));
    return new ChatProcess(new ProcessBuilder(command).start());
  }

  /**
   * Waits for the line that it prints when it is ready, which names this carrier; returns its port.
   */
  int awaitStart(String carrier) throws Exception {
    var reader = process.inputReader();
    var first = new FutureTask<>(reader::readLine);
    Thread.ofVirtual().start(first);
    var line = first.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    var parts = START.matcher(String.valueOf(line));
    assertThat(parts.matches()).as("the start line, got: %s", line).isTrue();
    assertThat(parts.group(3)).isEqualTo(carrier);
    return Integer.parseInt(parts.group(1));
  }

  /** Sends SIGTERM. */
  void terminate() {
    process.destroy();
  }

  int exitCode() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("has ended").isTrue();
    return process.exitValue();
  }

  /** What it has written to its standard error; waits for its end. */
  String errors() throws Exception {
    return errors.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static FutureTask<String> inBackground(BufferedReader reader) {
    var reading = new FutureTask<>(() -> reader.lines().collect(Collectors.joining("\n")));
    Thread.ofVirtual().start(reading);
    return reading;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
