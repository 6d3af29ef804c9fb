// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import whirlwind.future.Promise;
import whirlwind.loop.IOLoop;

/**
 * A program of somebody else's that talks to us: its output is awaited, and it is ended with the
 * test whatever happens. Threads of the executor do what blocks.
 *
 * <p>Where it is not installed the test is skipped, with a line that says so; in CI it fails.
 */
final class ForeignProgram implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final IOLoop loop;
  private final List<String> command;
  private final Process process;
  private final StringBuilder output = new StringBuilder();
  private final Promise<Integer> exit;
  private @Nullable Awaited awaited;

  /** A piece of the output that somebody waits for. */
  private record Awaited(String text, Promise<String> promise) {}

  private ForeignProgram(IOLoop loop, List<String> command, Process process) {
    this.loop = loop;
    this.command = command;
    this.process = process;
    this.exit = new Promise<>(loop);
    loop.runInExecutor(
        () -> {
          readAll();
          int code = process.waitFor();
          loop.execute(() -> end(code));
          return null;
        });
  }

  private void readAll() {
    var buffer = new byte[8192];
    try {
      for (int count; (count = process.getInputStream().read(buffer)) >= 0; ) {
        var more = new String(buffer, 0, count, ISO_8859_1);
        loop.execute(() -> append(more));
      }
    } catch (IOException _) {
      // It was killed.
    }
  }

  static ForeignProgram start(IOLoop loop, Path directory, String... command) {
    require(command[0]);
    try {
      var builder = new ProcessBuilder(command).directory(directory.toFile());
      builder.environment().put("PYTHONUNBUFFERED", "1");
      return new ForeignProgram(loop, List.of(command), builder.redirectErrorStream(true).start());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void require(String program) {
    boolean installed =
        Stream.of(Objects.requireNonNullElse(System.getenv("PATH"), "").split(":"))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    if (installed) {
      return;
    }
    if (Boolean.parseBoolean(System.getenv("CI"))) {
      throw new AssertionError("in CI this test needs " + program + ", which is not installed");
    }
    System.out.println("!!! SKIPPED: a test of TLS with a foreign peer, for want of " + program);
    Assumptions.abort(program + " is not installed");
  }

  // ---------------------------------------------------------------- what it says

  private void append(String more) {
    output.append(more);
    look();
  }

  private void end(int code) {
    exit.setResult(code);
    giveUpWaiting();
  }

  private void giveUpWaiting() {
    var left = awaited;
    if (left != null) {
      awaited = null;
      left.promise.trySetException(
          new AssertionError(
              "wanted %s to say \"%s\", but it ended with code %d, having said:%n%s"
                  .formatted(command, left.text, exit.result(), output)));
    }
  }

  private void look() {
    var current = awaited;
    int at = current == null ? -1 : output.indexOf(current.text);
    if (current != null && at >= 0) {
      awaited = null;
      var before = output.substring(0, at + current.text.length());
      output.delete(0, before.length());
      current.promise.trySetResult(before);
    }
  }

  /** Waits for its output up to and including {@code text}, which is not looked at again. */
  String says(String text) {
    var promise = new Promise<String>(loop);
    awaited = new Awaited(text, promise);
    look();
    if (exit.isDone()) {
      giveUpWaiting();
    }
    var late =
        loop.addTimeout(
            PATIENCE,
            () ->
                promise.trySetException(
                    new AssertionError(
                        "wanted %s to say \"%s\", got:%n%s".formatted(command, text, output))));
    try {
      return promise.await();
    } finally {
      late.cancel();
    }
  }

  /** Waits for its end; the code that it ends with. */
  int ends() {
    return exit.view().await();
  }

  /** What it has said that nobody has waited for. */
  String rest() {
    return output.toString();
  }

  // ---------------------------------------------------------------- what it is told

  /** Types a line. */
  void type(String line) {
    try {
      process.getOutputStream().write((line + "\n").getBytes(ISO_8859_1));
      process.getOutputStream().flush(); // so little always fits into the pipe
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Ends it at once, without a word to its peer. */
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
    exit.view().await();
  }

  /** A command that is built in several places. */
  static String[] command(List<String> beginning, String... rest) {
    var all = new ArrayList<>(beginning);
    all.addAll(List.of(rest));
    return all.toArray(String[]::new);
  }
}
