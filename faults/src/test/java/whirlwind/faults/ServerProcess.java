// SPDX-License-Identifier: Apache-2.0
package whirlwind.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import whirlwind.loop.IOLoop;
import whirlwind.testing.TestCertificates;

/** A server as a process of its own, on the carrier and the poller of this test, with its log. */
final class ServerProcess implements AutoCloseable {
  private static final Pattern PORT =
      Pattern.compile(".*(?:localhost|0\\.0\\.0\\.0|127\\.0\\.0\\.1)[ :](\\d+)\\b.*");

  /** One line for each entry, its level first; a stack trace follows in lines of its own. */
  private static final String LOG_FORMAT =
      "-Djava.util.logging.SimpleFormatter.format=%4$s %3$s: %5$s%6$s%n";

  private static final Pattern ENTRY = Pattern.compile("(SEVERE|WARNING|INFO) whirlwind\\..*");

  private final Process process;
  private final LinkedBlockingQueue<String> said = new LinkedBlockingQueue<>();
  private final List<String> log = new CopyOnWriteArrayList<>();

  private ServerProcess(Process process) {
    this.process = process;
    Thread.ofVirtual().start(() -> process.inputReader().lines().forEach(said::add));
    Thread.ofVirtual().start(() -> process.errorReader().lines().forEach(log::add));
  }

  /** Starts the example of that name. */
  static ServerProcess example(String name, String... arguments) throws Exception {
    return start(
        List.of(),
        List.of(),
        Class.forName("whirlwind.examples." + name, false, loader()),
        arguments);
  }

  private static ClassLoader loader() {
    return ServerProcess.class.getClassLoader();
  }

  /**
   * Starts a server.
   *
   * @param wrapper a command that runs another one, which is given to it; empty for none
   * @param options of the JVM
   */
  static ServerProcess start(
      List<String> wrapper, List<String> options, Class<?> main, String... arguments)
      throws Exception {
    var command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", LOG_FORMAT));
    if (carrier().equals("loop")) {
      command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    }
    command.add("-Dwhirlwind.carrier=" + carrier());
    command.add("-Dwhirlwind.poller=" + System.getProperty("whirlwind.poller", "nio"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(options);
    var pollers = Class.forName("whirlwind.linux.EpollProvider", false, loader());
    var places =
        Stream.of(IOLoop.class, pollers, TestCertificates.class, main).map(ServerProcess::where);
    command.addAll(
        List.of(
            "-cp",
            places.distinct().collect(Collectors.joining(File.pathSeparator)),
            main.getName()));
    command.addAll(List.of(arguments));
    return new ServerProcess(new ProcessBuilder(command).start());
  }

  static String carrier() {
    return System.getProperty("whirlwind.carrier", "baton");
  }

  private static String where(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The next line that it prints. */
  String line() throws InterruptedException {
    var line = said.poll(Poll.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(line).as("a line of the server; its log: %s", log).isNotNull();
    return line;
  }

  /** The port that its next line says to talk to. */
  int port() throws InterruptedException {
    var line = line();
    var port = PORT.matcher(line);
    assertThat(port.matches()).as("a port to talk to, in: %s", line).isTrue();
    return Integer.parseInt(port.group(1));
  }

  /** Types a line into its standard input. */
  void type(String line) throws IOException {
    process.outputWriter().write(line + "\n");
    process.outputWriter().flush();
  }

  /** Sends SIGTERM, and goes on listening, which {@code Process.destroy} would end. */
  void terminate() {
    process.toHandle().destroy();
  }

  int exitCode() throws InterruptedException {
    assertThat(process.waitFor(Poll.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  long pid() {
    return process.pid();
  }

  Census census() {
    try {
      return Census.of(pid());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** All lines of its log, with those of stack traces. */
  List<String> log() {
    return log;
  }

  /** The entries of its log from the line of that number on. */
  List<String> entries(int from) {
    return log.stream().skip(from).filter(line -> ENTRY.matcher(line).matches()).toList();
  }

  @Override
  public void close() {
    process.toHandle().destroyForcibly();
  }
}
