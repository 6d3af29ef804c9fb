// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import whirlwind.future.CancelledException;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.loop.MakeCurrent;
import whirlwind.loop.Task;
import whirlwind.testing.LoopTest;

/** Two loops: what belongs to one is refused to the other, except for awaiting its futures. */
class OtherLoopTest {

  /** A task on a loop of its own, which waits for a future of the test's. */
  private static final class Elsewhere {
    private final CompletableFuture<Task<?>> waiting = new CompletableFuture<>();
    private final CompletableFuture<IOLoop> home = new CompletableFuture<>();
    private final CompletableFuture<String> end = new CompletableFuture<>();

    <T> Elsewhere(Future<T> awaited) {
      Thread.ofPlatform().start(() -> IOLoop.run(() -> end.complete(run(awaited))));
    }

    private <T> String run(Future<T> awaited) {
      home.complete(IOLoop.current());
      var task = IOLoop.current().<T>spawn(awaited::await);
      Futures.moment().await();
      waiting.complete(task);
      try {
        return "got " + task.await();
      } catch (CancelledException cancelled) {
        return "cancelled";
      }
    }

    /** Cancels it, and returns when it has reacted; the test's loop does nothing meanwhile. */
    void cancelBehindTheBackOfTheLoop() {
      var reacted = new CompletableFuture<Boolean>();
      var loop = home.join();
      loop.execute(
          () -> {
            waiting.join().cancel();
            loop.execute(() -> loop.execute(() -> reacted.complete(true)));
          });
      while (!reacted.isDone()) {
        Thread.onSpinWait(); // blocking would let the loop go on
      }
    }
  }

  private static Elsewhere waitsFor(Future<?> awaited) {
    var elsewhere = new Elsewhere(awaited);
    Futures.from(elsewhere.waiting).await();
    return elsewhere;
  }

  @LoopTest
  @Tag("QUE-14")
  @Tag("FUT-24")
  void whoIsCancelledThereHasLeftTheLineHere() {
    var queue = new Queue<String>();
    var elsewhere = waitsFor(queue.get());
    elsewhere.cancelBehindTheBackOfTheLoop();

    assertThat(Futures.from(elsewhere.end).await()).isEqualTo("cancelled");
    assertThat(queue.waiting()).isEmpty();
  }

  @LoopTest
  @Tag("QUE-15")
  @Tag("FUT-23")
  void whatIsHandedOverHereBeforeTheCancellationArrivesIsGotThere() {
    var queue = new Queue<String>();
    var elsewhere = waitsFor(queue.get());
    elsewhere.cancelBehindTheBackOfTheLoop();
    queue.putNowait("item");

    assertThat(Futures.from(elsewhere.end).await()).isEqualTo("got item");
    assertThat(queue.empty()).isTrue();
  }

  @LoopTest
  void theOthersGoOnWhenOneOfTwoIsCancelled() {
    var promise = new Promise<String>();
    var one = waitsFor(promise);
    var other = waitsFor(promise);
    one.cancelBehindTheBackOfTheLoop();
    assertThat(Futures.from(one.end).await()).isEqualTo("cancelled");
    promise.setResult("value");

    assertThat(Futures.from(other.end).await()).isEqualTo("got value");
  }

  @Test
  @Timeout(20)
  void aCancellationReachesAFutureWhoseLoopHasClosed() {
    var gone = new IOLoop(LoopOptions.defaults().withMakeCurrent(MakeCurrent.NEVER));
    var promise = gone.runSync(() -> java.util.List.of(new Queue<String>())).getFirst().get();
    gone.close();
    var end =
        IOLoop.run(
            () -> {
              var task = IOLoop.current().<String>spawn(promise::await);
              Futures.moment().await();
              task.cancel();
              return catchThrowable(task::await);
            });

    assertThat(end).isInstanceOf(CancelledException.class);
    assertThat(promise.isCancelled()).isTrue();
  }

  @LoopTest
  @Tag("WAI-3")
  void usingItFromAnotherLoopIsRefusedAndBothAreNamed(IOLoop loop) {
    var lock = new Lock();
    var refused = new CompletableFuture<Throwable>();
    Thread.ofPlatform()
        .start(() -> IOLoop.run(() -> refused.complete(catchThrowable(lock::acquire))));

    assertThat(Futures.from(refused).await())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("wanted a caller on " + loop)
        .hasMessageMatching(".*got VirtualThread.* of IOLoop\\[.*");
    assertThat(lock).hasToString("Lock[unlocked, 0 waiting]");
  }

  @LoopTest
  @Tag("WAI-3")
  void usingItFromAnotherThreadIsRefusedToo(IOLoop loop) {
    var lock = new Lock();
    assertThatIllegalStateException()
        .isThrownBy(() -> loop.runInExecutor(() -> lock.acquire().isDone()).await())
        .withMessageContaining("got VirtualThread")
        .withMessageEndingWith("; use addCallback");
  }
}
