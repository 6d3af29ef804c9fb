// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import whirlwind.programs.ForbidsCall;
import whirlwind.programs.PrintsPoller;

/** Where io_uring is forbidden, in processes of their own. */
class UringRefusalTest {
  private static final Path SYSCTL = Path.of("/proc/sys/kernel/io_uring_disabled");

  @TempDir private Path directory;

  private static ChildJvm asking(String poller) {
    return ChildJvm.onTheClassPath(ChildJvm.NATIVE_ACCESS, "-Dwhirlwind.poller=" + poller);
  }

  private static void assertRefused(String output, String reason) {
    assertThat(output)
        .startsWith("refused: poller io_uring is not usable here: ")
        .contains(reason)
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({
    "425,io_uring_setup: it is forbidden",
    "426,io_uring_enter: Operation not permitted",
    "427,io_uring_register: Operation not permitted"
  })
  void aFilterOfSystemCallsIsNamedAsTheReason(String number, String reason) throws Exception {
    assertRefused(asking("io_uring").output(directory, ForbidsCall.class, number), reason);
  }

  @Test
  void underAFilterOfSystemCallsAutoTakesEpoll() throws Exception {
    assertThat(asking("auto").output(directory, ForbidsCall.class, "425"))
        .isEqualTo("poller epoll\n");
  }

  /** The switch is that of the whole machine: {@code -Dwhirlwind.sysctl=true} allows to turn it. */
  @Test
  void aSwitchedOffKernelIsNamedAsTheReason() throws Exception {
    assumeTrue(Boolean.getBoolean("whirlwind.sysctl"), "wanted -Dwhirlwind.sysctl=true");
    assumeTrue(Files.isWritable(SYSCTL), "wanted to write " + SYSCTL);
    var before = Files.readString(SYSCTL);
    try {
      Files.writeString(SYSCTL, "2");
      assertRefused(
          asking("io_uring").output(directory, PrintsPoller.class),
          "io_uring_setup: it is forbidden");
      assertThat(asking("auto").output(directory, PrintsPoller.class)).isEqualTo("poller epoll\n");
    } finally {
      Files.writeString(SYSCTL, before);
    }
  }

  /** Newer kernels count this memory otherwise; older ones refuse, and that has to be in words. */
  @Test
  void aProcessThatMayLockNoMemoryIsServedOrToldWhy() throws Exception {
    var child =
        asking("io_uring")
            .startedBy("setpriv", "--bounding-set=-ipc_lock", "prlimit", "--memlock=0:0");
    assumeTrue(startsWith(child), "wanted setpriv and prlimit, and the right to use them");
    var output = child.output(directory, PrintsPoller.class);
    if (!output.equals("poller io_uring\n")) {
      assertThat(output).startsWith("refused: ").contains("limit of locked memory").hasLineCount(1);
    }
  }

  private static boolean startsWith(ChildJvm child) throws InterruptedException {
    var command = new ArrayList<>(child.before());
    command.add("true");
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException _) {
      return false;
    }
  }

  @Test
  void withoutARefusalItIsTaken() throws Exception {
    assertThat(asking("io_uring").output(directory, PrintsPoller.class))
        .isEqualTo("poller io_uring\n");
  }
}
