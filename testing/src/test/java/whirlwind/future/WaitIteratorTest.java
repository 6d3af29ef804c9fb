// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

class WaitIteratorTest {

  private static Future<String> later(long seconds) {
    return IOLoop.current()
        .spawn(
            () -> {
              Futures.sleep(Duration.ofSeconds(seconds)).await();
              return "after " + seconds;
            });
  }

  @LoopTest
  @Tag("GEN-6")
  void givesResultsInOrderOfCompletionWithIndexAndFuture() {
    var inputs = List.of(later(3), later(1), later(2));
    var each = WaitIterator.of(inputs.get(0), inputs.get(1), inputs.get(2));
    var seen = new ArrayList<String>();
    while (each.hasNext()) {
      var result = each.next().await();
      assertThat(each.currentFuture() == inputs.get(each.currentKey())).isTrue();
      seen.add(each.currentKey() + " " + result);
    }

    assertThat(seen).containsExactly("1 after 1", "2 after 2", "0 after 3");
  }

  @LoopTest
  @Tag("GEN-6")
  void namesKeyedInputsByKey() {
    var inputs = new LinkedHashMap<String, Future<String>>();
    inputs.put("slow", later(2));
    inputs.put("fast", later(1));
    var each = WaitIterator.of(inputs);
    each.next().await();
    assertThat(each.currentKey()).isEqualTo("fast");
    assertThat(each.currentFuture() == inputs.get("fast")).isTrue();
    each.next().await();
    assertThat(each.currentKey()).isEqualTo("slow");
  }

  @LoopTest
  @Tag("GEN-6")
  void aFailureIsThatItemsAlone() {
    var failure = new IllegalArgumentException();
    var failing = new Promise<String>();
    var each = WaitIterator.of(failing, later(1));
    failing.setException(failure);

    assertThat(catchThrowable(() -> each.next().await())).isSameAs(failure);
    assertThat(each.currentKey()).isZero();
    assertThat(each.hasNext()).isTrue();
    assertThat(each.next().await()).isEqualTo("after 1");
    assertThat(each.currentKey()).isEqualTo(1);
    assertThat(each.hasNext()).isFalse();
  }

  @LoopTest
  @Tag("GEN-6")
  void inputsThatAreDoneAlreadyComeFirstInOrderOfInput() {
    var each =
        WaitIterator.of(
            later(0), Futures.completed("b"), new Promise<String>(), Futures.completed("d"));

    assertThat(each.next().await()).isEqualTo("b");
    assertThat(each.next().await()).isEqualTo("d");
    assertThat(each.next().await()).isEqualTo("after 0");
    assertThat(each.currentKey()).isZero();
    assertThat(each.hasNext()).isTrue();
  }

  @LoopTest
  @Tag("GEN-6")
  void forgetsTheCurrentInputAtTheEnd() {
    var each = WaitIterator.of(Futures.completed("only"));
    assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(each::currentKey);
    each.next().await();
    assertThat(each.currentKey()).isZero();
    assertThat(each.hasNext()).isFalse();

    assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(each::currentKey);
    assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(each::currentFuture);
    assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(each::next);
    assertThat(WaitIterator.of(Map.of()).hasNext()).isFalse();
  }

  @LoopTest
  @Tag("GEN-6")
  void oneNextAtATimeAndACancelledOneLosesNothing() {
    var promise = new Promise<String>();
    var each = WaitIterator.of(promise);
    var next = each.next();
    assertThatIllegalStateException().isThrownBy(each::next);
    next.cancel();
    promise.setResult("value");

    assertThat(each.next().await()).isEqualTo("value");
    assertThat(each.currentKey()).isZero();
  }

  @LoopTest
  @Tag("GEN-6")
  void skipsNoneAndRepeatsNoneUnderRandomCompletion() {
    var random = new Random(17);
    for (int round = 0; round < 50; round++) {
      var inputs = new LinkedHashMap<Integer, Promise<Integer>>();
      for (int i = 0; i < 20; i++) {
        inputs.put(i, new Promise<>());
      }
      var pending = new ArrayList<>(inputs.values());
      var each = WaitIterator.of(inputs);
      var keys = new ArrayList<Integer>();
      while (each.hasNext()) {
        for (int burst = random.nextInt(4); burst >= 0 && !pending.isEmpty(); burst--) {
          var promise = pending.remove(random.nextInt(pending.size()));
          inputs.forEach(
              (key, input) -> {
                if (input == promise) {
                  promise.setResult(key);
                }
              });
        }
        assertThat(each.next().await()).isEqualTo(each.currentKey());
        keys.add(each.currentKey());
      }
      assertThat(keys).containsExactlyInAnyOrderElementsOf(inputs.keySet());
    }
  }
}
