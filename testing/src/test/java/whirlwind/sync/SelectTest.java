// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import whirlwind.future.CancelledException;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

class SelectTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static Future<Selected<String>> either(Queue<String> one, Queue<String> other) {
    return Select.first(
        Case.get(one, item -> "one: " + item), Case.get(other, item -> "other: " + item));
  }

  @LoopTest
  @Tag("SEL-1")
  void whatCanGoAtOnceDoesAndTheFirstOfSeveral() {
    var one = new Queue<String>();
    var other = new Queue<String>();
    other.putNowait("b");
    assertThat(either(one, other).result().run()).isEqualTo("other: b");
    one.putNowait("a");
    other.putNowait("c");
    assertThat(either(one, other).result().run()).isEqualTo("one: a");

    assertThat(other.getNowait()).isEqualTo("c");
  }

  @LoopTest
  @Tag("SEL-1")
  void whatComesFirstWinsAndTheOthersHaveLeft() {
    var one = new Queue<String>();
    var other = new Queue<String>();
    var selected = either(one, other);
    assertThat(selected.isDone()).isFalse();
    other.putNowait("b");
    one.putNowait("a");

    assertThat(selected.await().run()).isEqualTo("other: b");
    assertThat(one.getNowait()).isEqualTo("a");
    assertThat(other.empty()).isTrue();
    assertThat(one.waiting()).isEmpty();
  }

  @LoopTest
  @Tag("SEL-3")
  void itsCodeRunsInWhoeverRunsItAndMayAwait(IOLoop loop) {
    var lock = new Lock();
    var held = lock.acquire().await();
    loop.callLater(SECOND, held::close);
    double time =
        Select.first(
                Case.acquire(
                    lock,
                    permit -> {
                      try (permit) {
                        Futures.sleep(SECOND).await();
                        return loop.time();
                      }
                    }))
            .await()
            .run();

    assertThat(time).isEqualTo(2.0);
    assertThat(lock).hasToString("Lock[unlocked, 0 waiting]");
  }

  @LoopTest
  @Tag("SEL-1")
  void everyKindOfCaseWins(IOLoop loop) {
    var full = new Queue<String>(1);
    full.putNowait("a");
    var put = Select.first(Case.put(full, "b", () -> "put"), Case.after(SECOND, () -> "late"));
    assertThat(full.getNowait()).isEqualTo("a");
    assertThat(put.await().run()).isEqualTo("put");
    assertThat(full.getNowait()).isEqualTo("b");

    var event = new Event();
    var set = Select.first(Case.set(event, () -> "set"));
    event.set();
    assertThat(set.await().run()).isEqualTo("set");

    var semaphore = new Semaphore(0);
    var acquired = Select.first(Case.acquire(semaphore, Permit::toString));
    semaphore.release();
    assertThat(acquired.await().run()).isEqualTo("Permit[open]");

    var promise = new Promise<String>();
    var done = Select.first(Case.done(promise, value -> value));
    promise.setResult("done");
    assertThat(done.await().run()).isEqualTo("done");

    var after =
        Select.first(Case.set(new Event(), () -> "never"), Case.after(SECOND, () -> "late"));
    assertThat(after.await().run()).isEqualTo("late");
    assertThat(loop.time()).isEqualTo(1.0);

    var now = Select.first(Case.set(new Event(), () -> "never"), Case.otherwise(() -> "now"));
    assertThat(now.result().run()).isEqualTo("now");
  }

  @LoopTest
  void aLimitersTokenIsTheSelectingTasks(IOLoop loop) {
    var limiter = new CapacityLimiter(1);
    var first = limiter.acquireOnBehalfOf("somebody").await();
    var task =
        loop.spawn(() -> Select.first(Case.acquire(limiter, permit -> permit)).await().run());
    Turns.pass();
    first.close();

    try (var _ = task.await()) {
      assertThat(limiter.borrowers()).containsExactly(task);
    }
    assertThat(limiter.borrowedTokens()).isZero();
  }

  @LoopTest
  @Tag("SEL-3")
  void aFailureOfAFutureIsThrownByTheCode() {
    var failure = new IllegalArgumentException("planted");
    var promise = new Promise<String>();
    var selected = Select.first(Case.done(promise, value -> value));
    promise.setException(failure);

    assertThatThrownBy(() -> selected.await().run()).isSameAs(failure);
  }

  @LoopTest
  @Tag("SEL-2")
  void aLostFutureGoesOnAndIsNotListenedTo() {
    var promise = new Promise<String>();
    var queue = new Queue<String>();
    var selected = Select.first(Case.done(promise, value -> value), Case.get(queue, item -> item));
    queue.putNowait("item");
    assertThat(selected.await().run()).isEqualTo("item");
    promise.setResult("value");
    Turns.pass();

    assertThat(promise.result()).isEqualTo("value");
  }

  @LoopTest
  void theFutureMayBeAnotherLoops() {
    var theirs = new CompletableFuture<Promise<String>>();
    var selecting = new CompletableFuture<String>();
    var over = new CompletableFuture<String>();
    Thread.ofPlatform()
        .start(
            () ->
                IOLoop.run(
                    () -> {
                      var promise = new Promise<String>();
                      theirs.complete(promise);
                      promise.setResult(Futures.from(selecting).await());
                      return Futures.from(over).await();
                    }));
    var selected = Select.first(Case.done(Futures.from(theirs).await(), value -> value));
    selecting.complete("from afar");

    assertThat(selected.await().run()).isEqualTo("from afar");
    over.complete("over");
  }

  @LoopTest
  @Tag("SEL-5")
  void aCancelledSelectHasLeftAllLines(IOLoop loop) {
    var queue = new Queue<String>();
    var lock = new Lock();
    var held = lock.acquire().await();
    var selected =
        Select.<Object>first(
            Case.get(queue, item -> item),
            Case.acquire(lock, permit -> permit),
            Case.after(SECOND, () -> "late"));
    assertThat(selected.cancel()).isTrue();
    held.close();
    queue.putNowait("item");
    Futures.sleep(SECOND.multipliedBy(2)).await();

    assertThat(selected.isCancelled()).isTrue();
    assertThat(lock).hasToString("Lock[unlocked, 0 waiting]");
    assertThat(queue.getNowait()).isEqualTo("item");
    assertThat(loop.time()).isEqualTo(2.0);
  }

  @LoopTest
  @Tag("SEL-5")
  void whatHasWonCannotBeCancelledAnyMore(IOLoop loop) {
    var queue = new Queue<String>();
    var task = loop.spawn(() -> Select.first(Case.get(queue, item -> item)).await().run());
    Turns.pass();
    queue.putNowait("item");
    task.cancel(); // in the same turn

    assertThat(task.await()).isEqualTo("item");
  }

  @LoopTest
  @Tag("SEL-2")
  void losingMeansThePlaceInTheLine() {
    var lock = new Lock();
    var held = lock.acquire().await();
    var queue = new Queue<String>();
    var cases =
        List.<Case<Object>>of(Case.get(queue, item -> item), Case.acquire(lock, permit -> permit));
    var first = Select.first(cases);
    var other = lock.acquire();
    queue.putNowait("item");
    assertThat(first.await().run()).isEqualTo("item");
    var second = Select.first(cases); // begins at the end of the line
    held.close();

    assertThat(other.isDone()).isTrue();
    assertThat(second.isDone()).isFalse();
    other.result().close();
    assertThat(second.result().winner()).isSameAs(cases.get(1));
  }

  @LoopTest
  @Tag("SEL-4")
  void aQueueThatClosesFailsTheWholeAndOneThatIsClosedRefusesIt() {
    var closing = new Queue<String>();
    var other = new Queue<String>();
    var selected = either(other, closing);
    closing.close();
    assertThatThrownBy(selected::await).isInstanceOf(QueueClosedException.class);
    assertThat(other.waiting()).isEmpty();
    assertThatThrownBy(() -> either(other, closing)).isInstanceOf(QueueClosedException.class);

    assertThat(other.waiting()).isEmpty();
  }

  @LoopTest
  @Tag("SEL-4")
  void aCaseThatIsRefusedLeavesNobodyInTheOthersLines(IOLoop loop) {
    var limiter = new CapacityLimiter(0);
    var queue = new Queue<String>();
    var task =
        loop.spawn(
            () -> {
              limiter.acquire(); // the task waits for a token already
              assertThatThrownBy(
                      () ->
                          Select.<Object>first(
                              Case.get(queue, item -> item),
                              Case.acquire(limiter, permit -> permit)))
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageContaining("which waits for one");
              return null;
            });
    task.await();

    assertThat(queue.waiting()).isEmpty();
  }

  @LoopTest
  void wantsAtLeastOneCase() {
    assertThatIllegalArgumentException()
        .isThrownBy(Select::first)
        .withMessage("cases: wanted at least one, got none");
  }

  @LoopTest
  void saysWhatItWaitsFor(IOLoop loop) {
    var task = loop.spawn(() -> either(new Queue<>(), new Queue<>()).await().run());
    Turns.pass();

    assertThat(task.toString()).contains("Select of [Queue.get(), Queue.get()]");
    task.cancel();
    assertThatThrownBy(task::await).isInstanceOf(CancelledException.class);
  }
}
