// SPDX-License-Identifier: Apache-2.0
package whirlwind.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import whirlwind.stream.StreamLimits;

class CommandTest {
  private final Command command = Command.of("program", "argument");

  @Test
  void byDefaultAllThreeAreStreams() {
    assertThat(List.of(command.stdin(), command.stdout(), command.stderr()))
        .containsOnly(Stdio.STREAM);
    assertThat(command.directory()).isNull();
    assertThat(command.environment()).isEqualTo(System.getenv());
    assertThat(command.limits()).isEqualTo(StreamLimits.defaults());
  }

  @Test
  void eachPartCanBeReplaced() {
    var changed =
        command
            .withDirectory(Path.of("/"))
            .withEnvironment(Map.of("A", "1"))
            .withVariable("B", "2")
            .withStdin(Stdio.DISCARD)
            .withStdout(Stdio.INHERIT)
            .withStderr(Stdio.SAME_AS_STDOUT)
            .withLimits(StreamLimits.defaults().withMaxBufferSize(7));
    assertThat(changed)
        .isEqualTo(
            new Command(
                List.of("program", "argument"),
                Path.of("/"),
                Map.of("A", "1", "B", "2"),
                Stdio.DISCARD,
                Stdio.INHERIT,
                Stdio.SAME_AS_STDOUT,
                StreamLimits.defaults().withMaxBufferSize(7)));
    assertThat(command).as("itself it never changes").isEqualTo(Command.of("program", "argument"));
  }

  @Test
  void laterChangesOfTheCallersListDoNotReachIt() {
    var words = new ArrayList<>(List.of("program"));
    var made = Command.of(words);
    words.add("more");
    assertThat(made.words()).containsExactly("program");
  }

  @Test
  void aCommandWithoutAProgramIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Command.of())
        .withMessageContaining("wanted at least a program, got []");
    assertThatIllegalArgumentException().isThrownBy(() -> Command.of("", "x"));
  }

  @Test
  void charactersThatNoProgramCanGetAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Command.of("program", "a\0b"))
        .withMessageContaining("NUL, got one at index 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> command.withVariable("A", "\0"))
        .withMessageContaining("A");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> command.withVariable("A=B", "x"))
        .withMessageContaining("A=B");
    assertThatIllegalArgumentException().isThrownBy(() -> command.withVariable("", "x"));
  }

  @Test
  void placesThatAStandardStreamCannotLeadToAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> command.withStdin(Stdio.SAME_AS_STDOUT))
        .withMessageContaining("stdin");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> command.withStdout(Stdio.SAME_AS_STDOUT))
        .withMessageContaining("stdout");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> command.withStdin(Stdio.append(Path.of("log"))))
        .withMessageContaining("the end of log");
  }

  @Test
  void itsTextDoesNotShowTheEnvironment() {
    assertThat(command.withVariable("PASSWORD", "secret"))
        .hasToString("Command[program, argument]");
  }
}
