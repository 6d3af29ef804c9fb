// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import whirlwind.future.CancelledException;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.loop.DrainReport.Straggler;
import whirlwind.testing.LoopTest;

/** How a scope comes to its end step by step, and what it says of those that do not. */
class TaskScopeDrainTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Duration CLEAN_UP = Duration.ofSeconds(3);

  private static Object finishesAfterASecond(TaskScope scope) {
    scope.stopping().await();
    return Futures.sleep(SECOND).await();
  }

  private static Object cleansUpForASecond() {
    try {
      return new Promise<Object>().await();
    } finally {
      Futures.sleep(SECOND).await();
    }
  }

  /** Until it is cancelled so often. */
  private static Object refuses(int times) {
    for (int i = 0; i < times; i++) {
      try {
        new Promise<Object>().await();
      } catch (CancelledException _) {
        // not yet
      }
    }
    return "at last";
  }

  @LoopTest
  void childrenThatFinishWhenAskedAreNotDisturbed(IOLoop loop) {
    TaskScope.run(
        scope -> {
          scope.spawn(() -> finishesAfterASecond(scope));
          scope.spawn(() -> finishesAfterASecond(scope));
          var report = scope.drain(GRACE, CLEAN_UP).await();
          assertThat(report)
              .isEqualTo(new DrainReport(2, java.util.List.of(), java.util.List.of()));
          assertThat(loop.time()).isEqualTo(1);
          return null;
        });
  }

  @LoopTest
  void theOthersAreCancelledAndNamedWithWhatTheyWaitedFor(IOLoop loop) {
    TaskScope.run(
        scope -> {
          scope.spawn("polite", () -> finishesAfterASecond(scope));
          scope.spawn("deaf", TaskScopeDrainTest::cleansUpForASecond);
          Futures.moment().await();
          var report = scope.drain(GRACE, CLEAN_UP).await();
          assertThat(report.finished()).isOne();
          assertThat(report.cancelled()).extracting(Straggler::name).containsExactly("deaf");
          assertThat(report.cancelled().getFirst().waitingFor()).startsWith("Future[pending");
          assertThat(report.aborted()).isEmpty();
          assertThat(loop.time()).isEqualTo(11);
          return null;
        });
  }

  @LoopTest
  void whoDoesNotEndEvenThenIsReportedWithItsStackAndHoldsUpTheScope(IOLoop loop) {
    TaskScope.run(
        scope -> {
          scope.spawn("stubborn", () -> refuses(2));
          Futures.moment().await();
          var report = scope.drain(GRACE, CLEAN_UP).await();
          assertThat(loop.time()).isEqualTo(13);
          assertThat(report.cancelled()).isEmpty();
          assertThat(report.aborted()).hasSize(1);
          assertThat(report.toString())
              .startsWith(
                  "0 finished, 0 cancelled, 1 aborted\n  aborted: stubborn, awaiting Future")
              .contains("at whirlwind", "TaskScopeDrainTest.refuses");
          return null;
        });
    assertThat(loop.time()).as("the second cancellation has ended it").isEqualTo(13);
  }

  @LoopTest
  void fromOutsideTheBlockIsMeantToo(IOLoop loop) {
    var scopes = new TaskScope[1];
    var block =
        loop.spawn(
            "holder",
            () ->
                TaskScope.run(
                    scope -> {
                      scopes[0] = scope;
                      return new Promise<Object>().await();
                    }));
    Futures.moment().await();
    var report = scopes[0].drain(GRACE, CLEAN_UP).await();
    assertThat(report.cancelled())
        .extracting(Straggler::name)
        .containsExactly("the block of a scope in holder");
    assertThat(loop.time()).isEqualTo(10);
    assertThatExceptionOfType(CancelledException.class).isThrownBy(block::await);
    assertThat(scopes[0].drain(GRACE, CLEAN_UP).await()).as("asked again").isEqualTo(report);
  }

  @LoopTest
  void whoComesAfterTheGraceIsCancelledAtOnce(IOLoop loop) {
    TaskScope.run(
        scope -> {
          scope.spawn("first", TaskScopeDrainTest::cleansUpForASecond);
          var drained = scope.drain(GRACE, CLEAN_UP);
          Futures.sleep(Duration.ofMillis(10_500)).await();
          var late = scope.spawn("late", () -> "begun");
          assertThat(drained.await().cancelled()).extracting(Straggler::name).contains("first");
          assertThat(late.isCancelled()).isTrue();
          return null;
        });
  }

  @LoopTest
  void theDrainThatComesDueFirstCounts(IOLoop loop) {
    TaskScope.run(
        scope -> {
          scope.spawn("deaf", TaskScopeDrainTest::cleansUpForASecond);
          var long1 = scope.drain(Duration.ofHours(1), CLEAN_UP);
          var short1 = scope.drain(SECOND, CLEAN_UP);
          assertThat(short1.await()).isEqualTo(long1.await());
          assertThat(loop.time()).isEqualTo(2);
          return null;
        });
  }
}
