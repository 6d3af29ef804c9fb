// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How a process that somebody debugs is known. */
class DebuggerTest {

  @Test
  @Tag("DIA-10")
  void theAgentOfADebuggerTellsItself() {
    assertThat(Debugger.isAmong(Stream.of("-agentlib:jdwp=transport=dt_socket,server=y", "-jar")))
        .isTrue();
    assertThat(Debugger.isAmong(Stream.of("-Xmx1g -agentlib:jdwp=server=y", null))).isTrue();
    assertThat(Debugger.isAmong(Stream.of("-Xrunjdwp:server=y"))).isTrue();
    assertThat(Debugger.isAmong(Stream.of("-agentlib:other", "jdwp", null))).isFalse();
    assertThat(Debugger.isAmong(Stream.empty())).isFalse();
  }
}
