// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.loop.IOLoop;
import whirlwind.programs.PrintsPoller;

/** Which poller a process gets, in processes of their own: access is granted at their start. */
class EpollChoiceTest {
  @TempDir private Path directory;

  private String onTheClassPath(String... options) throws IOException, InterruptedException {
    return ChildJvm.onTheClassPath(options).output(directory, PrintsPoller.class);
  }

  @Test
  void withNativeAccessItIsChosenInSilence() throws Exception {
    assertThat(onTheClassPath(ChildJvm.NATIVE_ACCESS)).isEqualTo("poller epoll\n");
  }

  @Test
  void withoutNativeAccessOneLineSaysWhyAndWhatToDo() throws Exception {
    assertThat(onTheClassPath())
        .contains("poller nio\n")
        .containsOnlyOnce("loops use the nio poller because epoll is not usable here")
        .containsOnlyOnce(ChildJvm.NATIVE_ACCESS)
        .as("warnings of the JDK")
        .doesNotContainIgnoringCase("restricted method")
        .doesNotContain("WARNING");
  }

  @Test
  void askedForByNameWithoutNativeAccessItIsRefusedWithTheReason() throws Exception {
    assertThat(onTheClassPath("-Dwhirlwind.poller=epoll"))
        .contains("refused: poller epoll is not usable here: native access is not enabled")
        .contains(ChildJvm.NATIVE_ACCESS)
        .doesNotContain("WARNING");
  }

  @Test
  void anotherMayBeAskedFor() throws Exception {
    assertThat(onTheClassPath(ChildJvm.NATIVE_ACCESS, "-Dwhirlwind.poller=nio"))
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
    var options = List.of("-p", modules, "--add-modules", "whirlwind.linux", access, "-cp", tests);
    return new ChildJvm(List.of(), options).output(directory, PrintsPoller.class);
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
