// SPDX-License-Identifier: Apache-2.0
package whirlwind.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The map finds tags where they count, and every way in which list and tests can disagree. */
class BehaviourMapSelfCheckTest {
  private final TaggedTests tests = new TaggedTests();

  /** Puts numbers into the text: a literal tag in this file would count as one of its own. */
  private void read(String text, Object... numbers) {
    tests.read("SampleTest", text.formatted(numbers));
  }

  @Test
  void tagsOfATestMethodCountInAnyOrderAndNumber() {
    read(
        """
        class SampleTest {
          @Tag("%s")
          @Test
          @Tag("%s")
          void first() throws Exception {
            call();
          }

          @ParameterizedTest @Tag("%s")
          @CsvSource({
            "one(1)",
            "two"
          })
          void second(String text) {}
        """,
        "STR-1", "STR-2", "STR-1");

    assertThat(tests.of("STR-1")).containsExactly("SampleTest.first", "SampleTest.second");
    assertThat(tests.of("STR-2")).containsExactly("SampleTest.first");
    assertThat(tests.strays()).isEmpty();
  }

  @Test
  void generatedTestsCount() {
    read("  @TestFactory\n  @Tag(\"%s\")\n  Stream<DynamicTest> cases() {\n", "STR-1");
    assertThat(tests.of("STR-1")).containsExactly("SampleTest.cases");
  }

  @Test
  void aTagInACommentIsNone() {
    read("  // @Tag(\"%s\")\n  @Test\n  void plain() {}\n", "STR-1");
    assertThat(tests.numbers()).isEmpty();
  }

  @Test
  void aTagOnAClassADisabledTestOrNoTestIsAStray() {
    read(
        """
        @Tag("%s")
        class SampleTest {
          @Test @Disabled("slow")
          @Tag("%s")
          void disabled() {}

          @Tag("%s")
          void forgotten() {}
        """,
        "STR-1", "STR-2", "STR-3");

    assertThat(tests.numbers()).isEmpty();
    assertThat(tests.strays())
        .containsExactlyInAnyOrder(
            "STR-1 at SampleTest: class SampleTest {",
            "STR-2 at SampleTest.disabled",
            "STR-3 at SampleTest.forgotten");
  }

  @Test
  void listAndTestsThatDisagreeAreFound() {
    read("  @Test\n  @Tag(\"%s\")\n  @Tag(\"%s\")\n  void one() {}\n", "STR-2", "STR-9");
    var map =
        new BehaviourMap(
            List.of(
                Behaviour.parse("STR-1\tunproven\ttest"),
                Behaviour.parse("STR-2\tproven\tn/a\tsaid to make no sense"),
                Behaviour.parse("STR-3\tleft out\tn/a\tno reason is too good")),
            tests);

    assertThat(map.unproven()).containsExactly("STR-1 unproven");
    assertThat(map.provenInSpiteOfReason()).containsExactly("STR-2 by [SampleTest.one]");
    assertThat(map.unknown()).containsExactly("STR-9");
    assertThat(map.toMarkdown())
        .contains("| STR-1 | unproven | none yet |")
        .contains("| STR-2 | proven | `SampleTest.one` |")
        .contains("| STR-3 | left out | n/a: no reason is too good |");
  }

  @Test
  void badLinesAreRefused() {
    for (String line :
        List.of("STR-1\ttitle", "STR-1\ttitle\tmaybe", "STR-1\ttitle\tn/a\t", "S1\ttitle\ttest")) {
      assertThatThrownBy(() -> Behaviour.parse(line)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(
            () ->
                new BehaviourMap(
                    List.of(Behaviour.parse("STR-1\ta\ttest"), Behaviour.parse("STR-1\tb\ttest")),
                    tests))
        .hasMessageContaining("STR-1");
  }
}
