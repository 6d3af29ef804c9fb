// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a run measures and for how long, from the command line.
 *
 * <p>Units: {@code seconds} is the length of a measured round, {@code warmUpSeconds} the most that
 * a server is warmed up.
 */
record RunOptions(
    Suite suite,
    List<EchoServer> servers,
    List<Scenario> scenarios,
    int rounds,
    double seconds,
    int warmUpSeconds,
    Path programs,
    Path results,
    Path ratios,
    boolean record) {

  private static final String USUAL_PROGRAMS = "benchmarks/target/c";
  private static final String USUAL_RESULTS = "benchmarks/results";
  private static final String USUAL_RATIOS = "benchmarks/ratios.tsv";

  static final String USAGE =
      """
      usage: benchmarks/run [echo|tls|idle|broadcast|startup] [quick|full] [option value]...
        --servers a,b        which servers; of echo and idle: %s
                             of tls: %s
                             of broadcast and startup: %s
        --connections 1,64   how many connections; 64x16: 64 of them, 16 messages deep; 64:16k: messages of 16 KiB;
                             64:sessions: connect, one echo, close; 1000:idle: the memory that idle connections take;
                             1000:broadcast: members of a chat; startup: the start of a chat
        --rounds 5           measured rounds of each server
        --seconds 3          length of a round
        --warmup 30          most seconds that a server is warmed up before the first round
        --bin DIR            where the compiled C programs are
        --results DIR        where the results go
        --ratios FILE        the ratios on record, which ours are held against (all from the repository's root)
        --record no          yes: puts ours on record instead
      quick: the default; 3 rounds of 1 s, informative servers left out
      full:  all servers, 5 rounds of 3 s
      """
          .formatted(Suite.PLAIN.ids(), Suite.TLS.ids(), Suite.BROADCAST.ids());

  RunOptions {
    servers = distinct("--servers", servers);
    scenarios = distinct("--connections", scenarios);
    check(rounds >= 1 && rounds <= 1000, "--rounds: wanted 1 to 1000, got " + rounds);
    check(seconds >= 0.1 && seconds <= 600, "--seconds: wanted 0.1 to 600, got " + seconds);
    check(
        warmUpSeconds >= 1 && warmUpSeconds <= 600,
        "--warmup: wanted 1 to 600, got " + warmUpSeconds);
  }

  /**
   * Errors: {@code IllegalArgumentException} that names the argument, what was wanted and what
   * came.
   */
  static RunOptions parse(List<String> arguments) {
    var words = arguments.stream().takeWhile(argument -> !argument.startsWith("--")).toList();
    var options = arguments.subList(words.size(), arguments.size());
    var named = words.isEmpty() ? null : Suite.orNull(words.getFirst());
    var suite = named == null ? Suite.PLAIN : named;
    var full = isFull(named == null ? words : words.subList(1, words.size()));
    var values = new HashMap<>(defaults(suite, full));
    for (int i = 0; i < options.size(); i += 2) {
      var name = options.get(i);
      if (!values.containsKey(name)) {
        throw new IllegalArgumentException("wanted one of the options, got \"" + name + '"');
      }
      if (i + 1 == options.size()) {
        throw new IllegalArgumentException(name + ": wanted a value, got nothing");
      }
      values.put(name, options.get(i + 1));
    }
    return new RunOptions(
        suite,
        value(values, "--servers", text -> list(text, suite::server)),
        value(values, "--connections", text -> list(text, Scenario::parse)),
        value(values, "--rounds", RunOptions::wholeNumber),
        value(values, "--seconds", RunOptions::number),
        value(values, "--warmup", RunOptions::wholeNumber),
        value(values, "--bin", Path::of),
        value(values, "--results", Path::of),
        value(values, "--ratios", Path::of),
        value(values, "--record", RunOptions::yesOrNo));
  }

  private static boolean isFull(List<String> words) {
    return switch (String.join(" ", words)) {
      case "", "quick" -> false;
      case "full" -> true;
      default ->
          throw new IllegalArgumentException(
              "wanted one of %s or none, then quick or full, got \"%s\""
                  .formatted(Suite.names(), String.join(" ", words)));
    };
  }

  private static Map<String, String> defaults(Suite suite, boolean full) {
    return Map.of(
        "--servers",
        suite.servers(full),
        "--connections",
        suite.connections(full),
        "--rounds",
        full ? "5" : "3",
        "--seconds",
        full ? "3" : "1",
        "--warmup",
        full ? "30" : "4",
        "--bin",
        USUAL_PROGRAMS,
        "--results",
        USUAL_RESULTS,
        "--ratios",
        USUAL_RATIOS,
        "--record",
        "no");
  }

  /** The load generator of the suite. */
  Path loadProgram() {
    return programs.resolve(suite.loadProgram());
  }

  private static <T> T value(Map<String, String> values, String name, Function<String, T> parse) {
    try {
      return parse.apply(values.get(name));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }

  private static <T> List<T> list(String text, Function<String, T> parse) {
    return Arrays.stream(text.split(",", -1)).map(String::strip).map(parse).toList();
  }

  private static int wholeNumber(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("wanted a whole number, got \"" + text + '"', e);
    }
  }

  private static boolean yesOrNo(String text) {
    return switch (text) {
      case "yes" -> true;
      case "no" -> false;
      default -> throw new IllegalArgumentException("wanted yes or no, got \"" + text + '"');
    };
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("wanted a number, got \"" + text + '"', e);
    }
  }

  private static <T> List<T> distinct(String name, List<T> values) {
    var distinct = values.stream().distinct().toList();
    if (distinct.size() < values.size()) {
      throw new IllegalArgumentException(name + ": wanted each one once, got " + values);
    }
    return distinct;
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
