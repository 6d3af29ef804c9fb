// SPDX-License-Identifier: Apache-2.0
package whirlwind.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Each rule finds the violation that was planted for it, and nothing beside it. */
class RulesSelfCheckTest {
  private static final String ROOT = "whirlwind/rules/planted/";

  private final HouseRules planted =
      new HouseRules(ROOT, CompiledClasses.besides(RulesSelfCheckTest.class, ROOT));

  @Test
  void aCycleIsFoundFromEitherEnd() {
    assertThat(planted.packageCycles()).containsExactly("io -> net -> io", "net -> io -> net");
  }

  @Test
  void anEdgeUpwardsIsFound() {
    assertThat(planted.floorViolations(RulesTest.FLOORS))
        .containsExactly("io -> net", "loop -> stream", "stream -> coroutine");
  }

  @Test
  void aPackageWithoutAFloorIsFound() {
    assertThat(planted.floorViolations(Map.of("io", Set.of("net"))))
        .contains("net has no floor", "loop has no floor");
  }

  @Test
  void anEdgeInAGenericSignatureAloneIsFound() {
    assertThat(planted.packageEdges()).containsEntry("loop", new TreeSet<>(Set.of("stream")));
  }

  @Test
  void aCallOfSuspendIsFoundAlsoAsAMethodReference() {
    assertThat(
            planted.callersOf(
                ROOT + "coroutine/Coroutine", "suspend", RulesTest.MAY_SUSPEND::contains))
        .containsExactly(
            "stream.Suspends#byMethodReference -> " + ROOT + "coroutine/Coroutine.suspend",
            "stream.Suspends#directly -> " + ROOT + "coroutine/Coroutine.suspend");
  }

  @Test
  void aReadOfTheClockIsFoundUnlessItIsAllowed() {
    assertThat(
            planted.callersOf(
                "java/lang/System", "nanoTime", RulesTest.MAY_READ_THE_CLOCK::contains))
        .containsExactly("stream.ReadsTheClock#now -> java/lang/System.nanoTime");
    assertThat(planted.callersOf("java/lang/System", "nanoTime", "stream.ReadsTheClock"::equals))
        .isEmpty();
  }

  @Test
  void aPublicTypeOutsideANullMarkedPackageIsFound() {
    assertThat(planted.publicTypesWithoutNullMarked()).containsExactly("io.ReachesUp");
  }

  @Test
  void anUnfinishedLineIsFound() {
    assertThat("// TO" + "DO: later").containsPattern(RulesTest.UNFINISHED);
    assertThat("List<Todo> todos").doesNotContainPattern(RulesTest.UNFINISHED);
  }

  @Test
  void rulesOverNothingAreRefused() {
    assertThatThrownBy(() -> new HouseRules(ROOT, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none found");
  }
}
