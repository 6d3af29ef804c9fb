// SPDX-License-Identifier: Apache-2.0
package whirlwind.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The checked-out tree that the rules are about, whichever module's directory the tests run in. */
record Repository(Path root) {

  static Repository find() {
    Path start = Path.of("").toAbsolutePath();
    for (Path at = start; at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve(".mvn"))) {
        return new Repository(at);
      }
    }
    throw new IllegalStateException("no directory with .mvn at or above " + start);
  }

  /** The modules: the directories that have a POM of their own, by name. */
  List<Path> modules() {
    try (Stream<Path> children = Files.list(root)) {
      return children.filter(child -> Files.exists(child.resolve("pom.xml"))).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text of every Java file below {@code src/main} or {@code src/test} of a module. */
  SortedMap<Path, String> sources(Path module, String kind) {
    var texts = new TreeMap<Path, String>();
    Path sources = module.resolve("src").resolve(kind).resolve("java");
    if (!Files.isDirectory(sources)) {
      return texts;
    }
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        texts.put(root.relativize(file), Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return texts;
  }
}
