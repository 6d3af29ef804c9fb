// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks.micro;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Results as Markdown: an operation a row, a peer a column, in the order in which they came. */
final class Table {
  private final Map<String, Map<String, Object>> rows = new LinkedHashMap<>();
  private final Set<String> columns = new LinkedHashSet<>();

  void put(String row, String column, Object cell) {
    columns.add(column);
    rows.computeIfAbsent(row, _ -> new LinkedHashMap<>()).put(column, cell);
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    line(text, "operation", columns);
    text.append("|---|").append("---:|".repeat(columns.size())).append('\n');
    rows.forEach(
        (row, cells) ->
            line(text, row, columns.stream().map(each -> cells.getOrDefault(each, "")).toList()));
    return text.toString();
  }

  private static void line(StringBuilder text, String head, Collection<?> cells) {
    text.append("| ").append(head).append(" |");
    cells.forEach(cell -> text.append(' ').append(cell).append(" |"));
    text.append('\n');
  }
}
