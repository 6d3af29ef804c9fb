// SPDX-License-Identifier: Apache-2.0
package whirlwind.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A page of the documentation, as far as it can be checked.
 *
 * <p>A comment alone on the line before a block of Java says what cannot be done with it: {@code
 * <!-- compiled only: REASON -->}. A comment {@code <!-- names of others: A, B -->} anywhere on the
 * page lists types that are neither ours nor the JDK's.
 */
record Page(
    Path file,
    List<Block> blocks,
    List<Mention> links,
    List<Mention> codeSpans,
    Set<String> anchors,
    Set<String> namesOfOthers) {

  /** A fenced block; {@code line} is that of its first line of code, counted from 1. */
  record Block(Path file, int line, String language, String code, @Nullable String compiledOnly) {
    String place() {
      return file.getFileName() + ":" + line;
    }
  }

  /** Something that is written at a line. */
  record Mention(int line, String text) {}

  private static final Pattern FENCE = Pattern.compile("\\s*```(\\w*)\\s*");
  private static final Pattern COMPILED_ONLY = Pattern.compile("<!-- compiled only: (.+) -->");
  private static final Pattern OTHERS = Pattern.compile("<!-- names of others: (.+) -->");
  private static final Pattern HEADING = Pattern.compile("#{1,6} +(.*?) *#*");
  private static final Pattern LINK = Pattern.compile("(?<!`)\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  static Page read(Path file) throws IOException {
    var page =
        new Page(
            file,
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new HashSet<>(),
            new HashSet<>());
    page.parse(Files.readAllLines(file));
    return page;
  }

  private void parse(List<String> lines) {
    String before = "";
    for (int i = 0; i < lines.size(); i++) {
      var fence = FENCE.matcher(lines.get(i));
      if (fence.matches()) {
        int end = i + 1;
        while (end < lines.size() && !FENCE.matcher(lines.get(end)).matches()) {
          end++;
        }
        var code = String.join("\n", lines.subList(i + 1, end));
        blocks.add(new Block(file, i + 2, fence.group(1), code, reasonOrNull(before)));
        i = end;
        before = "";
      } else {
        prose(i + 1, lines.get(i));
        before = lines.get(i);
      }
    }
  }

  private static @Nullable String reasonOrNull(String before) {
    var comment = COMPILED_ONLY.matcher(before.strip());
    return comment.matches() ? comment.group(1) : null;
  }

  private void prose(int number, String line) {
    var heading = HEADING.matcher(line);
    if (heading.matches()) {
      anchors.add(anchorOf(heading.group(1)));
    }
    LINK.matcher(line).results().forEach(link -> links.add(new Mention(number, link.group(1))));
    CODE.matcher(line).results().forEach(code -> codeSpans.add(new Mention(number, code.group(1))));
    var others = OTHERS.matcher(line);
    if (others.find()) {
      namesOfOthers.addAll(List.of(others.group(1).split(", *")));
    }
  }

  /** As the usual hosts of Markdown make it of a heading. */
  private static String anchorOf(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
  }
}
