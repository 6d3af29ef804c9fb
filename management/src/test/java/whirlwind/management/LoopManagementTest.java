// SPDX-License-Identifier: Apache-2.0
package whirlwind.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.openmbean.CompositeData;
import org.junit.jupiter.api.Test;
import whirlwind.future.Promise;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

/** The bean, asked in this process and from another one. */
class LoopManagementTest {

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  void theBeanShowsTheLoopsThatRun(IOLoop loop) throws JMException {
    LoopManagement.register();
    LoopManagement.register(); // harmless
    var task = loop.spawn("waiting", () -> new Promise<String>(loop).await());
    var server = ManagementFactory.getPlatformMBeanServer();
    var name = LoopManagement.name();
    var nothing = new Object[0];
    assertThat((String) server.invoke(name, "dump", nothing, new String[0]))
        .contains(loop.toString(), "waiting");
    assertThat((String) server.invoke(name, "dumpJson", nothing, new String[0]))
        .startsWith("[{\"loop\":\"")
        .endsWith("}]")
        .contains("\"name\":\"waiting\"");
    var figures = (CompositeData[]) server.getAttribute(name, "Figures");
    assertThat(figures)
        .filteredOn(each -> each.get("loop").equals(loop.toString()))
        .singleElement()
        .satisfies(each -> assertThat(each.get("tasks")).isEqualTo(2));
    task.cancel();
  }

  @LoopTest
  void aLoopThatHasEndedIsNotShown(IOLoop loop) {
    var other = new IOLoop[1];
    loop.runInExecutor(
            () ->
                IOLoop.run(
                    () -> {
                      other[0] = IOLoop.current();
                      assertThat(IOLoop.running()).contains(other[0]);
                      return null;
                    }))
        .await();
    assertThat(IOLoop.running()).contains(loop).doesNotContain(other[0]);
  }

  /** What the other process runs. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      if (arguments.length > 0) {
        LoopManagement.register();
      }
      IOLoop.run(
          () -> {
            IOLoop.current().spawn("of the other process", () -> new Promise<String>().await());
            System.out.println("ready");
            return new Promise<String>().await();
          });
    }
  }

  private static Process start(String... arguments) throws IOException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command = new ArrayList<String>();
    command.add(java);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Program.class.getName());
    command.addAll(List.of(arguments));
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    assertThat(process.inputReader().readLine()).isEqualTo("ready");
    return process;
  }

  private static void end(Process process) throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void theCommandAsksAnotherProcess() throws Exception {
    var process = start("register");
    try {
      var pid = Long.toString(process.pid());
      assertThat(DumpLoops.dumpOf(pid, false)).contains("of the other process waits for");
      assertThat(DumpLoops.dumpOf(pid, true)).contains("\"name\":\"of the other process\"");
    } finally {
      end(process);
    }
  }

  @Test
  void aProcessWithoutTheBeanIsToldSo() throws Exception {
    var process = start();
    try {
      var pid = Long.toString(process.pid());
      assertThatIllegalStateException()
          .isThrownBy(() -> DumpLoops.dumpOf(pid, false))
          .withMessageContaining("LoopManagement.register()");
    } finally {
      end(process);
    }
  }

  @Test
  void whatIsNoProcessIsToldSo() {
    assertThatIllegalStateException()
        .isThrownBy(() -> DumpLoops.dumpOf("nobody", false))
        .withMessageContaining("nobody");
  }
}
