// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.UncheckedIOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;
import whirlwind.testing.ManualClock;

/** What a resolver remembers, and for how long by its loop's clock. */
class ResolverCacheTest {
  private static final Duration TICK = Duration.ofNanos(1);

  private final ScriptedLookup lookup = new ScriptedLookup();
  private final ResolverOptions options =
      new ResolverOptions(Duration.ofSeconds(60), Duration.ofSeconds(7), 2);

  @AfterEach
  void letGo() {
    lookup.close();
  }

  @BeforeEach
  void answerAll() {
    lookup.found("a", "10.0.0.1").found("b", "10.0.0.2").found("c", "10.0.0.3");
    lookup.found("x.invalid");
  }

  @LoopTest
  void anAnswerIsUsedUntilItReachesItsAge(IOLoop loop, ManualClock clock) {
    var resolver = new ThreadedResolver(options, lookup);
    resolver.resolve("a", 1).await();
    clock.advance(Duration.ofSeconds(60).minus(TICK));
    var again = resolver.resolve("A", 2);
    assertThat(again.result().getFirst().getPort()).as("at once, and with its port").isEqualTo(2);
    assertThat(lookup.asked).containsExactly("a");

    clock.advance(TICK);
    resolver.resolve("a", 1).await();
    assertThat(lookup.asked).containsExactly("a", "a");
  }

  @LoopTest
  void usingItDoesNotMakeItYounger(IOLoop loop, ManualClock clock) {
    var resolver = new ThreadedResolver(options, lookup);
    for (int i = 0; i < 3; i++) {
      resolver.resolve("a", 1).await();
      clock.advance(Duration.ofSeconds(30));
    }
    assertThat(lookup.asked).containsExactly("a", "a");
  }

  @LoopTest
  void aFailureIsRememberedForAShorterTime(IOLoop loop, ManualClock clock) {
    var resolver = new ThreadedResolver(options, lookup);
    unknown(resolver);
    clock.advance(Duration.ofSeconds(7).minus(TICK));
    assertThat(resolver.resolve("x.invalid", 1).exception())
        .isInstanceOf(UncheckedIOException.class);
    assertThat(lookup.asked).hasSize(1);

    clock.advance(TICK);
    unknown(resolver);
    assertThat(lookup.asked).hasSize(2);
  }

  private static void unknown(Resolver resolver) {
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> resolver.resolve("x.invalid", 1).await());
  }

  @LoopTest
  void anAgeOfZeroRemembersNothing(IOLoop loop) {
    var none = options.withMaxAge(Duration.ZERO).withMaxFailureAge(Duration.ZERO);
    var resolver = new ThreadedResolver(none, lookup);
    resolver.resolve("a", 1).await();
    resolver.resolve("a", 1).await();
    unknown(resolver);
    unknown(resolver);
    assertThat(lookup.asked).containsExactly("a", "a", "x.invalid", "x.invalid");
  }

  @LoopTest
  void theOneThatWasUsedLeastRecentlyMakesRoom(IOLoop loop) {
    var resolver = new ThreadedResolver(options, lookup);
    for (var host : new String[] {"a", "b", "a", "c", "a", "c", "b"}) {
      resolver.resolve(host, 1).await();
    }
    assertThat(lookup.asked).containsExactly("a", "b", "c", "b");
  }

  @LoopTest
  void anEndlessAgeIsNoOverflow(IOLoop loop, ManualClock clock) {
    var forEver = options.withMaxAge(Duration.ofSeconds(Long.MAX_VALUE));
    var resolver = new ThreadedResolver(forEver, lookup);
    resolver.resolve("a", 1).await();
    clock.advance(Duration.ofDays(10_000));
    assertThat(resolver.resolve("a", 1).isDone()).isTrue();
  }

  @Test
  void optionsAreChecked() {
    var negative = Duration.ofSeconds(-1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.withMaxAge(negative))
        .withMessage("maxAge: wanted zero or more, got PT-1S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.withMaxFailureAge(negative))
        .withMessageStartingWith("maxFailureAge: ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.withMaxHosts(0))
        .withMessage("maxHosts: wanted at least 1, got 0");
  }

  @Test
  void optionsAreReplacedOneByOne() {
    var second = Duration.ofSeconds(1);
    assertThat(options.withMaxAge(second).withMaxFailureAge(second).withMaxHosts(3))
        .isEqualTo(new ResolverOptions(second, second, 3));
  }
}
