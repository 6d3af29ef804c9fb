// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Task;
import whirlwind.stream.IOStream;
import whirlwind.testing.LoopTest;
import whirlwind.testing.LoopTest.Time;

/**
 * A server in a process of its own, which the system allows fewer descriptors than it has clients.
 */
@EnabledOnOs({OS.LINUX, OS.MAC})
class TCPServerDescriptorsTest {
  private static final int DESCRIPTORS = 120;
  private static final int CLIENTS = 300;

  /** Longer than the server's pause, so that a futile attempt is in it. */
  private static final Duration A_WHILE = Duration.ofMillis(1500);

  @TempDir private Path directory;

  @LoopTest(clock = Time.SYSTEM, limitSeconds = 50)
  void noConnectionIsLostWhenDescriptorsRunOut(IOLoop loop) throws Exception {
    var errors = directory.resolve("errors");
    var server = start(errors);
    try (var output = server.inputReader(UTF_8)) {
      int port = Integer.parseInt(nextLine(loop, output));
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      askAndGo(address); // loads its classes, which takes descriptors
      var clients = new ArrayList<Task<?>>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(loop.spawn(() -> askAndGo(address)));
      }
      assertThat(nextLine(loop, output)).contains("no connection can be accepted");
      var before = cpu(server);
      Futures.sleep(A_WHILE).await();
      assertThat(cpu(server).minus(before)).as("CPU meanwhile").isLessThan(A_WHILE.dividedBy(2));

      server.getOutputStream().write('\n');
      server.getOutputStream().flush();
      clients.forEach(Task::await);
      server.getOutputStream().close();
      assertThat(output.readLine()).as("more in the log").isNull();
      assertThat(server.onExit().get(20, TimeUnit.SECONDS).exitValue())
          .as(Files.readString(errors))
          .isZero();
    } finally {
      server.destroyForcibly();
    }
  }

  private static Void askAndGo(InetSocketAddress address) {
    var client = new IOStream().connect(address).await();
    client.write("x");
    assertThat(client.readBytes(1).await()).isEqualTo(new byte[] {'x'});
    client.close();
    return null;
  }

  private static String nextLine(IOLoop loop, BufferedReader output) {
    return loop.runInExecutor(output::readLine).await();
  }

  private static Duration cpu(Process process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Ends by itself when its input does, also when this process is killed. */
  private static Process start(Path errors) throws IOException {
    var command =
        List.of(
            "sh",
            "-c",
            "ulimit -n " + DESCRIPTORS + " && exec \"$@\"",
            "sh",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:-MaxFDLimit", // else the JVM asks for more
            "-cp",
            System.getProperty("java.class.path"),
            FewDescriptors.class.getName());
    return new ProcessBuilder(command).redirectError(errors.toFile()).start();
  }
}
