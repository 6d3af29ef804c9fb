// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

/** What all waits of the package have in common: the line they stand in, and being seen in it. */
class WaitingTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** In each of eleven lines. */
  private static final int WAITERS = 100_000;

  /** Something that can be waited for, and who waits. */
  private record Line(Supplier<Future<?>> begin, Supplier<List<Waiting>> waiting) {
    static List<Line> ofEveryKind() {
      var lock = new Lock();
      lock.acquire();
      var semaphore = new Semaphore(0);
      var limiter = new CapacityLimiter(0);
      var event = new Event();
      var empty = new Queue<String>();
      var full = new PriorityQueue<String>(1);
      full.putNowait("item");
      var channel = new Broadcast<String>(1, SlowSubscriber.WAIT);
      channel.subscribe();
      channel.publish("item");
      var idle = new Broadcast<String>(1, SlowSubscriber.WAIT).subscribe();
      var condition = new Condition();
      return List.of(
          new Line(() -> lock.acquire(SECOND), lock::waiting),
          new Line(() -> semaphore.acquire(SECOND), semaphore::waiting),
          new Line(() -> limiter.acquireOnBehalfOf(new Object(), SECOND), limiter::waiting),
          new Line(() -> event.whenSet(SECOND), event::waiting),
          new Line(() -> empty.get(SECOND), empty::waiting),
          new Line(() -> full.put("more", SECOND), full::waiting),
          new Line(() -> full.join(SECOND), full::waiting),
          new Line(() -> channel.publish("more", SECOND), channel::waiting),
          new Line(
              () ->
                  Select.<@Nullable Object>first(
                      Case.get(empty, item -> item), Case.set(event, () -> null)),
              event::waiting),
          new Line(() -> waitFor(condition), condition::waiting),
          new Line(() -> idle.get(SECOND), idle::waiting));
    }

    /** Whoever closes its permit meanwhile does not want the lock again. */
    private static Future<?> waitFor(Condition condition) {
      try (var _ = condition.acquire().await()) {
        return condition.whenNotified(SECOND);
      }
    }
  }

  @LoopTest
  @Tag("WAI-1")
  void whoeverWaitsIsSeenWithTaskOperationAndTime(IOLoop loop) {
    Futures.sleep(SECOND).await();
    var lock = new Lock();
    var held = lock.acquire().await();
    var task = loop.spawn("worker", () -> lock.acquire().await());
    Turns.pass();
    loop.addCallback(lock::acquire);
    Turns.pass();

    assertThat(lock.waiting())
        .containsExactly(
            new Waiting("Lock.acquire()", lock, task, 1.0, Double.POSITIVE_INFINITY),
            new Waiting("Lock.acquire()", lock, null, 1.0, Double.POSITIVE_INFINITY));
    assertThat(lock.waiting().get(0))
        .hasToString("Lock.acquire() of Lock[locked, 2 waiting], by task worker since 1.0 s");
    assertThat(lock.waiting().get(1).toString()).contains("by a callback");
    assertThat(task.toString())
        .contains("awaiting Future[pending: Lock.acquire(), by task worker since 1.0 s]");
    held.close();
    task.await().close();
    assertThat(lock.waiting()).isEmpty();
  }

  @LoopTest
  @Tag("CND-11")
  @Tag("WAI-1")
  void whoWaitsForTheLockOfItsConditionSaysSo(IOLoop loop) {
    var condition = new Condition();
    var task =
        loop.spawn(
            () -> {
              try (var _ = condition.acquire().await()) {
                return condition.whenNotified().await();
              }
            });
    Turns.pass();
    assertThat(condition.waiting())
        .extracting(Waiting::operation)
        .containsExactly("Condition.whenNotified()");
    try (var _ = condition.acquire().await()) {
      condition.notifyOne();
      Turns.pass();
      assertThat(task.toString()).contains("pending: to hold again Lock[locked, 1 waiting]");
    }
    assertThat(task.await()).isTrue();
  }

  @LoopTest(limitSeconds = 60)
  @Tag("LCK-8")
  @Tag("SEM-6")
  @Tag("CND-8")
  @Tag("QUE-12")
  @Tag("EVT-6")
  @Tag("WAI-2")
  void aMillionWaitersComeAndGoWhereverTheyStandAndLeaveNothingBehind() {
    for (var line : Line.ofEveryKind()) {
      int before = line.waiting.get().size();
      var first = line.begin.get();
      for (int i = 0; i < WAITERS; i++) {
        var middle = line.begin.get();
        var last = i % 100 == 0 ? line.begin.get() : null;
        middle.cancel();
        if (last != null) {
          last.cancel();
          Futures.moment().await();
        }
      }
      assertThat(line.waiting.get()).hasSize(before + 1);
      first.cancel();
      assertThat(line.waiting.get()).hasSize(before);
    }
  }

  /** Time-outs, too: they take their timers with them. */
  @LoopTest
  @Tag("CND-8")
  @Tag("QUE-12")
  @Tag("WAI-2")
  void thousandsTimeOutTogetherAndLeaveNothingBehind(IOLoop loop) {
    for (var line : Line.ofEveryKind()) {
      var waits = new ArrayList<Future<?>>();
      for (int i = 0; i < 2_000; i++) {
        waits.add(line.begin.get());
      }
      Futures.sleep(SECOND.multipliedBy(2)).await();
      waits.forEach(each -> catchThrowable(each::result)); // whatever it is, it is looked at
      waits.forEach(Future::cancel); // a select has no time-out of its own
      assertThat(line.waiting.get()).isEmpty();
    }
  }
}
