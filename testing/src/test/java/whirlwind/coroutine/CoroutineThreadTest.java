// SPDX-License-Identifier: Apache-2.0
package whirlwind.coroutine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

/** What the JDK's own threads, locks and locals do inside coroutines. */
class CoroutineThreadTest {

  private static final ThreadLocal<String> LOCAL = new ThreadLocal<>();
  private static final InheritableThreadLocal<String> INHERITABLE = new InheritableThreadLocal<>();
  private static final ScopedValue<String> SCOPED = ScopedValue.newInstance();

  // ---------------------------------------------------------------- threads started inside

  /**
   * In JDK 25 it inherits the scheduler: it may run on the loop's thread, but it is not of the
   * loop.
   */
  @LoopTest(clock = LoopTest.Time.SYSTEM)
  void aVirtualThreadStartedInsideRunsAndIsForeignToTheLoop(IOLoop loop) {
    var isCurrent = new Promise<Boolean>();
    var refused = new Promise<Throwable>();
    var slept = new Promise<String>();
    Thread.ofVirtual()
        .name("a-child")
        .start(
            () -> {
              isCurrent.setResult(loop.isCurrent());
              refused.setResult(catchThrowable(loop::requireCurrent));
              sleep(1);
              slept.setResult(Thread.currentThread().getName());
            });

    assertThat(isCurrent.await()).isFalse();
    assertThat(refused.await())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a-child");
    assertThat(slept.await()).isEqualTo("a-child");
    assertThat(loop.isCurrent()).isTrue();
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  void itMayCompletePromisesAndAddCallbacks(IOLoop loop) {
    var done = new Promise<Boolean>();
    Thread.ofVirtual().start(() -> loop.addCallback(() -> done.setResult(loop.isCurrent())));

    assertThat(done.await()).isTrue();
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  void itCannotAwait(IOLoop loop) {
    var failure = new Promise<Throwable>();
    Thread.ofVirtual()
        .start(() -> failure.setResult(catchThrowable(new Promise<String>(loop)::await)));

    assertThat(failure.await()).isInstanceOf(IllegalStateException.class);
  }

  // ---------------------------------------------------------------- blocking

  private static void requireLoopCarrier() {
    Assumptions.assumeTrue(
        Carrier.chosen().name().equals("loop"), "a blocking call stops the loop");
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  void whileOneBlocksInTheJdkTheLoopGoesOn(IOLoop loop) {
    requireLoopCarrier();
    var queue = new LinkedBlockingQueue<String>();
    var lock = new ReentrantLock();
    var monitor = new Object();
    var release = new Promise<String>();
    var holder =
        loop.spawn(
            () -> {
              lock.lock();
              try {
                synchronized (monitor) {
                  return release.await();
                }
              } finally {
                lock.unlock();
              }
            });
    Futures.moment().await();
    var blocked =
        List.of(
            loop.spawn(queue::take),
            loop.spawn(
                () -> {
                  lock.lock();
                  lock.unlock();
                  return "locked";
                }),
            loop.spawn(
                () -> {
                  synchronized (monitor) {
                    return "synchronised";
                  }
                }),
            loop.spawn(
                () -> {
                  sleep(1);
                  return "slept";
                }));
    for (int turn = 0; turn < 10; turn++) {
      Futures.moment().await();
    }
    assertThat(blocked.subList(0, 3)).noneMatch(task -> task.isDone());
    queue.add("taken");
    release.setResult("");

    assertThat(Futures.all(blocked).await())
        .containsExactly("taken", "locked", "synchronised", "slept");
    holder.await();
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException failure) {
      throw new IllegalStateException(failure);
    }
  }

  // ---------------------------------------------------------------- stacks

  @LoopTest
  void deepRecursionSurvivesSuspension(IOLoop loop) {
    int depth = 2_000;
    var task = loop.spawn(() -> sum(depth));

    assertThat(task.await()).isEqualTo(depth * (depth + 1) / 2);
  }

  private static int sum(int depth) {
    if (depth % 500 == 0) {
      Futures.moment().await();
    }
    return depth == 0 ? 0 : depth + sum(depth - 1);
  }

  @LoopTest
  void anOverflowOfTheStackIsTheTasksAloneAlsoAfterSuspensions(IOLoop loop) {
    for (int i = 0; i < 3; i++) {
      var task =
          loop.spawn(
              () -> {
                Futures.moment().await();
                return recurseForEver(0);
              });
      assertThat(catchThrowable(task::await)).isInstanceOf(StackOverflowError.class);
    }

    assertThat(loop.spawn(() -> sum(100)).await()).isEqualTo(5050);
  }

  private static int recurseForEver(int depth) {
    return 1 + recurseForEver(depth + 1);
  }

  // ---------------------------------------------------------------- locals

  @LoopTest
  @Tag("GEN-8")
  void threadLocalsBelongToOneCoroutine(IOLoop loop) {
    LOCAL.set("the test's");
    INHERITABLE.set("the test's");
    var seen = new ArrayList<String>();
    var tasks =
        List.of(
            loop.spawn(() -> seen.add(LOCAL.get() + INHERITABLE.get() + setAndAwait("a"))),
            loop.spawn(() -> seen.add(LOCAL.get() + INHERITABLE.get() + setAndAwait("b"))));
    tasks.forEach(task -> task.await());

    assertThat(seen).containsExactly("nullnulla", "nullnullb");
    assertThat(LOCAL.get()).isEqualTo("the test's");
    assertThat(loop.runInExecutor(() -> LOCAL.get() + INHERITABLE.get()).await())
        .isEqualTo("nullnull");
    LOCAL.remove();
    INHERITABLE.remove();
  }

  private static String setAndAwait(String value) {
    LOCAL.set(value);
    Futures.moment().await();
    Futures.moment().await();
    return LOCAL.get();
  }

  @LoopTest
  @Tag("GEN-8")
  void scopedValuesReachWhatACoroutineAwaitsButNeitherSiblingsNorExecutors(IOLoop loop) {
    var sibling = new Promise<String>();
    var seen =
        ScopedValue.where(SCOPED, "bound")
            .call(
                () -> {
                  var other = loop.spawn(() -> SCOPED.isBound());
                  loop.addCallback(() -> sibling.setResult(SCOPED.isBound() + ""));
                  var outside = loop.runInExecutor(() -> SCOPED.isBound());
                  var here = awaitAndRead();
                  return here + other.await() + sibling.await() + outside.await() + SCOPED.get();
                });

    assertThat(seen).isEqualTo("boundfalsefalsefalsebound");
    assertThat(SCOPED.isBound()).isFalse();
  }

  private static String awaitAndRead() {
    Futures.moment().await();
    return SCOPED.get();
  }
}
