// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import whirlwind.loop.IOLoop;

/** An example as a process of its own, on the carrier that this test runs on. */
final class ExampleProcess implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 20;
  private static final String END = "<end>";
  private static final Pattern PORT = Pattern.compile(".*localhost[ :](\\d+)\\b.*");

  private final Process process;
  private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private ExampleProcess(Process process) {
    this.process = process;
    Thread.ofVirtual()
        .start(
            () -> {
              process.inputReader().lines().forEach(lines::add);
              lines.add(END);
            });
  }

  /** Starts it from its class, as the launcher does. */
  static ExampleProcess start(Class<?> example, String... arguments) throws Exception {
    var classPath = where(IOLoop.class) + System.getProperty("path.separator") + where(example);
    return run(List.of("-cp", classPath, example.getName()), arguments);
  }

  /** Starts it from its source, with nothing but the library on the class path. */
  static ExampleProcess startFromSource(Path source, String... arguments) throws Exception {
    return run(List.of("-cp", where(IOLoop.class), source.toString()), arguments);
  }

  private static ExampleProcess run(List<String> what, String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1"); // short-lived
    var carrier = System.getProperty("whirlwind.carrier", "baton");
    if (carrier.equals("loop")) {
      command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    }
    command.add("-Dwhirlwind.carrier=" + carrier);
    command.addAll(what);
    command.addAll(List.of(arguments));
    return new ExampleProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  private static String where(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }

  /** The next line that it prints. */
  String line() throws InterruptedException {
    var line = lineOrNull();
    assertThat(line).as("a line of the example").isNotNull();
    return line;
  }

  /** The next line that it prints; null at its end. */
  @Nullable String lineOrNull() throws InterruptedException {
    var line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(line).as("a line of the example, or its end, in time").isNotNull();
    return line.equals(END) ? null : line;
  }

  /** The port that its first line, which begins with its name, says to talk to. */
  int port(String name) throws InterruptedException {
    return port(name, line());
  }

  static int port(String name, String firstLine) {
    assertThat(firstLine).startsWith(name + ": ");
    var port = PORT.matcher(firstLine);
    assertThat(port.matches()).as("a port to talk to, in: %s", firstLine).isTrue();
    return Integer.parseInt(port.group(1));
  }

  /** Sends SIGTERM, and goes on listening, which {@code Process.destroy} would end. */
  void terminate() {
    process.toHandle().destroy();
  }

  int exitCode() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("has ended").isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.toHandle().destroyForcibly();
  }

  /** A plain blocking connection to an example, which never waits for ever. */
  static Socket connect(int port) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_SECONDS * 1000);
    return socket;
  }

  /** Sends a line, and returns the one that comes back. */
  static String ask(Socket socket, String line) throws IOException {
    socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    return readLine(socket);
  }

  private static String readLine(Socket socket) throws IOException {
    var bytes = new ByteArrayOutputStream();
    for (int next; (next = socket.getInputStream().read()) != '\n'; bytes.write(next)) {
      assertThat(next).as("a byte of a line").isNotNegative();
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
