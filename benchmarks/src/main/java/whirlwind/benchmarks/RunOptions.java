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
    List<EchoServer> servers,
    List<Scenario> scenarios,
    int rounds,
    double seconds,
    int warmUpSeconds,
    Path nativePrograms,
    Path results) {

  private static final Map<String, String> QUICK =
      Map.of(
          "--servers", "c-epoll,raw-nio,netty-nio,virtual-threads,whirlwind,whirlwind-callbacks",
          "--connections", "1,64,1000",
          "--rounds", "3",
          "--seconds", "1",
          "--warmup", "4",
          "--bin", "benchmarks/target/c",
          "--results", "benchmarks/results");

  private static final Map<String, String> FULL =
      Map.of(
          "--servers", EchoServer.ids(),
          "--connections", "1,64,1000,64x16",
          "--rounds", "5",
          "--seconds", "3",
          "--warmup", "30",
          "--bin", QUICK.get("--bin"),
          "--results", QUICK.get("--results"));

  static final String USAGE =
      """
      usage: benchmarks/run [quick|full] [option value]...
        --servers a,b        which servers, of %s
        --connections 1,64   how many connections; 64x16: 64 of them, 16 messages deep
        --rounds 5           measured rounds of each server
        --seconds 3          length of a round
        --warmup 30          most seconds that a server is warmed up before the first round
        --bin DIR            where the compiled C programs are
        --results DIR        where the results go (both from the repository's root)
      quick: the default; 1, 64 and 1,000 connections, 3 rounds of 1 s, informative servers left out
      full:  the pipelined scenario and all servers as well, 5 rounds of 3 s
      """
          .formatted(EchoServer.ids());

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
    var mode =
        arguments.isEmpty() || arguments.getFirst().startsWith("--") ? "" : arguments.getFirst();
    var values =
        new HashMap<>(
            switch (mode) {
              case "", "quick" -> QUICK;
              case "full" -> FULL;
              default ->
                  throw new IllegalArgumentException("wanted quick or full, got \"" + mode + '"');
            });
    var options = arguments.subList(mode.isEmpty() ? 0 : 1, arguments.size());
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
        value(values, "--servers", text -> list(text, EchoServer::byId)),
        value(values, "--connections", text -> list(text, Scenario::parse)),
        value(values, "--rounds", RunOptions::wholeNumber),
        value(values, "--seconds", RunOptions::number),
        value(values, "--warmup", RunOptions::wholeNumber),
        value(values, "--bin", Path::of),
        value(values, "--results", Path::of));
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
