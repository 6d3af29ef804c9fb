// SPDX-License-Identifier: Apache-2.0
package whirlwind.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Finds links that lead nowhere, and names of an API that is not there. */
final class PageCheck {
  private static final Pattern MEMBER = Pattern.compile("(\\w+)\\.((?!java)[a-z]\\w*)(\\(.*\\))?");
  private static final Pattern CALL = Pattern.compile("([a-z]\\w*)\\(.*\\)");
  private static final Pattern TYPE = Pattern.compile("[A-Z]\\w*[a-z]\\w*");

  private final Api api;

  PageCheck(Api api) {
    this.api = api;
  }

  /** What is wrong with a page, each with its place. */
  List<String> problemsOf(Page page) throws IOException {
    var problems = new ArrayList<>(deadLinks(page));
    for (var span : page.codeSpans()) {
      var name = span.text().strip();
      if (isUnknown(page, name)) {
        problems.add("%s:%d: `%s` is not there".formatted(page.file(), span.line(), name));
      }
    }
    return problems;
  }

  static List<String> deadLinks(Page page) throws IOException {
    var problems = new ArrayList<String>();
    for (var link : page.links()) {
      if (!link.text().matches("[a-z]+:.*") && leadsNowhere(page, link.text())) {
        problems.add("%s:%d: dead link %s".formatted(page.file(), link.line(), link.text()));
      }
    }
    return problems;
  }

  private static boolean leadsNowhere(Page page, String link) throws IOException {
    var parts = link.split("#", 2);
    var target =
        parts[0].isEmpty() ? page.file() : page.file().resolveSibling(parts[0]).normalize();
    if (!Files.exists(target)) {
      return true;
    }
    return parts.length == 2 && !Page.read(target).anchors().contains(parts[1]);
  }

  private boolean isUnknown(Page page, String name) {
    var member = MEMBER.matcher(name);
    if (member.matches() && !page.namesOfOthers().contains(member.group(1))) {
      var type = api.typeOf(member.group(1));
      return api.isOurs(type) && !api.hasMember(type, member.group(2));
    }
    var call = CALL.matcher(name);
    if (call.matches()) {
      return !api.hasMember(call.group(1)) && !page.namesOfOthers().contains(call.group(1));
    }
    return TYPE.matcher(name).matches()
        && !api.isKnown(name)
        && !page.namesOfOthers().contains(name);
  }
}
