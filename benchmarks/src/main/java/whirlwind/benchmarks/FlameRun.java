// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import one.profiler.AsyncProfilerLoader;

/**
 * Draws where the time of one server goes: started, pinned, loaded and warmed up as the benchmark
 * does it, then profiled under the same load.
 *
 * <p>The profiler is async-profiler: it samples at any instruction, not at safepoints alone, and
 * sees native code and the kernel.
 */
final class FlameRun {
  private static final String USAGE =
      """
      usage: benchmarks/run flame [SERVER [CONNECTIONS [FILE]]]
        SERVER       one that runs on a JVM; whirlwind-epoll, if none is named
        CONNECTIONS  the load, as in 64, 64x16, 64:16k or 64:sessions; 64, if nothing is said
        FILE         where the SVG goes; benchmarks/results/flame.svg, if nothing is said
      """;

  private static final int USAGE_ERROR = 64;
  private static final int SECONDS = 10;

  /**
   * The profiler may come in without a warning, and sees inlined methods where they are. That the
   * JVM tells agents of each switch of a virtual thread is off: it takes time, but only while there
   * is an agent.
   */
  private static final String[] JVM_FLAGS = {
    "-XX:+EnableDynamicAgentLoading",
    "-XX:+UnlockDiagnosticVMOptions",
    "-XX:+DebugNonSafepoints",
    "-XX:+UnlockExperimentalVMOptions",
    "-XX:-DoJVMTIVirtualThreadTransitions"
  };

  private FlameRun() {}

  static void main(String[] arguments) throws IOException {
    System.exit(run(List.of(arguments)));
  }

  private static int run(List<String> arguments) throws IOException {
    if (arguments.contains("--help")) {
      System.out.print(USAGE);
      return 0;
    }
    RunOptions options;
    EchoServer server;
    Scenario.Busy scenario;
    try {
      if (arguments.size() > 3) {
        throw new IllegalArgumentException("wanted at most three arguments, got " + arguments);
      }
      server = server(argument(arguments, 0, "whirlwind-epoll"));
      scenario = scenario(argument(arguments, 1, "64"));
      options = RunOptions.parse(List.of("echo", "full"));
    } catch (IllegalArgumentException e) {
      System.err.println("flame graph: " + e.getMessage() + "\n" + USAGE);
      return USAGE_ERROR;
    }
    var picture = Path.of(argument(arguments, 2, "benchmarks/results/flame.svg"));
    var lab = Lab.open(options);
    var title = "%s, %s; %s".formatted(server, scenario.title(), Machine.here().processor());
    Files.writeString(picture, FlameGraph.draw(title, stacks(lab, server, scenario)));
    lab.tell(scenario, server, "drawn in " + picture);
    return 0;
  }

  private static String argument(List<String> arguments, int index, String otherwise) {
    return index < arguments.size() ? arguments.get(index) : otherwise;
  }

  private static EchoServer server(String id) {
    var server = Suite.PLAIN.server(id);
    if (!(server.program() instanceof Program.JavaClass)) {
      throw new IllegalArgumentException("wanted a server that runs on a JVM, got " + server);
    }
    return server;
  }

  private static Scenario.Busy scenario(String text) {
    if (Scenario.parse(text) instanceof Scenario.Busy busy
        && !(busy instanceof Scenario.Broadcast)) {
      return busy;
    }
    throw new IllegalArgumentException("wanted echoes or sessions, got " + text);
  }

  private static List<String> stacks(Lab lab, EchoServer server, Scenario.Busy scenario)
      throws IOException {
    var stacks = Files.createTempFile("flame", ".collapsed");
    try (var process = lab.launcher().start(server, JVM_FLAGS)) {
      lab.tell(
          scenario,
          server,
          WarmUp.of(process, scenario, lab.load(), lab.options().warmUpSeconds()));
      var pid = Long.toString(process.process().pid());
      // Stacks are walked by what the JVM knows of its frames: right through native code and back.
      profiler("start", "-e", "cpu", "-i", "1ms", "--cstack", "vm", pid);
      lab.load().run(process, scenario, 0, SECONDS);
      profiler("stop", "-o", "collapsed", "-f", stacks.toString(), pid);
      return Files.readAllLines(stacks);
    } finally {
      Files.delete(stacks);
    }
  }

  /** Commands the profiler, which attaches itself to the server. */
  private static void profiler(String... command) throws IOException {
    AsyncProfilerLoader.executeProfiler(command);
  }
}
