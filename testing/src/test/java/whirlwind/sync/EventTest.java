// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

class EventTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @LoopTest
  @Tag("EVT-1")
  void startsClearAndIsSetAndCleared() {
    var event = new Event();
    assertThat(event.isSet()).isFalse();
    event.set();
    event.set();
    assertThat(event.isSet()).isTrue();
    event.clear();
    assertThat(event.isSet()).isFalse();
  }

  @LoopTest
  @Tag("EVT-2")
  void setWakesEverybodyInOrder() {
    var event = new Event();
    var order = new ArrayList<Integer>();
    for (int i = 0; i < 3; i++) {
      int number = i;
      event.whenSet().onComplete(_ -> order.add(number));
    }
    event.set();
    assertThat(order).isEmpty();
    Turns.pass();

    assertThat(order).containsExactly(0, 1, 2);
  }

  @LoopTest
  @Tag("EVT-2")
  void whoComesToASetEventNeverWaits() {
    var event = new Event();
    event.set();
    for (var timeout : List.of(Duration.ofSeconds(-1), Duration.ZERO, SECOND)) {
      assertThat(event.whenSet(timeout).result()).isTrue();
    }
    assertThat(event.whenSet().result()).isTrue();
  }

  @LoopTest
  @Tag("EVT-3")
  void setAndClearInOneGoWakesThoseWhoWaited() {
    var event = new Event();
    var before = event.whenSet();
    event.set();
    event.clear();
    var after = event.whenSet();
    Turns.pass();

    assertThat(before.result()).isTrue();
    assertThat(after.isDone()).isFalse();
    event.set();
    assertThat(after.result()).isTrue();
  }

  @LoopTest
  @Tag("EVT-4")
  void waitersFromBeforeAndAfterAClearAreBothWoken() {
    var event = new Event();
    var before = event.whenSet();
    event.clear();
    var after = event.whenSet();
    event.set();

    assertThat(before.result()).isTrue();
    assertThat(after.result()).isTrue();
  }

  @LoopTest
  @Tag("EVT-5")
  void aTimeOutIsFalseAndTheEventGoesOn(IOLoop loop) {
    var event = new Event();
    assertThat(event.whenSet(SECOND).await()).isFalse();
    assertThat(loop.time()).isEqualTo(1.0);
    assertThat(event.whenSet(Duration.ZERO).await()).isFalse();
    assertThat(event.whenSet(Duration.ofSeconds(-1)).await()).isFalse();
    assertThat(loop.time()).isEqualTo(1.0);
    loop.callLater(SECOND, event::set);

    assertThat(event.whenSet(SECOND.multipliedBy(2)).await()).isTrue();
    assertThat(loop.time()).isEqualTo(2.0);
  }

  @LoopTest
  @Tag("EVT-6")
  void oneWaitersEndIsItsOwn() {
    var event = new Event();
    var first = event.whenSet();
    var second = event.whenSet(SECOND);
    var third = event.whenSet();
    first.cancel();
    assertThat(event).hasToString("Event[clear, 2 waiting]");
    Futures.sleep(SECOND.multipliedBy(2)).await();
    assertThat(event).hasToString("Event[clear, 1 waiting]");
    event.set();

    assertThat(first.isCancelled()).isTrue();
    assertThat(second.result()).isFalse();
    assertThat(third.result()).isTrue();
    assertThat(event).hasToString("Event[set, 0 waiting]");
  }
}
