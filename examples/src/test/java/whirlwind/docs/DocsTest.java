// SPDX-License-Identifier: Apache-2.0
package whirlwind.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.docs.Page.Block;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;

/** What the pages say is true: their Java compiles and runs, their links lead somewhere. */
class DocsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static @TempDir Path output;
  private static List<Page> pages;
  private static List<Block> blocks;
  private static List<String> errors;
  private static Snippets snippets;

  @BeforeAll
  static void readThePages() throws IOException {
    pages = new ArrayList<>();
    try (var files = Files.walk(ROOT)) {
      for (var file : files.filter(DocsTest::isPage).sorted().toList()) {
        pages.add(Page.read(file));
      }
    }
    blocks =
        pages.stream()
            .flatMap(page -> page.blocks().stream())
            .filter(block -> block.language().equals("java"))
            .toList();
    snippets = new Snippets(output);
    errors = snippets.compile(blocks);
  }

  /** Whether it is one of ours, and not of what was built or fetched. */
  private static boolean isPage(Path file) {
    var path = "/" + ROOT.relativize(file).toString().replace(File.separatorChar, '/');
    return path.endsWith(".md") && !path.contains("/target/") && !path.contains("/.");
  }

  @Test
  void thereIsSomethingToCheck() {
    assertThat(pages)
        .extracting(page -> page.file().getFileName().toString())
        .contains("README.md", "operating.md", "behaviours.md");
    assertThat(blocks).hasSizeGreaterThan(3);
  }

  @Test
  void everyBlockOfJavaCompiles() {
    assertThat(errors).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> everyBlockOfStatementsRuns() {
    return blocks.stream()
        .filter(block -> block.compiledOnly() == null && Snippets.isStatements(block))
        .map(block -> DynamicTest.dynamicTest(block.place(), () -> run(snippets, block)));
  }

  @TestFactory
  Stream<DynamicTest> everyLinkAndNameIsThere() throws IOException {
    var check = new PageCheck(new Api(namesOfSources()));
    return pages.stream()
        .map(
            page ->
                DynamicTest.dynamicTest(
                    page.file().getFileName().toString(),
                    () -> assertThat(problemsOf(check, page)).isEmpty()));
  }

  private static Set<String> namesOfSources() throws IOException {
    try (var files = Files.walk(ROOT)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".java"))
          .map(name -> name.replace(".java", ""))
          .collect(Collectors.toSet());
    }
  }

  private static List<String> problemsOf(PageCheck check, Page page) throws IOException {
    // Behaviours quote what the tests do; the changelog names what was.
    var nameless = List.of("behaviours.md", "CHANGELOG.md");
    return nameless.contains(page.file().getFileName().toString())
        ? PageCheck.deadLinks(page)
        : check.problemsOf(page);
  }

  @Test
  void everyBlockThatIsNotRunSaysWhy() {
    assertThat(blocks)
        .filteredOn(block -> !Snippets.isStatements(block) && block.compiledOnly() == null)
        .extracting(Block::place)
        .isEmpty();
  }

  /** Runs the statements of a block in a coroutine of a new loop. */
  static void run(Snippets snippets, Block block) throws Exception {
    var type = snippets.load(block);
    try (var loop = new IOLoop(LoopOptions.defaults().withName("docs"))) {
      loop.runSync(
          () -> {
            try (var statements = (Given) type.getConstructor().newInstance()) {
              statements.run();
            }
            return null;
          },
          LIMIT);
    }
  }
}
