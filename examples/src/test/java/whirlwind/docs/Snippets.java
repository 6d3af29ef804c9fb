// SPDX-License-Identifier: Apache-2.0
package whirlwind.docs;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import whirlwind.docs.Page.Block;

/**
 * The blocks of Java of some pages as programs: all are compiled at once, with everything of ours
 * imported.
 *
 * <p>A block is a program of its own if it has a {@code main}; the members of a class if it
 * declares methods or types; else statements, which run in a coroutine with {@link Given} around
 * them.
 */
final class Snippets {
  private static final String IMPORTS =
      "import module java.base; import java.util.List; import javax.net.ssl.*; import"
          + " whirlwind.future.*; import whirlwind.io.*; import whirlwind.loop.*; import"
          + " whirlwind.net.*; import whirlwind.process.*; import whirlwind.stream.*; import"
          + " whirlwind.diagnosis.*; import whirlwind.sync.*; import whirlwind.testing.*; import"
          + " whirlwind.tls.*; import org.junit.jupiter.api.Test; import static"
          + " org.assertj.core.api.Assertions.*; ";

  private static final Pattern IMPORT = Pattern.compile("(?m)^import .*;$");
  private static final Pattern MAIN = Pattern.compile("(?m)^(static )?void main\\(");
  private static final Pattern MEMBERS =
      Pattern.compile(
          "(?m)^(@LoopTest|@Test|(final |sealed |public |abstract )*(class|record|interface|enum)"
              + " \\w+|(static |private )*(?!return|new|throw)[\\w<>\\[\\]]+ \\w+\\([^)]*\\)"
              + "( throws [\\w, ]+)? \\{$)");

  private final Path output;
  private final Map<Block, String> classNames = new LinkedHashMap<>();

  Snippets(Path output) {
    this.output = output;
  }

  /** What the compiler says against these blocks, each with its place on the page. */
  List<String> compile(List<Block> blocks) {
    var sources = new ArrayList<JavaFileObject>();
    var places = new LinkedHashMap<URI, Block>();
    for (var block : blocks) {
      var name = "Block" + classNames.size();
      classNames.put(block, name);
      var source = new Source(name, sourceOf(name, block.code()));
      sources.add(source);
      places.put(source.toUri(), block);
    }
    var diagnostics = new DiagnosticCollector<JavaFileObject>();
    var options =
        List.of(
            "-proc:none",
            "-parameters",
            "-Xlint:none",
            "-cp",
            System.getProperty("java.class.path"),
            "-d",
            output.toString());
    ToolProvider.getSystemJavaCompiler()
        .getTask(null, null, diagnostics, options, null, sources)
        .call();
    return diagnostics.getDiagnostics().stream()
        .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
        .map(
            error -> {
              var where = error.getSource() == null ? null : places.get(error.getSource().toUri());
              return where == null
                  ? error.toString()
                  // The block begins on the second line of its source.
                  : "%s:%d: %s"
                      .formatted(
                          where.file(),
                          where.line() + error.getLineNumber() - 2,
                          error.getMessage(null));
            })
        .toList();
  }

  /** Whether a block consists of statements, which can be run as they are. */
  static boolean isStatements(Block block) {
    return !MAIN.matcher(block.code()).find() && !MEMBERS.matcher(block.code()).find();
  }

  private static String sourceOf(String name, String code) {
    var imports = IMPORT.matcher(code).results().map(i -> i.group()).collect(Collectors.joining());
    var rest = IMPORT.matcher(code).replaceAll("");
    if (MAIN.matcher(code).find()) {
      return IMPORTS + imports + "\n" + rest;
    }
    var head = IMPORTS + imports + "public class " + name + " extends whirlwind.docs.Given {";
    return MEMBERS.matcher(code).find()
        ? head + "\n" + rest + "\n}"
        : head + " public void run() throws Exception {\n" + rest + "\n}}";
  }

  /** The class of a block that has been compiled. */
  Class<?> load(Block block) throws IOException, ClassNotFoundException {
    var loader = new URLClassLoader(new URL[] {output.toUri().toURL()});
    return loader.loadClass(classNames.get(block));
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
