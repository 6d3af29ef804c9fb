// SPDX-License-Identifier: Apache-2.0
package whirlwind.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check of the pages finds what is wrong. */
class DocsCheckTest {
  private @TempDir Path directory;

  private Page page(String text) throws IOException {
    return Page.read(Files.writeString(directory.resolve("page.md"), text));
  }

  private List<String> problems(String text) throws IOException {
    return new PageCheck(new Api(Set.of("RunQueue"))).problemsOf(page(text));
  }

  @Test
  void aBlockThatDoesNotCompileIsNamedWithItsLine() throws IOException {
    var page = page("# T\n\n```java\nvar a = 1;\nstream.readUntill(\"x\");\n```\n");
    assertThat(new Snippets(directory).compile(page.blocks()))
        .singleElement()
        .asString()
        .contains("page.md:5: ", "readUntill");
  }

  @Test
  void aProgramOrMembersThatDoNotCompileAreFound() throws IOException {
    var page =
        page(
            """
            ```java
            void main() { IOLoop.runs(); }
            ```
            ```java
            record Answer(String text) {
              int size() { return text; }
            }
            ```
            """);
    assertThat(new Snippets(directory).compile(page.blocks()))
        .hasSize(2)
        .satisfiesExactly(
            first -> assertThat(first).contains("page.md:2: ", "runs"),
            second -> assertThat(second).contains("page.md:6: "));
  }

  @Test
  void aBlockThatFailsWhenItRunsFails() throws IOException {
    var page = page("```java\nassertThat(stream.closed()).isTrue();\n```\n");
    var snippets = new Snippets(directory);
    assertThat(snippets.compile(page.blocks())).isEmpty();
    assertThatThrownBy(() -> DocsTest.run(snippets, page.blocks().getFirst()))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void aReasonNotToRunIsReadFromTheLineBefore() throws IOException {
    var page =
        page("<!-- compiled only: serves for ever -->\n```java\nint i;\n```\n```java\n```\n");
    assertThat(page.blocks())
        .extracting(Page.Block::compiledOnly)
        .containsExactly("serves for ever", null);
  }

  @Test
  void linksThatLeadNowhereAreFound() throws IOException {
    Files.writeString(directory.resolve("other.md"), "## Where it is, `now`\n");
    assertThat(
            problems(
                """
                [a](other.md) [b](other.md#where-it-is-now) [c](https://example.org/x) [d](#top)
                [e](missing.md)
                [f](other.md#elsewhere)
                # Top
                """))
        .satisfiesExactly(
            first -> assertThat(first).endsWith(":2: dead link missing.md"),
            second -> assertThat(second).endsWith(":3: dead link other.md#elsewhere"));
  }

  @Test
  void namesThatTheApiLacksAreFound() throws IOException {
    assertThat(
            problems(
                """
                `IOLoop.runSync`, `stream.readUntil(...)`, `await()`, `Duration`, `mvn verify`, `RunQueue`
                `IOLoop.runLater`
                `stream.readLine(...)`
                `awaitForEver()`
                `IOLooper`
                """))
        .extracting(problem -> problem.substring(problem.indexOf('`')))
        .containsExactly(
            "`IOLoop.runLater` is not there",
            "`stream.readLine(...)` is not there",
            "`awaitForEver()` is not there",
            "`IOLooper` is not there");
  }

  @Test
  void namesOfOthersAreLeftAlone() throws IOException {
    assertThat(problems("<!-- names of others: ChannelPipeline, fireRead -->\n`ChannelPipeline`"))
        .isEmpty();
  }
}
