// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;
import whirlwind.testing.ManualClock;

/** Several who want to know the same, and those who give up. */
class ResolverSharingTest {
  private static final int THREADS = LookupThreads.MOST;

  private final ScriptedLookup lookup = new ScriptedLookup();

  private ThreadedResolver resolver() {
    return new ThreadedResolver(ResolverOptions.defaults(), lookup);
  }

  @AfterEach
  void letGo() {
    lookup.close();
  }

  @LoopTest
  void allWhoAskMeanwhileShareOneLookUp(IOLoop loop) {
    var resolver = resolver();
    var waiting = new ArrayList<Future<List<InetSocketAddress>>>();
    for (int port = 1; port <= 3; port++) {
      waiting.add(resolver.resolve(port == 2 ? "EXAMPLE.org" : "example.org", port));
    }
    lookup.awaitBegun(1);
    waiting.add(resolver.resolve("example.org", 4));
    lookup.found("example.org", "10.0.0.1");

    assertThat(Futures.all(waiting).await())
        .extracting(addresses -> addresses.getFirst().getPort())
        .containsExactly(1, 2, 3, 4);
    assertThat(lookup.asked).containsExactly("example.org");
  }

  @LoopTest
  void allWhoAskMeanwhileShareAFailure(IOLoop loop) {
    var resolver = resolver();
    var first = resolver.resolve("x.invalid", 1);
    var second = resolver.resolve("x.invalid", 1);
    lookup.found("x.invalid");
    for (var each : List.of(first, second)) {
      assertThatExceptionOfType(RuntimeException.class)
          .isThrownBy(each::await)
          .withMessageContaining("x.invalid");
    }
    assertThat(first.exception())
        .as("each its own, as awaits leave traces")
        .isNotSameAs(second.exception());
    assertThat(lookup.asked).hasSize(1);
  }

  @LoopTest
  void cancellingOneLeavesTheOthers(IOLoop loop) {
    var resolver = resolver();
    var first = resolver.resolve("example.org", 1);
    var second = resolver.resolve("example.org", 2);
    lookup.awaitBegun(1);
    assertThat(first.cancel()).isTrue();
    assertThat(first.isCancelled()).isTrue();
    assertThat(second.isDone()).isFalse();
    lookup.found("example.org", "10.0.0.1");
    assertThat(second.await()).hasSize(1);
    assertThat(lookup.asked).hasSize(1);
  }

  @LoopTest
  void whoAsksAfterAllHaveGivenUpBeginsANewOne(IOLoop loop) {
    var resolver = resolver();
    var first = resolver.resolve("example.org", 1);
    var second = resolver.resolve("example.org", 2);
    lookup.awaitBegun(1);
    first.cancel();
    second.cancel();
    var third = resolver.resolve("example.org", 3);
    lookup.awaitBegun(1);
    lookup.found("example.org", "10.0.0.1");
    assertThat(third.await()).hasSize(1);
    assertThat(lookup.asked).hasSize(2);
  }

  @LoopTest
  void aLookUpThatHasNotBegunIsNotBegunForNobody(IOLoop loop) {
    var resolver = resolver();
    var busy = new ArrayList<Future<List<InetSocketAddress>>>();
    for (int i = 0; i < THREADS; i++) {
      busy.add(resolver.resolve("busy-" + i, 1));
    }
    lookup.awaitBegun(THREADS);
    lookup.found("nobody.example", "10.0.0.1");
    resolver.resolve("nobody.example", 1).cancel();
    for (int i = 0; i < THREADS; i++) {
      lookup.found("busy-" + i, "10.0.0.1");
    }
    Futures.all(busy).await();
    lookup.awaitThreadsAreDone();
    assertThat(lookup.asked).hasSize(THREADS).doesNotContain("nobody.example");
  }

  @LoopTest
  void aLookUpThatFailsAfterAllHaveGivenUpIsSilent(IOLoop loop) {
    var resolver = resolver();
    var resolving = resolver.resolve("x.invalid", 1);
    lookup.awaitBegun(1);
    resolving.cancel();
    lookup.found("x.invalid");
    lookup.awaitThreadsAreDone();
    assertThat(resolving.isCancelled()).isTrue(); // a line of the log would fail this test
  }

  @LoopTest
  void anAnswerThatHasArrivedIsNotTakenBack(IOLoop loop) {
    var resolver = resolver();
    var resolving = resolver.resolve("example.org", 1);
    lookup.awaitBegun(1);
    lookup.found("example.org", "10.0.0.1");
    while (!resolving.isDone()) {
      Futures.moment().await();
    }
    assertThat(resolving.cancel()).isFalse();
    assertThat(resolver.resolve("example.org", 1).isDone()).isTrue();
  }

  @LoopTest
  void aTimeOutIsForTheOneWhoSetIt(IOLoop loop, ManualClock clock) {
    var resolver = resolver();
    var patient = resolver.resolve("example.org", 1, null);
    var hasty = resolver.resolve("example.org", 2, Duration.ofSeconds(3));
    lookup.awaitBegun(1);
    clock.advance(Duration.ofSeconds(3));
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(hasty::await)
        .withMessage("resolve \"example.org\" was not done within 3 s");
    assertThat(patient.isDone()).isFalse();
    lookup.found("example.org", "10.0.0.1");
    assertThat(patient.await()).hasSize(1);
  }

  @LoopTest
  void aTimeOutOfZeroIsOverOnTheNextTurn(IOLoop loop) {
    var resolving = resolver().resolve("example.org", 1, Duration.ZERO);
    assertThatExceptionOfType(TimeoutException.class).isThrownBy(resolving::await);
  }

  @LoopTest
  void aTimeOutThatWasMetDoesNoHarm(IOLoop loop, ManualClock clock) {
    lookup.found("example.org", "10.0.0.1");
    var resolving = resolver().resolve("example.org", 1, Duration.ofSeconds(3));
    assertThat(resolving.await()).hasSize(1);
    clock.advance(Duration.ofSeconds(4));
    Futures.moment().await();
    assertThat(resolving.result()).hasSize(1);
  }
}
