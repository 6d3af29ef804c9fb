// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import whirlwind.diagnosis.LoopDump;
import whirlwind.diagnosis.TaskDump;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.future.TimeoutException;
import whirlwind.stream.IOStream;
import whirlwind.stream.StreamLimits;
import whirlwind.sync.CapacityLimiter;
import whirlwind.sync.Lock;
import whirlwind.sync.Queue;
import whirlwind.testing.LoopTest;
import whirlwind.testing.MemoryTransport;

/** What a loop shows of itself. */
class LoopDumpTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static TaskDump taskNamed(String name, List<TaskDump> tasks) {
    return tasks.stream().filter(task -> task.name().equals(name)).findFirst().orElseThrow();
  }

  private static void pass() {
    for (int i = 0; i < 5; i++) {
      Futures.moment().await();
    }
  }

  @LoopTest
  @Tag("DIA-1")
  void tasksAndScopesAreATreeWithStacksAndWaits(IOLoop loop) {
    var queue = new Queue<String>();
    var parent =
        loop.spawn(
            "parent",
            () ->
                TaskScope.run(
                    SECOND,
                    scope -> {
                      scope.spawn("child", () -> waitForItem(queue));
                      return null;
                    }));
    Futures.sleep(Duration.ofMillis(500)).await();

    var dump = loop.dump();
    var top = taskNamed("parent", dump.tasks());
    assertThat(top.state()).isEqualTo(TaskDump.State.WAITING);
    assertThat(top.waitsFor()).hasToString("end of the children of " + parentsChildren(dump));
    assertThat(top.scopes()).hasSize(1);
    assertThat(top.scopes().getFirst().deadline()).isEqualTo(1.0);
    assertThat(top.scopes().getFirst().stopping()).isFalse();
    var child = top.scopes().getFirst().tasks().getFirst();
    assertThat(child.name()).isEqualTo("child");
    assertThat(child.waitsFor().operation()).isEqualTo("Queue.get()");
    assertThat(child.waitsFor().since()).isZero();
    assertThat(child.stack().getFirst()).contains("LoopDumpTest.waitForItem");
    assertThat(child.stack()).noneMatch(frame -> frame.contains("whirlwind.future"));
    assertThat(child.startedAt()).contains("LoopDumpTest");
    assertThat(taskNamed("main", dump.tasks()).state()).isEqualTo(TaskDump.State.RUNNING);
    assertThat(dump.stuck()).isFalse();

    queue.putNowait("item");
    parent.await();
    assertThat(loop.dump().tasks()).extracting(TaskDump::name).containsExactly("main");
  }

  /** The set of its children, which is the text of what it waits for. */
  private static String parentsChildren(LoopDump dump) {
    return taskNamed("parent", dump.tasks()).waitsFor().on();
  }

  private static String waitForItem(Queue<String> queue) {
    return queue.get().await();
  }

  @LoopTest
  @Tag("DIA-2")
  void itSaysWhoHoldsALockAndUntilWhenOthersWait(IOLoop loop) {
    var lock = new Lock();
    var holder =
        loop.spawn(
            "holder",
            () -> {
              try (var _ = lock.acquire().await()) {
                Futures.sleep(SECOND).await();
              }
              return null;
            });
    pass();
    var waiter = loop.spawn("waiter", () -> lock.acquire(Duration.ofSeconds(5)).await());
    var next = loop.spawn("next", () -> lock.acquire().await());
    pass();

    var wait = taskNamed("waiter", loop.dump().tasks()).waitsFor();
    assertThat(wait.operation()).isEqualTo("Lock.acquire()");
    assertThat(wait.on()).isEqualTo("Lock[locked, 2 waiting]");
    assertThat(wait.heldBy()).containsExactly("holder");
    assertThat(wait.deadline()).isEqualTo(5.0);
    assertThat(taskNamed("holder", loop.dump().tasks()).waitsFor())
        .hasToString("sleep(), until 1.000 s");

    holder.await();
    assertThat(taskNamed("next", loop.dump().tasks()).waitsFor().heldBy())
        .containsExactly("waiter");
    waiter.await().close();
    next.await().close();
    assertThat(lock.heldBy()).isEmpty();
  }

  @LoopTest
  @Tag("DIA-2")
  void borrowersOfALimiterHoldIt(IOLoop loop) {
    var limiter = new CapacityLimiter(1);
    var end = new Promise<Boolean>(loop);
    var borrower =
        loop.spawn(
            "borrower",
            () -> {
              try (var _ = limiter.acquire().await()) {
                return end.await();
              }
            });
    pass();
    var waiter = loop.spawn("waiter", () -> limiter.acquire().await());
    pass();
    assertThat(taskNamed("waiter", loop.dump().tasks()).waitsFor().heldBy())
        .containsExactly("borrower");
    end.setResult(true);
    borrower.await();
    waiter.await().close();
  }

  @LoopTest
  @Tag("DIA-3")
  void tasksThatTakeTwoLocksCrosswiseAreACircle(IOLoop loop) {
    var one = new Lock();
    var other = new Lock();
    var first = loop.spawn("first", () -> takeBoth(one, other));
    var second = loop.spawn("second", () -> takeBoth(other, one));
    pass();
    var bystander = loop.spawn("bystander", () -> one.acquire().await());
    pass();
    var cycles = loop.dump().cycles();
    assertThat(cycles).hasSize(1);
    assertThat(cycles.getFirst().get(0))
        .isEqualTo(
            "first waits for Lock.acquire() of Lock[locked, 1 waiting], held by second, since 0.000"
                + " s");
    assertThat(cycles.getFirst().get(1)).startsWith("second waits for Lock.acquire()");
    assertThat(cycles.getFirst().get(2)).isEqualTo("first");
    assertThat(loop.dump().toString()).contains("DEADLOCK: each waits for the next");

    first.cancel();
    second.await();
    bystander.await().close();
    assertThat(loop.dump().cycles()).isEmpty();
  }

  private static boolean takeBoth(Lock first, Lock second) {
    try (var _ = first.acquire().await()) {
      Futures.moment().await();
      try (var _ = second.acquire().await()) {
        return true;
      }
    }
  }

  @LoopTest
  @Tag("DIA-3")
  void aScopeWhoseChildAwaitsItsOwnerIsACircleAndATimeLimitDoesNotHideIt(IOLoop loop) {
    var owner = new Promise<Task<?>>(loop);
    var task =
        loop.spawn(
            "owner",
            () ->
                TaskScope.run(
                    scope -> {
                      scope.spawn(
                          "child",
                          () ->
                              Futures.withTimeout(
                                      SECOND, owner.await(), List.of(TimeoutException.class))
                                  .await());
                      return null;
                    }));
    owner.setResult(task);
    pass();
    assertThat(loop.dump().cycles())
        .singleElement()
        .satisfies(
            cycle -> {
              assertThat(cycle.getFirst()).startsWith("owner waits for end of the children");
              assertThat(cycle.get(1)).startsWith("child waits for withTimeout()");
            });
    assertThatThrownBy(task::await).isInstanceOf(TimeoutException.class);
  }

  @LoopTest
  @Tag("DIA-3")
  void whoWaitsForTheEndOfItsScopeButNotForItsChildrenIsInNoCircle(IOLoop loop) {
    var task =
        loop.spawn(
            "owner",
            () ->
                TaskScope.run(
                    scope -> {
                      scope.spawn("child", () -> scope.stopping().await());
                      Futures.sleep(SECOND).await();
                      scope.stop();
                      return null;
                    }));
    pass();
    assertThat(loop.dump().cycles()).isEmpty();
    task.await();
  }

  @LoopTest
  @Tag("DIA-4")
  void timersCallbacksAndStreamsAreShown(IOLoop loop) throws IOException {
    var timer = loop.callLater(SECOND, new NamedCallback("the timer"));
    var end = new Promise<Boolean>(loop);
    loop.addCallback(() -> end.await());
    var pair = MemoryTransport.pair(loop, 100);
    var stream = new IOStream(loop, pair.near(), StreamLimits.defaults());
    pair.far().write(ByteBuffer.wrap("12345".getBytes(StandardCharsets.UTF_8)));
    var read = stream.readBytes(10);
    pass();

    var dump = loop.dump();
    assertThat(dump.timers()).hasSize(1);
    assertThat(dump.timers().getFirst().deadline()).isEqualTo(1.0);
    assertThat(dump.timers().getFirst().callback()).isEqualTo("the timer");
    assertThat(dump.callbacks())
        .singleElement()
        .satisfies(
            callback -> {
              assertThat(callback.name()).isEqualTo("callback");
              assertThat(callback.stack().getFirst()).contains("LoopDumpTest");
            });
    assertThat(dump.resources())
        .singleElement()
        .satisfies(
            resource -> {
              assertThat(resource.resource()).startsWith("IOStream[").contains("reading");
              assertThat(resource.received()).isEqualTo(5);
              assertThat(resource.memory()).isGreaterThanOrEqualTo(5);
              assertThat(resource.openedAt()).contains("LoopDumpTest");
            });
    assertThat(dump.stats().bufferedBytes()).isEqualTo(dump.resources().getFirst().memory());
    assertThat(read.waitsFor().operation()).isEqualTo("readBytes(10 bytes) with 5 bytes buffered");
    assertThat(read.waitsFor().on()).isSameAs(stream);

    loop.removeTimeout(timer);
    end.setResult(true);
    stream.close();
    read.exception();
    pass();
    assertThat(loop.dump().callbacks()).isEmpty();
    assertThat(loop.dump().resources()).isEmpty();
  }

  private record NamedCallback(String name) implements Runnable {
    @Override
    public void run() {}

    @Override
    public String toString() {
      return name;
    }
  }

  @LoopTest
  @Tag("DIA-4")
  void ofManyItShowsAsManyAsItIsAskedFor(IOLoop loop) {
    for (int i = 0; i < 10; i++) {
      loop.callLater(SECOND, () -> {});
    }
    var task = loop.spawn("other", () -> Futures.sleep(SECOND).await());
    pass();
    var dump = loop.dump(1);
    assertThat(dump.timers()).hasSize(1);
    assertThat(dump.tasks()).hasSize(1);
    assertThat(dump.stats().timers()).isEqualTo(11);
    assertThat(dump.stats().tasks()).isEqualTo(2);
    assertThat(dump.toString()).contains("timers: 11, of which 1 are shown");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> loop.dump(-1))
        .withMessage("most: wanted zero or more, got -1");
    task.await();
  }

  @LoopTest
  @Tag("DIA-4")
  void aTextThatFailsSpoilsNothing(IOLoop loop) {
    var timer =
        loop.callLater(
            SECOND,
            new Runnable() {
              @Override
              public void run() {}

              @Override
              public String toString() {
                throw new IllegalStateException("odd");
              }
            });
    assertThat(loop.dump().timers().getFirst().callback())
        .contains("whose toString failed: java.lang.IllegalStateException: odd");
    loop.removeTimeout(timer);
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("DIA-1")
  void aTaskThatBlocksInTheJdkIsShownAsBlocked(IOLoop loop) {
    Assumptions.assumeTrue(loop.carrier().equals("loop"), "on the baton carrier the loop stops");
    var box = new LinkedBlockingQueue<String>();
    var task = loop.spawn("taker", box::take);
    pass();
    var taker = taskNamed("taker", loop.dump().tasks());
    assertThat(taker.state()).isEqualTo(TaskDump.State.BLOCKED);
    assertThat(taker.waitsFor()).isNull();
    assertThat(taker.stack()).anyMatch(frame -> frame.contains("LinkedBlockingQueue.take"));
    box.add("item");
    task.await();
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("DIA-5")
  void anotherThreadAsksTheLoop(IOLoop loop) {
    var waiting = loop.spawn("waiting", () -> new Promise<String>(loop).await());
    var dump = loop.runInExecutor(loop::dump).await();
    assertThat(dump.stuck()).isFalse();
    assertThat(dump.tasks()).extracting(TaskDump::name).contains("waiting", "main");
    assertThat(taskNamed("main", dump.tasks()).waitsFor().operation()).isEqualTo("runInExecutor()");
    waiting.cancel();
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("DIA-5")
  void aLoopThatIsStuckIsSeenFromOutside(IOLoop loop) throws InterruptedException {
    var waiting = loop.spawn("waiting", () -> new Promise<String>(loop).await());
    Futures.moment().await();
    var seen = new CompletableFuture<LoopDump>();
    var other = Thread.ofPlatform().start(() -> seen.complete(loop.dump()));
    spinUntilDone(seen);
    other.join();
    var dump = seen.join();
    assertThat(dump.stuck()).isTrue();
    assertThat(dump.running()).anyMatch(frame -> frame.contains("spinUntilDone"));
    assertThat(taskNamed("main", dump.tasks()).state()).isEqualTo(TaskDump.State.RUNNING);
    assertThat(taskNamed("waiting", dump.tasks()).state()).isEqualTo(TaskDump.State.WAITING);
    assertThat(dump.stats().queueAge()).isGreaterThanOrEqualTo(SECOND);
    assertThat(dump.toString()).contains("STUCK: the loop does not answer");
    waiting.cancel();
  }

  private static void spinUntilDone(CompletableFuture<?> done) {
    while (!done.isDone()) {
      Thread.onSpinWait();
    }
  }

  @Test
  @Tag("DIA-5")
  void aLoopThatDoesNotRunShowsWhatItHas() {
    try (var loop = new IOLoop(LoopOptions.defaults().withMakeCurrent(MakeCurrent.NEVER))) {
      loop.callLater(SECOND, () -> {});
      assertThat(loop.dump().timers()).hasSize(1);
      assertThat(loop.stats().running()).isZero();
      assertThat(loop.stats().queueAge()).isZero();
    }
  }

  @LoopTest
  @Tag("DIA-7")
  void figuresSayHowBusyAndHowLateTheLoopIs(IOLoop loop, whirlwind.testing.ManualClock clock) {
    var before = loop.stats();
    Futures.sleep(SECOND.multipliedBy(3)).await(); // idle
    clock.advance(SECOND); // at work
    var late = loop.callLater(Duration.ofMillis(10), () -> {});
    clock.advance(Duration.ofMillis(510));
    assertThat(loop.stats().lag()).isEqualTo(Duration.ofMillis(500));
    assertThat(loop.stats().queueAge()).isEqualTo(Duration.ofMillis(1510));
    pass();
    var after = loop.stats();
    assertThat(after.idle().minus(before.idle())).isEqualTo(SECOND.multipliedBy(3));
    assertThat(after.running().minus(before.running())).isEqualTo(Duration.ofMillis(4510));
    assertThat(after.utilisationSince(before)).isBetween(0.33, 0.34);
    assertThat(after.longestLag()).isEqualTo(Duration.ofMillis(500));
    assertThat(after.turns()).isGreaterThan(before.turns());
    assertThat(after.tasks()).isOne();
    assertThat(after.parkedTasks()).isZero();
    loop.removeTimeout(late);
  }
}
