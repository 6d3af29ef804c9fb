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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.loop.MakeCurrent;
import whirlwind.loop.Task;
import whirlwind.testing.LoopTest;

class CapacityLimiterTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @LoopTest
  void soManyTasksAreInAtATime(IOLoop loop) {
    var limiter = new CapacityLimiter(2);
    var inside = new ArrayList<Integer>();
    var most = new ArrayList<Integer>();
    var tasks = new ArrayList<Task<Object>>();
    for (int i = 0; i < 6; i++) {
      int number = i;
      tasks.add(
          loop.spawn(
              () -> {
                try (var _ = limiter.acquire().await()) {
                  inside.add(number);
                  most.add(inside.size());
                  Futures.sleep(SECOND).await();
                  inside.remove((Integer) number);
                }
                return null;
              }));
    }
    Futures.all(tasks).await();

    assertThat(most).hasSize(6).containsOnly(1, 2);
    assertThat(loop.time()).isEqualTo(3.0);
    assertThat(limiter).hasToString("CapacityLimiter[0 of 2 borrowed, 0 waiting]");
  }

  @LoopTest
  @Tag("LIM-1")
  void aTaskHoldsNoMoreThanOneToken(IOLoop loop) {
    var limiter = new CapacityLimiter(2);
    try (var _ = limiter.acquire().await()) {
      assertThatIllegalStateException()
          .isThrownBy(limiter::acquire)
          .withMessageContaining("wanted a borrower without a token, got Task[main")
          .withMessageEndingWith(", which has one");
    }
    limiter.acquire().await();
    limiter.release();

    assertThat(limiter.borrowedTokens()).isZero();
  }

  @LoopTest
  @Tag("LIM-1")
  void onBehalfOfOthersThereIsOneForEach() {
    var limiter = new CapacityLimiter(2);
    var anna = limiter.acquireOnBehalfOf("anna").await();
    assertThatIllegalStateException()
        .isThrownBy(() -> limiter.acquireOnBehalfOf("anna"))
        .withMessageEndingWith("got anna, which has one");
    limiter.acquireOnBehalfOf("bert").await();
    var carl = limiter.acquireOnBehalfOf("carl");
    assertThatIllegalStateException()
        .isThrownBy(() -> limiter.acquireOnBehalfOf("carl"))
        .withMessageEndingWith("got carl, which waits for one");
    assertThat(limiter.borrowers()).containsExactlyInAnyOrder("anna", "bert");
    anna.close();
    anna.close(); // harmless

    assertThat(carl.isDone()).isTrue();
    assertThat(limiter.borrowers()).containsExactlyInAnyOrder("bert", "carl");
    limiter.releaseOnBehalfOf("bert");
    limiter.releaseOnBehalfOf("carl");
    assertThat(limiter.availableTokens()).isEqualTo(2);
  }

  @LoopTest
  @Tag("LIM-2")
  void whatIsNotBorrowedCannotBeGivenBack() {
    var limiter = new CapacityLimiter(1);
    assertThatIllegalStateException()
        .isThrownBy(limiter::release)
        .withMessageContaining("wanted a borrower with a token, got Task[main");
    var permit = limiter.acquireOnBehalfOf("anna").await();
    limiter.releaseOnBehalfOf("anna");
    assertThatIllegalStateException()
        .isThrownBy(() -> limiter.releaseOnBehalfOf("anna"))
        .withMessageEndingWith("got anna, which has none");
    limiter.acquireOnBehalfOf("anna").await();
    permit.close(); // of the token before

    assertThat(limiter.borrowers()).containsExactly("anna");
  }

  @LoopTest
  void aCallbackIsNoTaskAndBorrowsOnBehalfOfSomebody(IOLoop loop) {
    var limiter = new CapacityLimiter(1);
    var thrown = new Promise<Object>();
    loop.addCallback(
        () -> {
          try {
            thrown.setResult(limiter.acquire());
          } catch (IllegalStateException refused) {
            thrown.setResult(refused.getMessage());
          }
        });

    assertThat(thrown.await().toString())
        .startsWith("wanted a caller that is a task, got a callback of IOLoop[");
    assertThat(limiter.borrowedTokens()).isZero();
  }

  @LoopTest
  @Tag("LIM-3")
  void theTotalGrowsAndShrinks() {
    var limiter = new CapacityLimiter(0);
    var line =
        List.of(
            limiter.acquireOnBehalfOf(1),
            limiter.acquireOnBehalfOf(2),
            limiter.acquireOnBehalfOf(3));
    assertThat(line.get(0).isDone()).isFalse();
    limiter.totalTokens(2);
    assertThat(line.get(1).isDone()).isTrue();
    assertThat(line.get(2).isDone()).isFalse();
    limiter.totalTokens(1);
    assertThat(limiter.availableTokens()).isEqualTo(-1);
    line.get(0).result().close();
    assertThat(line.get(2).isDone()).as("one is still borrowed").isFalse();
    line.get(1).result().close();

    assertThat(line.get(2).isDone()).isTrue();
    assertThat(limiter.totalTokens()).isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> limiter.totalTokens(-1))
        .withMessage("tokens: wanted zero or more, got -1");
    assertThatIllegalArgumentException().isThrownBy(() -> new CapacityLimiter(-1));
  }

  @LoopTest
  @Tag("LIM-4")
  void whoTimesOutOrIsCancelledBorrowsNothingAndMayTryAgain() {
    var limiter = new CapacityLimiter(1);
    var held = limiter.acquireOnBehalfOf("anna").await();
    assertThatThrownBy(() -> limiter.acquireOnBehalfOf("bert", SECOND).await())
        .isInstanceOf(TimeoutException.class)
        .hasMessage("CapacityLimiter.acquire() was not done within 1 s");
    assertThat(limiter.acquireOnBehalfOf("bert").cancel()).isTrue();
    var bert = limiter.acquireOnBehalfOf("bert");
    held.close();

    assertThat(bert.isDone()).isTrue();
  }

  @LoopTest
  void otherThreadsAreRefusedBeforeAnythingChanges(IOLoop loop) {
    var limiter = new CapacityLimiter(1);
    var held = limiter.acquireOnBehalfOf("anna").await();
    for (Runnable call :
        List.<Runnable>of(
            limiter::acquire,
            () -> limiter.acquireOnBehalfOf("bert"),
            limiter::release,
            () -> limiter.releaseOnBehalfOf("anna"),
            () -> limiter.totalTokens(3),
            held::close)) {
      assertThatIllegalStateException()
          .isThrownBy(
              () ->
                  loop.runInExecutor(
                          () -> {
                            call.run();
                            return null;
                          })
                      .await())
          .withMessageContaining("wanted a caller on IOLoop");
    }
    assertThat(limiter).hasToString("CapacityLimiter[1 of 1 borrowed, 0 waiting]");
  }

  @Test
  @Timeout(20)
  @Tag("LIM-4")
  void aRefusedAcquireLeavesNobodyInTheLine() {
    var loop = new IOLoop(LoopOptions.defaults().withMakeCurrent(MakeCurrent.NEVER));
    var limiter = loop.runSync(() -> new CapacityLimiter(0));
    loop.close();
    assertThatIllegalStateException().isThrownBy(() -> limiter.acquireOnBehalfOf("anna", SECOND));

    assertThat(limiter.acquireOnBehalfOf("anna").isDone()).isFalse();
    assertThat(limiter).hasToString("CapacityLimiter[0 of 0 borrowed, 1 waiting]");
  }
}
