// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A picture of where time goes, as SVG: each function stands on its caller, as wide as the share of
 * samples in which it was on the stack.
 *
 * <p>To keep it legible, equal frames that follow each other are one, only the first few of the
 * kernel are shown, and what is narrower than a pixel or so is left out.
 *
 * <p>Source: Brendan Gregg, "The Flame Graph", CACM 59(6), 2016.
 */
final class FlameGraph {
  private static final int WIDTH = 1000;
  private static final int MARGIN = 10;
  private static final int ROW = 16;
  private static final int HEAD = 56;
  private static final double NARROWEST = 1.5;
  private static final double CHARACTER = 6.7; // of a monospaced font of 11 pixels
  private static final int KERNEL_ROWS = 7;

  private final String title;
  private final Node root =
      new Node(new Frame("all samples", Frame.Kind.NATIVE)); // itself not drawn;

  private static final class Node {
    private final Frame frame;
    private final Map<Frame, Node> callees = new HashMap<>();
    private long samples;

    private Node(Frame frame) {
      this.frame = frame;
    }

    /** The samples in which the function itself ran, and nothing that it had called. */
    private long own() {
      return samples - callees.values().stream().mapToLong(callee -> callee.samples).sum();
    }

    private long ownOf(Frame.Kind kind) {
      return (frame.kind() == kind ? own() : 0)
          + callees.values().stream().mapToLong(callee -> callee.ownOf(kind)).sum();
    }

    private List<Node> widestFirst() {
      return callees.values().stream()
          .sorted(
              Comparator.<Node>comparingLong(callee -> -callee.samples)
                  .thenComparing(callee -> callee.frame.name()))
          .toList();
    }
  }

  private FlameGraph(String title) {
    this.title = title;
  }

  /**
   * Draws stacks that are written one a line, outermost function first: {@code f;g;h 42}.
   *
   * <p>Errors: {@code IllegalArgumentException} if there are none, or a line has no number.
   */
  static String draw(String title, List<String> collapsed) {
    var graph = new FlameGraph(title);
    collapsed.forEach(graph::add);
    if (graph.root.samples == 0) {
      throw new IllegalArgumentException("wanted samples to draw, got none");
    }
    return graph.svg();
  }

  private void add(String line) {
    int end = line.lastIndexOf(' ');
    if (end < 0) {
      throw new IllegalArgumentException("wanted a stack and a number, got \"" + line + '"');
    }
    long samples = Long.parseLong(line.substring(end + 1));
    root.samples += samples;
    var node = root;
    int kernelRows = 0;
    for (var written : line.substring(0, end).split(";")) {
      var frame = Frame.of(written);
      kernelRows += frame.kind() == Frame.Kind.KERNEL ? 1 : 0;
      if (!frame.equals(node.frame) && kernelRows <= KERNEL_ROWS) {
        node = node.callees.computeIfAbsent(frame, Node::new);
        node.samples += samples;
      }
    }
  }

  private String svg() {
    int height = HEAD + (depth(root) - 1) * ROW + MARGIN;
    var svg = new StringBuilder();
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="monospace" font-size="11">
        <rect width="100%%" height="100%%" fill="#fffdf8"/>
        <text x="%d" y="20" font-size="14">%s</text>
        """
            .formatted(WIDTH, height, MARGIN, escaped(title)));
    legend(svg);
    callees(svg, root, MARGIN, height - MARGIN - ROW);
    return svg.append("</svg>\n").toString();
  }

  private void legend(StringBuilder svg) {
    int x = MARGIN;
    for (var kind : Frame.Kind.values()) {
      var text = String.format(Locale.ROOT, "%s: %.0f %%", kind.title(), percent(root.ownOf(kind)));
      svg.append(
          """
          <rect x="%d" y="30" width="12" height="12" fill="%s"/><text x="%d" y="40">%s</text>
          """
              .formatted(x, kind.colour(), x + 18, escaped(text)));
      x += WIDTH / Frame.Kind.values().length;
    }
  }

  private void callees(StringBuilder svg, Node node, double left, int y) {
    double x = left;
    for (var callee : node.widestFirst()) {
      if (width(callee) >= NARROWEST) {
        frame(svg, callee, x, y);
        callees(svg, callee, x, y - ROW);
      }
      x += width(callee);
    }
  }

  private void frame(StringBuilder svg, Node node, double x, int y) {
    var name = node.frame.name();
    svg.append(
        String.format(
            Locale.ROOT,
            """
            <g><title>%s: %.1f %%</title><rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>\
            <text x="%.1f" y="%d">%s</text></g>
            """,
            escaped(name),
            percent(node.samples),
            x,
            y,
            width(node) - 0.5, // a line of background between neighbours
            ROW - 1,
            node.frame.kind().colour(),
            x + 3,
            y + ROW - 4,
            escaped(label(name, width(node)))));
  }

  private int depth(Node node) {
    return width(node) < NARROWEST
        ? 0
        : 1 + node.callees.values().stream().mapToInt(this::depth).max().orElse(0);
  }

  private double width(Node node) {
    return (double) node.samples / root.samples * (WIDTH - 2 * MARGIN);
  }

  private double percent(long samples) {
    return 100.0 * samples / root.samples;
  }

  private static String label(String name, double width) {
    int room = (int) ((width - 6) / CHARACTER);
    if (name.length() <= room) {
      return name;
    }
    return room < 3 ? "" : name.substring(0, room - 1) + '…';
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
