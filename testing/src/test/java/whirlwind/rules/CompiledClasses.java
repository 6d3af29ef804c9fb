// SPDX-License-Identifier: Apache-2.0
package whirlwind.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The class files at one place of the class path: a directory or a jar. */
final class CompiledClasses {
  private CompiledClasses() {}

  /** All classes that come from where {@code member} came from, whose names start with prefix. */
  static List<ClassModel> besides(Class<?> member, String prefix) {
    try {
      URI place = member.getProtectionDomain().getCodeSource().getLocation().toURI();
      Path path = Path.of(place);
      if (Files.isDirectory(path)) {
        return below(path, prefix);
      }
      try (FileSystem jar = FileSystems.newFileSystem(path)) {
        return below(jar.getPath("/"), prefix);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("no readable place for " + member, e);
    }
  }

  private static List<ClassModel> below(Path root, String prefix) throws IOException {
    var classes = new ArrayList<ClassModel>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
        if (root.relativize(file).toString().startsWith(prefix)) {
          classes.add(ClassFile.of().parse(Files.readAllBytes(file)));
        }
      }
    }
    return List.copyOf(classes);
  }
}
