// SPDX-License-Identifier: Apache-2.0
package whirlwind.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import whirlwind.linux.EpollProvider;

/** The structure of this module, checked on its compiled classes. */
class LinuxRulesTest {
  private final HouseRules linux =
      new HouseRules("whirlwind/", CompiledClasses.besides(EpollProvider.class, "whirlwind/"));

  @Test
  void nobodyReadsTheTime() {
    assertThat(linux.callersOf("java/lang/System", "nanoTime", _ -> false)).isEmpty();
    assertThat(linux.callersOf("java/lang/System", "currentTimeMillis", _ -> false)).isEmpty();
  }

  @Test
  void nullsAreDeclared() {
    assertThat(linux.publicTypesWithoutNullMarked()).isEmpty();
  }

  /** Native access is granted to what this one class does. */
  @Test
  void oneClassCallsIntoC() {
    var mayCall = Set.of("linux.Downcall");
    for (String method : Set.of("downcallHandle", "nativeLinker", "captureStateLayout")) {
      assertThat(linux.callersOf("java/lang/foreign/Linker", method, mayCall::contains)).isEmpty();
    }
    assertThat(linux.callersOf("java/lang/foreign/MemorySegment", "reinterpret", mayCall::contains))
        .isEmpty();
  }
}
