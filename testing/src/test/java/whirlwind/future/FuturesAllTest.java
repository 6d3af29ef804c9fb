// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;

class FuturesAllTest {

  private static Future<String> later(long seconds) {
    return IOLoop.current()
        .spawn(
            () -> {
              Futures.sleep(Duration.ofSeconds(seconds)).await();
              return "after " + seconds;
            });
  }

  @LoopTest
  @Tag("GEN-1")
  @Tag("GEN-4")
  void aListKeepsTheOrderOfInput() {
    assertThat(Futures.all(List.of(later(3), later(1), later(2))).await())
        .containsExactly("after 3", "after 1", "after 2");
  }

  @LoopTest
  @Tag("GEN-1")
  @Tag("GEN-4")
  void aMapKeepsItsKeysAndTheirOrder() {
    var inputs = new LinkedHashMap<String, Future<String>>();
    inputs.put("z", later(2));
    inputs.put("a", later(1));

    var expected = new LinkedHashMap<String, String>();
    expected.put("z", "after 2");
    expected.put("a", "after 1");
    assertThat(Futures.all(inputs).await()).containsExactlyEntriesOf(expected);
  }

  @LoopTest
  @Tag("GEN-1")
  void anEmptyInputIsDoneAtOnce() {
    assertThat(Futures.all(List.<Future<String>>of()).result()).isEmpty();
    assertThat(Futures.all(Map.<String, Future<String>>of()).result()).isEmpty();
  }

  @LoopTest
  @Tag("GEN-1")
  void aFutureMayOccurTwiceAndAValueMayBeNull() {
    var promise = new Promise<String>();
    var all = Futures.all(List.of(promise, Futures.<String>completed(null), promise));
    promise.setResult("twice");

    assertThat(all.await()).containsExactly("twice", null, "twice");
  }

  @LoopTest(limitSeconds = 10)
  @Tag("GEN-1")
  void tenThousandInputsAreFast() {
    var promises = IntStream.range(0, 10_000).mapToObj(_ -> new Promise<Integer>()).toList();
    var all = Futures.all(promises);
    for (int i = promises.size() - 1; i >= 0; i--) {
      promises.get(i).setResult(i);
    }

    assertThat(all.await()).containsExactlyElementsOf(IntStream.range(0, 10_000).boxed().toList());
  }

  @LoopTest
  @Tag("GEN-2")
  void waitsForAllAndFailsWithTheFirstInOrderOfInput(LogRecorder log) {
    var first = new Promise<String>();
    var second = new Promise<String>();
    var last = new Promise<String>();
    var all = Futures.all(List.of(first, second, last));
    second.setException(new IllegalStateException("in time the first"));
    Futures.moment().await();
    var failure = new IllegalArgumentException("in order the first");
    first.setException(failure);
    Futures.moment().await();
    Futures.moment().await();

    assertThat(all.isDone()).as("done before its last input").isFalse();
    last.setResult("");
    assertThat(catchThrowable(all::await)).isSameAs(failure);
    log.expect(Level.ERROR, "in time the first");
  }

  @LoopTest
  @Tag("GEN-2")
  void furtherFailuresOfQuietTypesAreNotLogged(LogRecorder log) {
    var inputs =
        List.of(
            Futures.failed(new IllegalArgumentException("outcome")),
            Futures.failed(new InvalidStateException("of a subtype")));
    var all = Futures.all(inputs, List.of(IllegalStateException.class));
    var map = Map.of("key", Futures.failed(new IOException("outcome")));

    assertThat(all.exception()).hasMessage("outcome");
    assertThat(Futures.all(map, List.of()).exception()).hasMessage("outcome");
    assertThat(log.unexpected()).isEmpty();
  }

  @LoopTest
  @Tag("GEN-3")
  void cancellingTheCombinedFutureCancelsNoInput() {
    var promise = new Promise<String>();
    var all = Futures.all(List.of(promise));
    assertThat(all.cancel()).isTrue();
    Futures.moment().await();

    assertThat(promise.isDone()).isFalse();
    promise.setResult("of use");
    Futures.moment().await();
    assertThat(promise.result()).isEqualTo("of use");
    assertThat(all.isCancelled()).isTrue();
  }

  @LoopTest
  @Tag("GEN-3")
  void aCancelledInputDoesNotHangTheRest() {
    var cancelled = new Promise<String>();
    var other = new Promise<String>();
    var all = Futures.all(List.of(other, cancelled));
    cancelled.cancel();
    Futures.moment().await();
    assertThat(all.isDone()).isFalse();
    other.setResult("");

    assertThat(catchThrowable(all::await)).isInstanceOf(CancelledException.class);
  }

  @LoopTest
  @Tag("GEN-4")
  void whatRunSyncReturnsIsWaitedForToo(IOLoop loop) {
    var results = new ArrayList<Object>();
    var thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  results.add(IOLoop.run(() -> later(1)).result());
                  results.add(IOLoop.run(() -> List.of(later(0), Futures.completed(2), "text")));
                });
    Futures.from(java.util.concurrent.CompletableFuture.runAsync(() -> join(thread))).await();

    assertThat(results).hasSize(2).first().isEqualTo("after 1");
    assertThat(((List<?>) results.get(1)).getFirst())
        .isInstanceOfSatisfying(Future.class, future -> assertThat(future.isDone()).isTrue());
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
