// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.loop.IOLoop;
import whirlwind.programs.PrintsPoller;

/** Which poller a process gets, in processes of their own: access is granted at their start. */
class EpollChoiceTest {
  private static final String ON_THE_CLASS_PATH = "--enable-native-access=ALL-UNNAMED";

  @TempDir private Path directory;

  private String output(List<String> options) throws IOException, InterruptedException {
    var output = directory.resolve("output");
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add(PrintsPoller.class.getName());
    var child =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return Files.readString(output);
  }

  private String onTheClassPath(String... options) throws IOException, InterruptedException {
    var all = new ArrayList<>(List.of("-cp", System.getProperty("java.class.path")));
    all.addAll(List.of(options));
    return output(all);
  }

  @Test
  void withNativeAccessItIsChosenInSilence() throws Exception {
    assertThat(onTheClassPath(ON_THE_CLASS_PATH)).isEqualTo("poller epoll\n");
  }

  @Test
  void withoutNativeAccessOneLineSaysWhyAndWhatToDo() throws Exception {
    assertThat(onTheClassPath())
        .contains("poller nio\n")
        .containsOnlyOnce("loops use the nio poller because epoll is not usable here")
        .containsOnlyOnce(ON_THE_CLASS_PATH)
        .as("warnings of the JDK")
        .doesNotContainIgnoringCase("restricted method")
        .doesNotContain("WARNING");
  }

  @Test
  void askedForByNameWithoutNativeAccessItIsRefusedWithTheReason() throws Exception {
    assertThat(onTheClassPath("-Dwhirlwind.poller=epoll"))
        .contains("refused: poller epoll is not usable here: native access is not enabled")
        .contains(ON_THE_CLASS_PATH)
        .doesNotContain("WARNING");
  }

  @Test
  void anotherMayBeAskedFor() throws Exception {
    assertThat(onTheClassPath(ON_THE_CLASS_PATH, "-Dwhirlwind.poller=nio"))
        .isEqualTo("poller nio\n");
  }

  @Test
  void asAModuleItAloneIsGrantedTheAccess() throws Exception {
    assertThat(onTheModulePath("--enable-native-access=whirlwind.linux"))
        .isEqualTo("poller epoll\n");
    assertThat(onTheModulePath("--enable-native-access=java.logging"))
        .contains("poller nio\n")
        .contains("--enable-native-access=whirlwind.linux");
  }

  private String onTheModulePath(String access) throws Exception {
    var modules = placeOf(IOLoop.class) + ":" + placeOf(EpollProvider.class);
    var tests = placeOf(EpollChoiceTest.class);
    return output(List.of("-p", modules, "--add-modules", "whirlwind.linux", access, "-cp", tests));
  }

  private static String placeOf(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }

  @Test
  void elsewhereItSaysWhereItIs() {
    assertThat(NativeProbe.whyNot("Windows 11", "amd64", true))
        .isEqualTo("wanted Linux, got Windows 11");
    assertThat(NativeProbe.whyNot("Linux", "riscv64", true)).contains("got riscv64");
    assertThat(NativeProbe.whyNot("Linux", "aarch64", true)).isNull();
    assertThat(NativeProbe.whyNot("Linux", "amd64", false)).contains("--enable-native-access=");
    assertThat(new EpollProvider().unavailableBecause()).isNull();
  }
}
