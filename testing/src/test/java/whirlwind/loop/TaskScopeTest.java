// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import whirlwind.future.CancelledException;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.future.TimeoutException;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LogRecorderExtension;
import whirlwind.testing.LoopTest;

class TaskScopeTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HOUR = Duration.ofHours(1);

  private final List<String> events = new ArrayList<>();

  /** A child that notes how it ends, and waits for {@code time}. */
  private String sleeper(String name, Duration time) {
    try {
      Futures.sleep(time).await();
      events.add(name + " ended");
      return name;
    } catch (CancelledException cancelled) {
      events.add(name + " cancelled");
      throw cancelled;
    }
  }

  private static String failAfter(Duration time, RuntimeException failure) {
    Futures.sleep(time).await();
    throw failure;
  }

  // ---------------------------------------------------------------- ends

  @LoopTest
  void returnsTheValueOnceAllChildrenHaveEnded(IOLoop loop) {
    var value =
        TaskScope.run(
            scope -> {
              scope.spawn(() -> sleeper("a", SECOND));
              scope.spawn(() -> sleeper("b", HOUR));
              events.add("block ended");
              return "value";
            });

    assertThat(value).isEqualTo("value");
    assertThat(events).containsExactly("block ended", "a ended", "b ended");
    assertThat(loop.tasks()).hasSize(1);
  }

  @LoopTest
  void theFirstFailureCancelsTheOtherChildrenAndTheBlock(IOLoop loop) {
    var failure = new IllegalArgumentException("first");
    var thrown =
        catchThrowable(
            () ->
                TaskScope.run(
                    scope -> {
                      scope.spawn(() -> sleeper("other", HOUR));
                      scope.spawn(() -> failAfter(SECOND, failure));
                      return sleeper("block", HOUR);
                    }));

    assertThat(thrown).isSameAs(failure);
    assertThat(events).containsExactlyInAnyOrder("other cancelled", "block cancelled");
    assertThat(loop.time()).isEqualTo(1);
  }

  @LoopTest
  void aBlockThatAwaitsACancelledChildStillThrowsTheFirstFailure() {
    var failure = new IllegalArgumentException("first");
    var thrown =
        catchThrowable(
            () ->
                TaskScope.run(
                    scope -> {
                      var other = scope.spawn(() -> sleeper("other", HOUR));
                      scope.spawn(() -> failAfter(SECOND, failure));
                      return other.await();
                    }));

    assertThat(thrown).isSameAs(failure);
  }

  @LoopTest
  void aBlockThatAwaitsTheFailingChildThrowsThatFailureAlone() {
    var failure = new IllegalArgumentException("first");
    var thrown =
        catchThrowable(
            () ->
                TaskScope.run(
                    scope -> scope.<String>spawn(() -> failAfter(SECOND, failure)).await()));

    assertThat(thrown).isSameAs(failure);
    assertThat(failuresIn(thrown)).containsExactly(failure);
  }

  @LoopTest
  void aFailureOfTheBlockCancelsTheChildrenAndWaitsForThem() {
    var failure = new IOException("of the block");
    var thrown =
        catchThrowable(
            () ->
                TaskScope.run(
                    scope -> {
                      scope.spawn(() -> sleeper("child", HOUR));
                      Futures.moment().await();
                      throw failure;
                    }));

    assertThat(thrown).isInstanceOf(CompletionException.class).hasCause(failure);
    assertThat(events).containsExactly("child cancelled");
  }

  @LoopTest
  void furtherFailuresAreSuppressedAndNoneIsLost() {
    var first = new IllegalArgumentException("first");
    var second = new IllegalArgumentException("second");
    var third = new IllegalArgumentException("third, of the block");
    var thrown =
        catchThrowable(
            () ->
                TaskScope.run(
                    scope -> {
                      scope.spawn(() -> failAfter(SECOND, first));
                      scope.spawn(
                          () -> {
                            try {
                              return sleeper("child", HOUR);
                            } catch (CancelledException _) {
                              throw second;
                            }
                          });
                      try {
                        return sleeper("block", HOUR);
                      } catch (CancelledException _) {
                        throw third;
                      }
                    }));

    assertThat(thrown).isSameAs(first);
    assertThat(thrown.getSuppressed()).contains(second, third);
  }

  @LoopTest
  void aFailureThatTheBlockTranslatesIsThrownTranslated() {
    var failure = new IllegalArgumentException("of the child");
    var thrown =
        catchThrowable(
            () ->
                TaskScope.run(
                    scope -> {
                      try {
                        return scope.<String>spawn(() -> failAfter(SECOND, failure)).await();
                      } catch (IllegalArgumentException cause) {
                        throw new IllegalStateException("translated", cause);
                      }
                    }));

    assertThat(thrown).isInstanceOf(IllegalStateException.class).hasCause(failure);
  }

  @LoopTest
  void aChildThatEndsCancelledIsNoFailure() {
    var value =
        TaskScope.run(
            scope -> {
              var child = scope.spawn(() -> sleeper("child", HOUR));
              Futures.moment().await();
              child.cancel();
              Futures.sleep(SECOND).await();
              return "value";
            });

    assertThat(value).isEqualTo("value");
    assertThat(events).containsExactly("child cancelled");
  }

  @LoopTest
  void errorsComeAsTheyAre() {
    var error = new AssertionError();

    assertThat(
            catchThrowable(
                () ->
                    TaskScope.run(
                        scope ->
                            scope
                                .spawn(
                                    () -> {
                                      throw error;
                                    })
                                .await())))
        .isSameAs(error);
  }

  @LoopTest
  void spawnAfterTheEndIsRefused() {
    var kept = new TaskScope[1];
    TaskScope.run(scope -> kept[0] = scope);

    assertThatIllegalStateException()
        .isThrownBy(() -> kept[0].spawn(() -> events.add("never")))
        .withMessageContaining("ended");
    kept[0].cancel();
    kept[0].stop();
    Futures.moment().await();
    assertThat(events).isEmpty();
  }

  @LoopTest
  void aChildMaySpawnSiblingsWhileTheBlockWaits() {
    TaskScope.run(
        scope ->
            scope.spawn(
                () -> {
                  Futures.sleep(SECOND).await();
                  return scope.spawn(() -> sleeper("sibling", HOUR));
                }));

    assertThat(events).containsExactly("sibling ended");
  }

  @LoopTest
  void inACancelledScopeAChildDoesNotBegin() {
    var thrown =
        catchThrowable(
            () ->
                TaskScope.run(
                    scope -> {
                      scope.cancel();
                      scope.spawn(() -> events.add("never"));
                      return "";
                    }));

    assertThat(thrown).isNull();
    assertThat(events).isEmpty();
  }

  @Test
  void outsideOfALoopIsRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> TaskScope.run(_ -> events.add("never")))
        .withMessageContaining(Thread.currentThread().getName());
    assertThat(events).isEmpty();
  }

  // ---------------------------------------------------------------- deadline and stop

  @LoopTest
  @Tag("EXC-7")
  void theDeadlineCancelsAllAndIsATimeout(IOLoop loop) {
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(
            () ->
                TaskScope.run(
                    SECOND,
                    scope -> {
                      scope.spawn(() -> sleeper("child", HOUR));
                      return sleeper("block", HOUR);
                    }))
        .withMessageContaining("1 s");
    assertThat(events).containsExactlyInAnyOrder("child cancelled", "block cancelled");
    assertThat(loop.time()).isEqualTo(1);
  }

  @LoopTest
  void theDeadlineHoldsInTheFinalWaitToo(IOLoop loop) {
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(
            () -> TaskScope.run(SECOND, scope -> scope.spawn(() -> sleeper("child", HOUR))));
    assertThat(loop.time()).isEqualTo(1);
  }

  @LoopTest
  void aScopeThatEndsInTimeLeavesNoDeadlineBehind() {
    String value = TaskScope.run(SECOND, _ -> "value");
    assertThat(value).isEqualTo("value");
    Futures.sleep(HOUR).await();
  }

  @LoopTest
  void aSoftStopAsksAndCancelsNobody() {
    TaskScope.run(
        scope -> {
          scope.spawn(
              () -> {
                scope.stopping().await();
                return sleeper("polite", SECOND);
              });
          scope.spawn(() -> sleeper("deaf", HOUR));
          Futures.moment().await();
          assertThat(scope.isStopping()).isFalse();
          scope.stop();
          assertThat(scope.isStopping()).isTrue();
          return "";
        });

    assertThat(events).containsExactly("polite ended", "deaf ended");
  }

  @LoopTest
  void aChildThatIgnoresTheSoftStopIsCancelledAfterTheGrace(IOLoop loop) {
    TaskScope.run(
        scope -> {
          scope.spawn(
              () -> {
                scope.stopping().await();
                return sleeper("polite", SECOND);
              });
          scope.spawn(() -> sleeper("deaf", HOUR));
          scope.stop(Duration.ofSeconds(10));
          return "";
        });

    assertThat(events).containsExactly("polite ended", "deaf cancelled");
    assertThat(loop.time()).isEqualTo(10);
  }

  @LoopTest
  void cancelEndsABlockThatWaits() {
    var thrown =
        catchThrowable(
            () ->
                TaskScope.run(
                    scope -> {
                      scope.spawn(
                          () -> {
                            Futures.sleep(SECOND).await();
                            scope.cancel();
                            return "";
                          });
                      return sleeper("block", HOUR);
                    }));

    assertThat(thrown).isInstanceOf(CancelledException.class);
    assertThat(events).containsExactly("block cancelled");
    Futures.moment().await();
  }

  @LoopTest
  void cancelWhileTheBlockIsInItsFinalWaitKeepsItsValue(IOLoop loop) {
    var value =
        TaskScope.run(
            scope -> {
              scope.spawn(() -> sleeper("child", HOUR));
              loop.callLater(SECOND, scope::cancel);
              return "value";
            });

    assertThat(value).isEqualTo("value");
    assertThat(events).containsExactly("child cancelled");
    Futures.moment().await();
  }

  @LoopTest
  void theChildrenAreThoseThatHaveNotEnded() {
    TaskScope.run(
        scope -> {
          var child = scope.spawn("named", () -> sleeper("child", SECOND));
          assertThat(scope.tasks()).isEqualTo(List.of(child));
          child.await();
          assertThat(scope.tasks()).isEmpty();
          return "";
        });
  }

  // ---------------------------------------------------------------- cancelled from outside

  @LoopTest
  void aCancellationFromOutsideReachesTheChildrenAndStaysOne(IOLoop loop) {
    var task =
        loop.spawn(
            () ->
                TaskScope.run(
                    scope -> {
                      scope.spawn(() -> sleeper("child", HOUR));
                      return sleeper("block", HOUR);
                    }));
    Futures.moment().await();
    Futures.moment().await();
    task.cancel();

    assertThat(catchThrowable(task::await)).isInstanceOf(CancelledException.class);
    assertThat(task.isCancelled()).isTrue();
    assertThat(events).containsExactlyInAnyOrder("block cancelled", "child cancelled");
  }

  @LoopTest
  void inTheFinalWaitToo(IOLoop loop) {
    var task = loop.spawn(() -> TaskScope.run(scope -> scope.spawn(() -> sleeper("child", HOUR))));
    Futures.moment().await();
    Futures.moment().await();
    task.cancel();

    assertThat(catchThrowable(task::await)).isInstanceOf(CancelledException.class);
    assertThat(events).containsExactly("child cancelled");
  }

  @LoopTest
  void aFailureDuringItIsSuppressedInTheCancellation(IOLoop loop) {
    var failure = new IllegalArgumentException("while cleaning up");
    var task =
        loop.spawn(
            () ->
                TaskScope.run(
                    scope ->
                        scope.spawn(
                            () -> {
                              try {
                                return sleeper("child", HOUR);
                              } finally {
                                raise(failure);
                              }
                            })));
    Futures.moment().await();
    Futures.moment().await();
    task.cancel();
    var thrown = catchThrowable(task::await);

    assertThat(thrown).isInstanceOf(CancelledException.class);
    assertThat(failuresIn(thrown)).contains(failure);
  }

  @LoopTest
  void itWinsOverAFailureOfTheBlockAndKeepsIt(IOLoop loop) {
    var failure = new IllegalArgumentException("of the block");
    var task =
        loop.spawn(
            () ->
                TaskScope.run(
                    scope -> {
                      scope.spawn(
                          () -> {
                            try {
                              return sleeper("child", HOUR);
                            } finally {
                              Futures.sleep(SECOND).await();
                            }
                          });
                      Futures.moment().await();
                      throw failure;
                    }));
    for (int turn = 0; turn < 6; turn++) {
      Futures.moment().await();
    }
    task.cancel(); // while the block, which has failed, waits for the child to clean up
    var thrown = catchThrowable(task::await);

    assertThat(thrown).isInstanceOf(CancelledException.class);
    assertThat(failuresIn(thrown)).contains(failure);
  }

  // ---------------------------------------------------------------- what is left in the
  // surroundings

  @LoopTest
  void aBlockThatNeverAwaitsAgainGetsNoStrayInterruption() {
    var failure = new IllegalArgumentException();
    var thrown =
        catchThrowable(
            () ->
                TaskScope.run(
                    scope -> {
                      var failing =
                          scope.spawn(
                              () -> {
                                throw failure;
                              });
                      catchThrowable(failing::await);
                      return "the scope interrupts this block, which awaits no more";
                    }));

    assertThat(thrown).isSameAs(failure);
    Futures.moment().await();
    Futures.sleep(SECOND).await();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  void aBlockThatBlocksInTheJdkIsInterruptedAndThatIsNoFailureOfItsOwn(IOLoop loop) {
    assumeTrue(loop.carrier().equals("loop"), "a blocking call blocks the loop of a baton carrier");
    var failure = new IllegalArgumentException();
    var thrown =
        catchThrowable(
            () ->
                TaskScope.run(
                    scope -> {
                      scope.spawn(
                          () -> {
                            throw failure;
                          });
                      scope.spawn(() -> new LinkedBlockingQueue<String>().take());
                      return new LinkedBlockingQueue<String>().take();
                    }));

    assertThat(thrown).isSameAs(failure);
    assertThat(failuresIn(thrown)).containsExactly(failure);
    Futures.moment().await();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  void aBlockThatWaitsForALockGetsNoStrayInterrupt(IOLoop loop) {
    assumeTrue(loop.carrier().equals("loop"), "a blocking call blocks the loop of a baton carrier");
    var failure = new IllegalArgumentException();
    var lock = new ReentrantLock();
    var locked = new Promise<String>();
    var release = new Promise<String>();
    var holder =
        loop.spawn(
            () -> {
              lock.lock();
              try {
                locked.setResult("");
                return release.await();
              } finally {
                lock.unlock();
              }
            });
    locked.await();
    var thrown =
        catchThrowable(
            () ->
                TaskScope.run(
                    scope -> {
                      scope.spawn(
                          () -> {
                            loop.callLater(Duration.ofMillis(1), () -> release.setResult(""));
                            throw failure;
                          });
                      lock.lock(); // not interruptible: the thread remembers
                      lock.unlock();
                      return "";
                    }));
    holder.await();

    assertThat(thrown).isSameAs(failure);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  // ---------------------------------------------------------------- scopes in scopes

  @LoopTest
  void anInnerDeadlineEndsTheInnerScopeAlone(IOLoop loop) {
    var value =
        TaskScope.run(
            HOUR,
            outer -> {
              outer.spawn(() -> sleeper("outer child", Duration.ofSeconds(5)));
              assertThatExceptionOfType(TimeoutException.class)
                  .isThrownBy(() -> TaskScope.run(SECOND, _ -> sleeper("inner", HOUR)));
              Futures.sleep(SECOND).await();
              return "value";
            });

    assertThat(value).isEqualTo("value");
    assertThat(events).containsExactly("inner cancelled", "outer child ended");
    assertThat(loop.time()).isEqualTo(5);
  }

  @LoopTest
  void anOuterDeadlineEndsTheInnerScopeToo(IOLoop loop) {
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(
            () ->
                TaskScope.run(
                    SECOND,
                    _ ->
                        TaskScope.run(
                            HOUR,
                            inner -> {
                              inner.spawn(() -> sleeper("inner child", HOUR));
                              return sleeper("inner block", HOUR);
                            })))
        .withMessageContaining("1 s");
    assertThat(events).containsExactlyInAnyOrder("inner child cancelled", "inner block cancelled");
    assertThat(loop.time()).isEqualTo(1);
    Futures.moment().await();
  }

  /**
   * The inner interruption must neither hide the outer one nor take it along when it is withdrawn.
   */
  @LoopTest
  void whenBothEndAtOnceTheOuterInterruptionIsNotLost(IOLoop loop) {
    var failure = new IllegalArgumentException("inner");
    var thrown =
        catchThrowable(
            () ->
                TaskScope.run(
                    outer -> {
                      var inner =
                          catchThrowable(
                              () ->
                                  TaskScope.run(
                                      scope -> {
                                        scope.spawn(
                                            () -> {
                                              outer.spawn(
                                                  () -> {
                                                    throw new IllegalStateException("outer");
                                                  });
                                              throw failure;
                                            });
                                        scope.spawn(
                                            () -> {
                                              try {
                                                return new Promise<String>().await();
                                              } finally {
                                                Futures.sleep(SECOND).await();
                                              }
                                            });
                                        return sleeper("inner block", HOUR);
                                      }));
                      events.add(inner.getMessage());
                      return sleeper("outer block", HOUR);
                    }));

    assertThat(thrown).isInstanceOf(IllegalStateException.class).hasMessage("outer");
    assertThat(loop.time()).as("not an hour").isLessThan(2);
    Futures.moment().await();
  }

  @LoopTest
  void anInnerInterruptionThatIsPendingDoesNotSwallowTheOuterOne(IOLoop loop) {
    var thrown =
        catchThrowable(
            () ->
                TaskScope.run(
                    outer -> {
                      catchThrowable(
                          () ->
                              TaskScope.run(
                                  inner -> {
                                    inner.cancel();
                                    outer.cancel();
                                    return "";
                                  }));
                      return sleeper("outer block", HOUR);
                    }));

    assertThat(thrown).isInstanceOf(CancelledException.class);
    assertThat(events).containsExactly("outer block cancelled");
    assertThat(loop.time()).isZero();
  }

  @LoopTest
  void aCancellationFromOutsideThatIsPendingSurvivesTheScope(IOLoop loop) {
    var self = new Promise<Task<?>>();
    var task =
        loop.spawn(
            () -> {
              TaskScope.run(
                  scope -> {
                    scope.cancel();
                    return self.result().cancel();
                  });
              events.add("after the scope");
              return sleeper("task", HOUR);
            });
    self.setResult(task);

    assertThat(catchThrowable(task::await)).isInstanceOf(CancelledException.class);
    assertThat(events).containsExactly("after the scope", "task cancelled");
  }

  @LoopTest
  void aFailureInsideACancelledInnerScopeIsNotLost() {
    var first = new IllegalArgumentException("outer");
    var second = new IllegalArgumentException("inner, while cleaning up");
    var thrown =
        catchThrowable(
            () ->
                TaskScope.run(
                    outer -> {
                      outer.spawn(
                          () ->
                              TaskScope.run(
                                  inner ->
                                      inner.spawn(
                                          () -> {
                                            try {
                                              return sleeper("inner child", HOUR);
                                            } finally {
                                              raise(second);
                                            }
                                          })));
                      return failAfter(SECOND, first);
                    }));

    assertThat(thrown).isSameAs(first);
    assertThat(failuresIn(thrown)).contains(second);
  }

  // ---------------------------------------------------------------- when the loop goes

  @Test
  @Timeout(20)
  @ExtendWith(LogRecorderExtension.class)
  void theChildrenAreUnwoundWhenTheLoopCloses(LogRecorder log) {
    IOLoop.run(
        () -> {
          IOLoop.current()
              .spawn(
                  () ->
                      TaskScope.run(
                          scope -> {
                            scope.spawn(
                                () -> {
                                  try {
                                    return sleeper("child", HOUR);
                                  } finally {
                                    catchThrowable(Futures.sleep(HOUR)::await);
                                    events.add("child cleaned up");
                                  }
                                });
                            return sleeper("block", HOUR);
                          }));
          for (int turn = 0; turn < 4; turn++) {
            Futures.moment().await();
          }
          return null;
        });

    log.expect(Level.WARNING, "have not ended");
    assertThat(events)
        .containsExactlyInAnyOrder("block cancelled", "child cancelled", "child cleaned up");
  }

  private static void raise(RuntimeException failure) {
    throw failure;
  }

  /**
   * A failure with all its causes and suppressed ones, but neither cancellations nor mere traces.
   */
  static List<Throwable> failuresIn(Throwable root) {
    var all = new ArrayList<Throwable>();
    collect(root, all);
    all.removeIf(
        each -> each instanceof CancelledException || "awaited here".equals(each.getMessage()));
    return all;
  }

  private static void collect(Throwable at, List<Throwable> into) {
    if (at == null || into.stream().anyMatch(seen -> seen == at)) {
      return;
    }
    into.add(at);
    collect(at.getCause(), into);
    for (var suppressed : at.getSuppressed()) {
      collect(suppressed, into);
    }
  }

  @LoopTest
  @Tag("GEN-9")
  void aDeadlineThatCutsNothingShortDoesNotCostTheBlocksValue(IOLoop loop) {
    var promise = new Promise<String>();
    loop.callLater(SECOND, () -> promise.setResult("value")); // when the deadline passes
    var value = TaskScope.run(SECOND, _ -> promise.await());

    assertThat(value).isEqualTo("value");
    assertThat(loop.time()).isEqualTo(1);
    Futures.moment().await(); // the interruption of the scope is gone with it
  }

  @LoopTest
  void aDeadlineThatComesWithAValueHitsTheNextAwait(IOLoop loop) {
    var promise = new Promise<String>();
    loop.callLater(SECOND, () -> promise.setResult("value"));
    var got = new ArrayList<String>();

    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(
            () ->
                TaskScope.run(
                    SECOND,
                    _ -> {
                      got.add(promise.await());
                      return sleeper("block", HOUR);
                    }));
    assertThat(got).containsExactly("value");
    assertThat(events).containsExactly("block cancelled");
  }

  @LoopTest
  void aDeadlineThatCutsAChildShortIsAFailureThoughTheBlockIsThrough(IOLoop loop) {
    var promise = new Promise<String>();
    loop.callLater(SECOND, () -> promise.setResult("value"));

    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(
            () ->
                TaskScope.run(
                    SECOND,
                    scope -> {
                      scope.spawn(() -> sleeper("child", HOUR));
                      return promise.await();
                    }));
    assertThat(events).containsExactly("child cancelled");
  }
}
