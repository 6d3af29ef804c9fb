// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import whirlwind.loop.Clock;

/** Answers by name, each as long as it may be used; the least recently used goes first. */
final class AnswerCache {
  private static final float LOAD_FACTOR = 0.75f;

  private record Entry(Answer answer, long sinceNanos) {}

  private final Clock clock;
  private final ResolverOptions options;

  /** In the order of use. */
  private final SequencedMap<String, Entry> entries = new LinkedHashMap<>(16, LOAD_FACTOR, true);

  AnswerCache(Clock clock, ResolverOptions options) {
    this.clock = clock;
    this.options = options;
  }

  /** Null when there is none that may be used. */
  @Nullable Answer get(String name) {
    var entry = entries.get(name);
    if (entry == null) {
      return null;
    }
    var age = Duration.ofNanos(clock.nanoTime() - entry.sinceNanos);
    if (age.compareTo(maxAgeOf(entry.answer)) >= 0) {
      entries.remove(name);
      return null;
    }
    return entry.answer;
  }

  void put(String name, Answer answer) {
    if (maxAgeOf(answer).isZero()) {
      return;
    }
    entries.put(name, new Entry(answer, clock.nanoTime()));
    if (entries.size() > options.maxHosts()) {
      entries.pollFirstEntry();
    }
  }

  private Duration maxAgeOf(Answer answer) {
    return switch (answer) {
      case Answer.Found _ -> options.maxAge();
      case Answer.NotFound _ -> options.maxFailureAge();
    };
  }
}
