// SPDX-License-Identifier: Apache-2.0
package whirlwind.rules;

import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which tests quote which behaviour, read from the sources of test classes.
 *
 * <p>A tag counts when it stands among the annotations of a method that JUnit runs. One on a class,
 * on a disabled test or on no test proves nothing and is listed in {@link #strays}.
 */
final class TaggedTests {
  private static final Pattern TAG = Pattern.compile("@Tag\\(\"(" + Behaviour.NUMBER + ")\"\\)");
  private static final Pattern RUN = Pattern.compile("@\\w*(Test|TestFactory|TestTemplate)\\b");
  private static final Pattern DISABLED = Pattern.compile("@Disabled\\b");
  private static final Pattern TYPE = Pattern.compile("\\b(class|interface|record|enum) \\w+");
  private static final Pattern METHOD =
      Pattern.compile("^\\s*[\\w<>?,. \\[\\]]*\\b(?:void|\\w+(?:<[^=;]*>)?)\\s+(\\w+)\\(");

  private final SortedMap<String, SortedSet<String>> testsByNumber = new TreeMap<>();
  private final SortedSet<String> strays = new TreeSet<>();

  /** Reads one source file; the class is called by the file's name. */
  void read(String className, String text) {
    var tags = new TreeSet<String>();
    boolean run = false;
    boolean disabled = false;
    boolean inAnnotation = false;
    for (String line : text.lines().toList()) {
      String code = line.strip();
      if (code.startsWith("//") || code.startsWith("*") || code.startsWith("/*")) {
        continue;
      }
      if (code.startsWith("@") || inAnnotation) {
        Matcher tag = TAG.matcher(code);
        while (tag.find()) {
          tags.add(tag.group(1));
        }
        run |= RUN.matcher(code).find();
        disabled |= DISABLED.matcher(code).find();
        inAnnotation = inAnnotation ? !code.endsWith(")") : opensParentheses(code);
        continue;
      }
      Matcher method = METHOD.matcher(line);
      boolean isMethod = method.find() && !TYPE.matcher(code).find();
      if (isMethod || TYPE.matcher(code).find() || code.endsWith(";")) {
        String name = isMethod ? className + "." + method.group(1) : className + ": " + code;
        file(tags, name, isMethod && run && !disabled);
        tags.clear();
        run = false;
        disabled = false;
      }
    }
  }

  /** True for an annotation that goes on in the next line. */
  private static boolean opensParentheses(String code) {
    return code.chars().filter(c -> c == '(').count() > code.chars().filter(c -> c == ')').count();
  }

  private void file(Set<String> tags, String name, boolean proves) {
    for (String tag : tags) {
      if (proves) {
        testsByNumber.computeIfAbsent(tag, _ -> new TreeSet<>()).add(name);
      } else {
        strays.add(tag + " at " + name);
      }
    }
  }

  /** The tests that quote the number, as {@code Class.method}. */
  List<String> of(String number) {
    return List.copyOf(testsByNumber.getOrDefault(number, new TreeSet<>()));
  }

  /** Every number that a test quotes. */
  Set<String> numbers() {
    return Set.copyOf(testsByNumber.keySet());
  }

  /** Tags that prove nothing, with their place. */
  Set<String> strays() {
    return Set.copyOf(strays);
  }
}
