// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line. */
class ChatOptionsTest {

  @Test
  void withoutArgumentsTheDefaultsHold() {
    assertThat(ChatOptions.parse())
        .isEqualTo(ChatOptions.DEFAULTS)
        .returns("0.0.0.0", ChatOptions::host)
        .returns(8888, ChatOptions::port);
  }

  @Test
  void everyOptionIsTakenInAnyOrder() {
    assertThat(
            ChatOptions.parse(
                "--idle", "30", "7000", "--backlog", "100000", "--host", "::1", "--history", "5"))
        .isEqualTo(new ChatOptions("::1", 7000, Duration.ofSeconds(30), 5, 100_000));
  }

  @ParameterizedTest
  @CsvSource({
    "70000, 'port: wanted from 0 to 65535, got 70000'",
    "http, 'port: wanted a number, got \"http\"'",
    "1 2, 'wanted a port or an option, got \"2\"'",
    "--port 1, 'wanted a port or an option, got \"--port\"'",
    "--host, '--host: wanted a value, got none'",
    "--idle 0, '--idle: wanted from 1 to 2147483647, got 0'",
    "--history -1, '--history: wanted from 0 to 1000, got -1'",
    "--backlog many, '--backlog: wanted a number, got \"many\"'",
    "--history 0 --backlog 100, '--backlog: wanted from 25600 to 1073741824, got 100'",
  })
  void nonsenseIsRefusedInWords(String line, String message) {
    assertThatThrownBy(() -> ChatOptions.parse(line.split(" ")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
