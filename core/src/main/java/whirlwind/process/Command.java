// SPDX-License-Identifier: Apache-2.0
package whirlwind.process;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import whirlwind.stream.StreamLimits;

/**
 * What to start and how; for {@link Subprocess}. No shell comes between: words are passed as they
 * are.
 *
 * @param words the program, by path or looked up in {@code PATH}, and its arguments
 * @param directory where it runs; null means where this program does
 * @param environment all of its environment variables
 * @param stdin where its standard input comes from
 * @param stdout where its standard output goes
 * @param stderr where its standard error goes
 * @param limits of its streams
 */
public record Command(
    List<String> words,
    @Nullable Path directory,
    Map<String, String> environment,
    Stdio stdin,
    Stdio stdout,
    Stdio stderr,
    StreamLimits limits) {

  /** Checks what can be checked without starting it. */
  public Command {
    words = List.copyOf(words);
    environment = Map.copyOf(environment);
    Objects.requireNonNull(limits, "limits");
    if (words.isEmpty() || words.getFirst().isEmpty()) {
      throw new IllegalArgumentException("command: wanted at least a program, got " + words);
    }
    words.forEach(word -> refuseNul("word of a command", word));
    environment.forEach(Command::checkVariable);
    checkStdin(stdin);
    if (Objects.requireNonNull(stdout, "stdout") == Stdio.SAME_AS_STDOUT) {
      throw new IllegalArgumentException(
          "stdout: wanted a place of its own, got SAME_AS_STDOUT, which is for stderr");
    }
    Objects.requireNonNull(stderr, "stderr");
  }

  private static void checkStdin(Stdio stdin) {
    switch (Objects.requireNonNull(stdin, "stdin")) {
      case PlainStdio.SAME_AS_STDOUT ->
          throw new IllegalArgumentException(
              "stdin: wanted a place to read from, got SAME_AS_STDOUT, which is for stderr");
      case FileStdio(var path, var append) when append ->
          throw new IllegalArgumentException(
              "stdin: wanted a place to read from, got the end of " + path);
      case PlainStdio _, FileStdio _ -> {}
    }
  }

  private static void checkVariable(String name, String value) {
    if (name.isEmpty() || name.indexOf('=', 1) > 0) {
      throw new IllegalArgumentException(
          "name of an environment variable: wanted some characters other than '=', got \""
              + name
              + "\"");
    }
    refuseNul("name of an environment variable", name);
    refuseNul("value of environment variable " + name, value);
  }

  private static void refuseNul(String what, String text) {
    int at = text.indexOf('\0');
    if (at >= 0) {
      throw new IllegalArgumentException(
          what + ": wanted characters other than NUL, got one at index " + at);
    }
  }

  /** {@code words} with the environment of this program, and streams for all three. */
  public static Command of(String... words) {
    return of(List.of(words));
  }

  /** {@link #of(String...)} for a list. */
  public static Command of(List<String> words) {
    return new Command(
        words,
        null,
        System.getenv(),
        Stdio.STREAM,
        Stdio.STREAM,
        Stdio.STREAM,
        StreamLimits.defaults());
  }

  /** The program. */
  public String program() {
    return words.getFirst();
  }

  /** This command in another directory; null means that of this program. */
  public Command withDirectory(@Nullable Path other) {
    return new Command(words, other, environment, stdin, stdout, stderr, limits);
  }

  /** This command with just these environment variables. */
  public Command withEnvironment(Map<String, String> other) {
    return new Command(words, directory, other, stdin, stdout, stderr, limits);
  }

  /** This command with one environment variable added or changed. */
  public Command withVariable(String name, String value) {
    var changed = new HashMap<>(environment);
    changed.put(name, value);
    return withEnvironment(changed);
  }

  /** This command with another standard input. */
  public Command withStdin(Stdio other) {
    return new Command(words, directory, environment, other, stdout, stderr, limits);
  }

  /** This command with another standard output. */
  public Command withStdout(Stdio other) {
    return new Command(words, directory, environment, stdin, other, stderr, limits);
  }

  /** This command with another standard error. */
  public Command withStderr(Stdio other) {
    return new Command(words, directory, environment, stdin, stdout, other, limits);
  }

  /** This command with other limits of its streams. */
  public Command withLimits(StreamLimits other) {
    return new Command(words, directory, environment, stdin, stdout, stderr, other);
  }

  /** The words alone: what an environment holds is not for logs. */
  @Override
  public String toString() {
    return "Command" + words;
  }
}
