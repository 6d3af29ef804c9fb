// SPDX-License-Identifier: Apache-2.0
package whirlwind.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every behaviour is proven by a test that quotes its number, and the page says by which. */
class BehaviourMapTest {
  private static final Pattern EXTENDS = Pattern.compile("\\bextends (\\w+)");
  private static final String WRITE = "whirlwind.behaviours.write";
  private static final String COMMAND =
      "mvn -q test -pl testing -am -Dtest=BehaviourMapTest#thePageIsUpToDate"
          + " -Dsurefire.failIfNoSpecifiedTests=false -D"
          + WRITE
          + "=true";

  private final Repository repository = Repository.find();
  private final TaggedTests tests = new TaggedTests();
  private final List<String> idleContracts = new ArrayList<>();
  private final BehaviourMap map;

  BehaviourMapTest() throws IOException {
    readTests();
    Path list = repository.root().resolve("testing/src/test/resources/behaviours.tsv");
    map =
        new BehaviourMap(
            Files.readAllLines(list).stream().skip(1).map(Behaviour::parse).toList(), tests);
  }

  /** All test classes, and the contract suites of the test kit that a test class extends. */
  private void readTests() {
    var extended = new HashSet<String>();
    for (Path module : repository.modules()) {
      repository
          .sources(module, "test")
          .forEach(
              (file, text) -> {
                tests.read(className(file), text);
                extended.addAll(supertypes(text));
              });
    }
    var contracts = new TreeMap<String, String>();
    repository
        .sources(repository.root().resolve("testing"), "main")
        .forEach((file, text) -> contracts.put(className(file), text));
    // A suite may extend a suite: go on until nothing is added.
    while (extended.addAll(
        contracts.keySet().stream()
            .filter(extended::contains)
            .flatMap(name -> supertypes(contracts.get(name)).stream())
            .toList())) {}
    contracts.forEach(
        (name, text) -> {
          if (extended.contains(name)) {
            tests.read(name, text);
          } else if (text.contains("@Tag(\"")) {
            idleContracts.add(name);
          }
        });
  }

  private static List<String> supertypes(String text) {
    return EXTENDS.matcher(text).results().map(match -> match.group(1)).toList();
  }

  @Test
  void everyBehaviourIsProvenOrSaysWhyNot() {
    assertThat(map.unproven()).as("behaviours without a test").isEmpty();
  }

  @Test
  void whatMakesNoSenseIsNotTested() {
    assertThat(map.provenInSpiteOfReason()).as("behaviours that are n/a and tested").isEmpty();
  }

  @Test
  void tagsQuoteBehavioursThatExist() {
    assertThat(map.unknown()).as("numbers that behaviours.tsv does not have").isEmpty();
  }

  @Test
  void tagsStandOnTestsThatRun() {
    assertThat(tests.strays()).as("tags on what is no running test method").isEmpty();
    assertThat(idleContracts).as("contract suites that no test extends").isEmpty();
  }

  @Test
  void thePageIsUpToDate() throws IOException {
    Path page = repository.root().resolve("docs/behaviours.md");
    if (Boolean.getBoolean(WRITE)) {
      Files.createDirectories(page.getParent());
      Files.writeString(page, map.toMarkdown());
    }
    String found = Files.exists(page) ? Files.readString(page) : "";
    assertThat(found.equals(map.toMarkdown()))
        .as("docs/behaviours.md is up to date; if not, run: %s", COMMAND)
        .isTrue();
  }

  private static String className(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - ".java".length());
  }
}
