// SPDX-License-Identifier: Apache-2.0
package whirlwind.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import whirlwind.io.IoProvider;
import whirlwind.testing.ManualClock;

/** The structure of the library, checked on its compiled classes and its sources. */
class RulesTest {
  /** What each package of core may use; {@code package-info} says what each is for. */
  static final Map<String, Set<String>> FLOORS =
      Map.ofEntries(
          Map.entry("io", Set.of()),
          Map.entry("buffer", Set.of()),
          Map.entry("coroutine", Set.of()),
          Map.entry("diagnosis", Set.of()),
          Map.entry("events", Set.of()),
          Map.entry("future", Set.of("coroutine")),
          Map.entry("loop", Set.of("future", "coroutine", "diagnosis", "events", "io")),
          Map.entry("sync", Set.of("loop", "future")),
          Map.entry("tls", Set.of("loop", "future", "io")),
          Map.entry("stream", Set.of("tls", "loop", "future", "buffer", "events", "io")),
          Map.entry("net", Set.of("stream", "tls", "loop", "future", "io")),
          Map.entry("process", Set.of("stream", "loop", "future", "io")));

  /** Those that await on a coroutine's behalf. Everybody else awaits a future. */
  static final Set<String> MAY_SUSPEND = Set.of("future.Promise", "loop.Runner");

  /** Those that need the machine's own time. Everybody else takes the loop's clock. */
  static final Set<String> MAY_READ_THE_CLOCK = Set.of("loop.SystemClock", "loop.Watchdog");

  /** Split, or this file would be the first to break the rule. */
  static final Pattern UNFINISHED = Pattern.compile("\\b(TO" + "DO|FIX" + "ME)\\b");

  private final HouseRules core = rulesOver(IoProvider.class);

  @Test
  void packagesOfCoreFormNoCycle() {
    assertThat(core.packageCycles()).isEmpty();
  }

  @Test
  void packagesOfTheTestKitFormNoCycle() {
    assertThat(rulesOver(ManualClock.class).packageCycles()).isEmpty();
  }

  @Test
  void dependenciesPointDownTheFloors() {
    assertThat(core.floorViolations(FLOORS)).isEmpty();
  }

  @Test
  void onlyAwaitAndTheRunnerSuspend() {
    assertThat(
            core.callersOf(
                "whirlwind/coroutine/Coroutine",
                "suspend",
                caller -> caller.startsWith("coroutine.") || MAY_SUSPEND.contains(caller)))
        .isEmpty();
  }

  @Test
  void onlyOneMethodOfFutureSuspends() {
    assertThat(
            core.callersOf(
                "whirlwind/coroutine/Coroutine",
                "suspend",
                caller -> !caller.startsWith("future.")))
        .hasSize(1);
  }

  @Test
  void onlyTheSystemClockAndTheWatchdogReadTheTime() {
    assertThat(core.callersOf("java/lang/System", "nanoTime", MAY_READ_THE_CLOCK::contains))
        .isEmpty();
    assertThat(
            core.callersOf("java/lang/System", "currentTimeMillis", MAY_READ_THE_CLOCK::contains))
        .isEmpty();
    assertThat(core.callersOf("java/time/Instant", "now", _ -> false)).isEmpty();
  }

  @Test
  void publicTypesOfCoreLiveInNullMarkedPackages() {
    assertThat(core.publicTypesWithoutNullMarked()).isEmpty();
  }

  @Test
  void noSourceFileIsLeftUnfinished() {
    var repository = Repository.find();
    var unfinished = new ArrayList<Path>();
    for (Path module : repository.modules()) {
      for (String kind : List.of("main", "test")) {
        repository
            .sources(module, kind)
            .forEach(
                (file, text) -> {
                  if (UNFINISHED.matcher(text).find()) {
                    unfinished.add(file);
                  }
                });
      }
    }
    assertThat(unfinished).isEmpty();
  }

  private static HouseRules rulesOver(Class<?> member) {
    return new HouseRules("whirlwind/", CompiledClasses.besides(member, "whirlwind/"));
  }
}
