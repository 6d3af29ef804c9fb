// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import whirlwind.loop.IOLoop;

/** The program socat, as the other end of a connection; what would block runs off the loop. */
final class Socat implements AutoCloseable {
  private final IOLoop loop = IOLoop.current();
  private final Process process;
  private final BufferedReader output;
  private final BufferedReader messages;

  private Socat(Process process) {
    this.process = process;
    this.output = process.inputReader(UTF_8);
    this.messages = process.errorReader(UTF_8);
  }

  /** Skips the test where the program is missing, except where everything must be there. */
  static void require() {
    boolean installed =
        List.of(System.getenv().getOrDefault("PATH", "").split(":")).stream()
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, "socat")));
    if (!installed && "true".equals(System.getenv("CI"))) {
      throw new AssertionError("wanted the program socat (Debian package socat), got none");
    }
    Assumptions.assumeTrue(
        installed, "the program socat is missing: install the Debian package socat");
  }

  /** Starts it with these addresses. */
  static Socat start(String... addresses) throws IOException {
    var command = new ArrayList<>(List.of("socat", "-d", "-d"));
    command.addAll(List.of(addresses));
    return new Socat(new ProcessBuilder(command).start());
  }

  /** Waits until it says that it listens. */
  Socat awaitListening() {
    return loop.runInExecutor(
            () -> {
              for (var line = messages.readLine(); line != null; line = messages.readLine()) {
                if (line.contains("listening on")) {
                  return this;
                }
              }
              throw new IOException("wanted a program that listens, got its end");
            })
        .await();
  }

  void send(String text) throws IOException {
    process.outputWriter(UTF_8).append(text).flush();
  }

  String nextLine() {
    return loop.runInExecutor(output::readLine).await();
  }

  void endInput() throws IOException {
    process.getOutputStream().close();
  }

  int exitCode() {
    return loop.runInExecutor(process::waitFor).await();
  }

  /** It gets no chance to clean up. */
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
  }
}
