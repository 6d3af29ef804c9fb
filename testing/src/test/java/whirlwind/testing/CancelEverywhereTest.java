// SPDX-License-Identifier: Apache-2.0
package whirlwind.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import whirlwind.future.CancelledException;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.future.TimeoutException;
import whirlwind.sync.Event;

/** The runner itself: it cuts at every place, and finds what is planted. */
@ExtendWith(LogRecorderExtension.class)
@ResourceLock("whirlwind.log")
class CancelEverywhereTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void cutsEveryAwaitInEveryWay() {
    var reached = new TreeMap<Integer, List<String>>();
    int trials =
        CancelEverywhere.check(
            trial ->
                trial.subject(
                    () -> {
                      int step = 0;
                      try {
                        Futures.sleep(SECOND).await();
                        step = 1;
                        Futures.sleep(SECOND).await();
                        step = 2;
                        new Event().whenSet(trial.timeout()).await();
                        throw new TimeoutException("it was false");
                      } catch (CancelledException | TimeoutException cut) {
                        reached
                            .computeIfAbsent(step, _ -> new ArrayList<>())
                            .add(cut.getClass().getSimpleName());
                        throw cut;
                      }
                    }));

    assertThat(reached.keySet()).containsExactly(0, 1, 2);
    assertThat(reached.get(0)).containsOnly("CancelledException").hasSizeGreaterThan(1);
    assertThat(reached.get(1)).containsOnly("CancelledException").hasSizeGreaterThan(1);
    assertThat(reached.get(2)).contains("CancelledException", "TimeoutException");
    assertThat(trials).isGreaterThan(9);
  }

  /** Takes a thing, and gives it back unless it is cut short. */
  @Test
  void findsWhatIsLostAndSaysByWhichCut() {
    assertThatThrownBy(
            () ->
                CancelEverywhere.check(
                    trial -> {
                      var things = new ArrayList<>(List.of("thing"));
                      trial.subject(
                          () -> {
                            Futures.moment().await();
                            var thing = things.removeLast();
                            Futures.moment().await();
                            return things.add(thing);
                          });
                      trial.afterwards(() -> assertThat(things).containsExactly("thing"));
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageMatching("(?s)with a cancellation at place \\d, Future\\[.*\"thing\".*");
  }

  /** A hand-off to a waiter that may have gone: the bug behind LCK-9 and QUE-15. */
  @Test
  void findsAHandOffToTheDead() {
    assertThatThrownBy(
            () ->
                CancelEverywhere.check(
                    trial -> {
                      var line = new ArrayList<Promise<String>>();
                      var got = new ArrayList<String>();
                      Callable<?> getter =
                          () -> {
                            var promise = new Promise<String>();
                            line.add(promise);
                            return got.add(promise.await());
                          };
                      trial.subject(getter);
                      trial.alongside(getter);
                      trial.alongside(
                          () -> {
                            Futures.moment().await();
                            return line.removeFirst().trySetResult("thing");
                          });
                      trial.afterwards(() -> assertThat(got).containsExactly("thing"));
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("with a cancellation at place 1");
  }

  @Test
  void countsThoseWhoWouldWaitForEver() {
    var stuck = new ArrayList<Integer>();
    CancelEverywhere.check(
        trial -> {
          var event = new Event();
          trial.alongside(() -> event.whenSet().await());
          trial.subject(
              () -> {
                Futures.sleep(SECOND).await();
                event.set();
                return null;
              });
          trial.afterwards(() -> stuck.add(trial.stuck()));
        });

    assertThat(stuck).contains(0, 1);
  }

  @Test
  void failsWithWhateverElseFails() {
    var planted = new IllegalArgumentException("planted");
    Callable<?> fails =
        () -> {
          Futures.moment().await();
          throw planted;
        };
    assertThatThrownBy(() -> CancelEverywhere.check(trial -> trial.subject(fails)))
        .isInstanceOf(AssertionError.class)
        .hasCause(planted);
    assertThatThrownBy(
            () ->
                CancelEverywhere.check(
                    trial -> {
                      trial.subject(() -> Futures.moment().await());
                      trial.alongside(fails);
                    }))
        .isInstanceOf(AssertionError.class)
        .hasCause(planted);
  }

  @Test
  void wantsOneSubjectThatWaits() {
    assertThatThrownBy(() -> CancelEverywhere.check(trial -> trial.subject(() -> null)))
        .hasMessage("wanted a subject that waits, got one that never does");
    assertThatThrownBy(() -> CancelEverywhere.check(_ -> {}))
        .hasMessageContaining("wanted a subject, got none");
    CancelEverywhere.check(
        trial -> {
          trial.subject(() -> Futures.moment().await());
          assertThatIllegalStateException()
              .isThrownBy(() -> trial.subject(() -> null))
              .withMessage("wanted one subject, got another");
        });
  }
}
