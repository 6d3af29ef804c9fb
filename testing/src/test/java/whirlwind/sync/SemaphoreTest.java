// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import whirlwind.future.CancelledException;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

class SemaphoreTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final List<String> events = new ArrayList<>();

  @LoopTest
  @Tag("SEM-1")
  void startsWithItsPermits() {
    assertThat(new Semaphore()).hasToString("Semaphore[1 free, 0 waiting]");
    assertThat(new Semaphore(3)).hasToString("Semaphore[3 free, 0 waiting]");
    assertThat(new Semaphore(0).acquire().isDone()).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Semaphore(-1))
        .withMessage("permits: wanted zero or more, got -1");
  }

  @LoopTest
  @Tag("SEM-2")
  void acquireTakesOneOrWaitsAndNobodyOvertakes() {
    var semaphore = new Semaphore(2);
    assertThat(semaphore.acquire().isDone()).isTrue();
    assertThat(semaphore.acquire().isDone()).isTrue();
    var third = semaphore.acquire();
    var fourth = semaphore.acquire();
    semaphore.release();
    assertThat(semaphore).hasToString("Semaphore[0 free, 1 waiting]");
    var fifth = semaphore.acquire();

    assertThat(third.isDone()).isTrue();
    assertThat(fourth.isDone()).isFalse();
    semaphore.release();
    assertThat(fourth.isDone()).isTrue();
    assertThat(fifth.isDone()).isFalse();
    semaphore.release();
    semaphore.release();
    assertThat(semaphore).hasToString("Semaphore[1 free, 0 waiting]");
  }

  @LoopTest
  @Tag("SEM-3")
  void surplusReleasesAddPermits() {
    var semaphore = new Semaphore();
    semaphore.release();
    semaphore.release();
    for (int i = 0; i < 3; i++) {
      assertThat(semaphore.acquire().isDone()).isTrue();
    }
    assertThat(semaphore.acquire().isDone()).isFalse();
    var most = new Semaphore(Integer.MAX_VALUE);
    assertThatIllegalStateException().isThrownBy(most::release);
  }

  @LoopTest
  @Tag("SEM-5")
  @Tag("EXC-7")
  void aTimeOutTakesNothing(IOLoop loop) {
    var semaphore = new Semaphore(0);
    var first = semaphore.acquire(SECOND);
    var second = semaphore.acquire();
    assertThatThrownBy(first::await)
        .isInstanceOf(TimeoutException.class)
        .hasMessage("Semaphore.acquire() was not done within 1 s");
    assertThat(loop.time()).isEqualTo(1.0);
    semaphore.release();
    assertThat(second.isDone()).isTrue();
    semaphore.release();
    assertThat(semaphore).hasToString("Semaphore[1 free, 0 waiting]");
  }

  @LoopTest
  @Tag("SEM-5")
  void aReleaseBeforeTheDeadlineWins(IOLoop loop) {
    var semaphore = new Semaphore(0);
    var waits = semaphore.acquire(SECOND);
    loop.callLater(SECOND.dividedBy(2), semaphore::release);
    Futures.sleep(SECOND.multipliedBy(2)).await();

    assertThat(waits.result()).isNotNull();
    assertThat(semaphore).hasToString("Semaphore[0 free, 0 waiting]");
  }

  @LoopTest
  @Tag("SEM-6")
  void theDeadAreGoneAtOnce() {
    var semaphore = new Semaphore(0);
    var line = new ArrayList<Future<Permit>>();
    for (int i = 0; i < 101; i++) {
      line.add(semaphore.acquire(SECOND));
    }
    var alive = semaphore.acquire();
    Futures.sleep(SECOND).await();
    Turns.pass();

    assertThat(line)
        .allSatisfy(each -> assertThat(each.exception()).isInstanceOf(TimeoutException.class));
    assertThat(semaphore).hasToString("Semaphore[0 free, 1 waiting]");
    semaphore.release();
    assertThat(alive.isDone()).isTrue();
  }

  @LoopTest
  @Tag("SEM-7")
  void aBlockGivesBackOnceHoweverItEnds() {
    var semaphore = new Semaphore();
    assertThatThrownBy(
            () -> {
              var held = semaphore.acquire().await();
              try (held;
                  AutoCloseable _ = held::close) {
                throw new IllegalArgumentException("planted");
              }
            })
        .hasMessage("planted");

    assertThat(semaphore).hasToString("Semaphore[1 free, 0 waiting]");
  }

  @LoopTest
  @Tag("SEM-7")
  void contendedBlocksAlternate(IOLoop loop) {
    var semaphore = new Semaphore();
    var one = loop.spawn(() -> threeTimes(semaphore, "a"));
    var two = loop.spawn(() -> threeTimes(semaphore, "b"));
    one.await();
    two.await();

    assertThat(events).containsExactly("a", "b", "a", "b", "a", "b");
  }

  private String threeTimes(Semaphore semaphore, String name) {
    for (int i = 0; i < 3; i++) {
      try (var _ = semaphore.acquire().await()) {
        events.add(name);
        Futures.moment().await();
      }
    }
    return name;
  }

  @LoopTest
  @Tag("SEM-8")
  void cancelledBeforeOrAfterTheHandOffNothingIsLost(IOLoop loop) {
    var semaphore = new Semaphore(0);
    var queued = semaphore.acquire();
    var task =
        loop.spawn(
            () -> {
              try (var _ = semaphore.acquire().await()) {
                Futures.sleep(SECOND).await();
              }
              return null;
            });
    Turns.pass();
    var next = semaphore.acquire();
    queued.cancel();
    semaphore.release();
    task.cancel();
    assertThatThrownBy(task::await).isInstanceOf(CancelledException.class);

    assertThat(next.isDone()).isTrue();
    assertThat(semaphore).hasToString("Semaphore[0 free, 0 waiting]");
  }

  @LoopTest
  @Tag("SEM-8")
  void aRefusedAcquireLeavesNobodyInTheLine(IOLoop loop) {
    var semaphore = new Semaphore(0);
    assertThatIllegalStateException()
        .isThrownBy(() -> loop.runInExecutor(() -> semaphore.acquire(SECOND)).await());

    assertThat(semaphore).hasToString("Semaphore[0 free, 0 waiting]");
  }
}
