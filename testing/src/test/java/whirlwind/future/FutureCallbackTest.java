// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;

class FutureCallbackTest {

  private final List<String> events = new ArrayList<>();

  @LoopTest
  @Tag("FUT-4")
  void neverRunInsideTheCompletingCall() {
    var promise = new Promise<String>();
    promise.onComplete(_ -> events.add("callback"));
    promise.setResult("");
    events.add("completed");
    Futures.moment().await();

    assertThat(events).containsExactly("completed", "callback");
  }

  @LoopTest
  @Tag("FUT-4")
  @Tag("FUT-13")
  void onADoneFutureRunOnALaterTurn() {
    Futures.completed("value").onComplete(outcome -> events.add(outcome.toString()));
    events.add("attached");
    Futures.moment().await();

    assertThat(events).containsExactly("attached", new Outcome.Success<>("value").toString());
  }

  @LoopTest
  @Tag("FUT-4")
  void runInTheOrderInWhichTheyCameAmongCoroutinesAndStages(IOLoop loop) {
    var promise = new Promise<String>();
    promise.onComplete(_ -> events.add("1"));
    loop.spawn(() -> events.add("2" + promise.await()));
    Futures.moment().await();
    promise.onComplete(_ -> events.add("3"));
    promise.thenAccept(_ -> events.add("4"));
    loop.spawn(() -> events.add("5" + promise.await()));
    Futures.moment().await();
    promise.onComplete(_ -> events.add("6"));
    promise.setResult("");
    promise.onComplete(_ -> events.add("7"));
    Futures.moment().await();

    assertThat(events).containsExactly("1", "2", "3", "4", "5", "6", "7");
  }

  @LoopTest
  @Tag("FUT-4")
  void oneThatThrowsIsLoggedAndStopsNoOther(LogRecorder log) {
    var promise = new Promise<String>();
    var failure = new IllegalStateException("a broken callback");
    promise.onComplete(
        _ -> {
          throw failure;
        });
    promise.onComplete(_ -> events.add("second"));
    promise.setResult("");
    Futures.moment().await();

    assertThat(events).containsExactly("second");
    assertThat(log.expect(Level.ERROR, "a broken callback").thrown()).isSameAs(failure);
  }

  @LoopTest
  @Tag("FUT-4")
  void completionOnAForeignThreadArrivesOnTheLoop(IOLoop loop) {
    var promise = new Promise<String>();
    var called = new Promise<Boolean>();
    promise.onComplete(_ -> called.setResult(loop.isCurrent()));
    Thread.ofPlatform().start(() -> promise.setResult("value"));

    assertThat(promise.await()).isEqualTo("value");
    assertThat(called.await()).as("the callback ran on the loop").isTrue();
  }

  @LoopTest
  void mayAwait() {
    var promise = new Promise<String>();
    var other = new Promise<String>();
    var done = new Promise<String>();
    promise.onComplete(_ -> done.setResult(other.await()));
    promise.setResult("");
    Futures.moment().await();
    other.setResult("the other");

    assertThat(done.await()).isEqualTo("the other");
  }

  @LoopTest
  void getEachOfTheThreeOutcomes() {
    var failure = new IllegalArgumentException();
    var seen = new ArrayList<Outcome<?>>();
    var cancelled = new Promise<String>();
    cancelled.onComplete(seen::add);
    cancelled.cancel();
    Futures.<String>failed(failure).onComplete(seen::add);
    Futures.completed(17).onComplete(seen::add);
    Futures.moment().await();

    assertThat(seen)
        .containsExactly(
            cancelled.outcome(), new Outcome.Failure<>(failure), new Outcome.Success<>(17));
    assertThat(seen.getFirst()).isInstanceOf(Outcome.Cancelled.class);
  }

  @LoopTest
  @Tag("FUT-13")
  @Tag("FUT-25")
  void oneThatIsTakenBackDoesNotRunAndTheOthersDo() {
    var promise = new Promise<String>();
    Consumer<Outcome<String>> unwanted = _ -> events.add("unwanted");
    promise.onComplete(_ -> events.add("1"));
    promise.onComplete(unwanted);
    promise.onComplete(_ -> events.add("2"));
    assertThat(promise.view().removeCallback(unwanted)).isTrue();
    promise.setResult("");
    Futures.moment().await();

    assertThat(events).containsExactly("1", "2");
    assertThat(promise.removeCallback(unwanted)).as("too late").isFalse();
  }
}
