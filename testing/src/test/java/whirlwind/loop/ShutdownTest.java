// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.testing.LogRecorderExtension;

/** What a process does at a signal, without the signal. */
@ExtendWith(LogRecorderExtension.class)
class ShutdownTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(2);

  private final ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();

  /** Runs a scope in a loop and thread of its own; returns once it runs. */
  private Thread inALoop(String name, Shutdown shutdown, BiConsumer<TaskScope, String> body)
      throws InterruptedException {
    var running = new CountDownLatch(1);
    var thread =
        Thread.ofPlatform()
            .daemon()
            .start(
                () ->
                    IOLoop.run(
                        LoopOptions.defaults().withName(name),
                        () ->
                            TaskScope.run(
                                scope -> {
                                  shutdown.add(name, scope);
                                  running.countDown();
                                  body.accept(scope, name);
                                  return null;
                                })));
    running.await();
    return thread;
  }

  private void endsWhenAsked(TaskScope scope, String name) {
    scope.stopping().await();
    events.add(name + " asked");
    Futures.sleep(Duration.ofMillis(10)).await();
    events.add(name + " ended");
  }

  @Test
  void severalLoopsAreDrainedInOrderAndWaitedFor() throws InterruptedException {
    var shutdown = Shutdown.within(LONG);
    var first = inALoop("first", shutdown, this::endsWhenAsked);
    var second = inALoop("second", shutdown, this::endsWhenAsked);
    var report = shutdown.now();
    assertThat(report).isEqualTo(new DrainReport(2, List.of(), List.of()));
    assertThat(events)
        .containsExactly("first asked", "first ended", "second asked", "second ended");
    first.join();
    second.join();
    assertThat(shutdown.now()).as("of loops that are closed").isEqualTo(DrainReport.NOTHING);
  }

  @Test
  void aLoopThatIsStuckIsGivenUpAndNamed() throws InterruptedException {
    var go = new AtomicBoolean();
    var shutdown = Shutdown.within(SHORT, LONG_ENOUGH);
    var stuck =
        inALoop(
            "stuck",
            shutdown,
            (_, _) -> {
              while (!go.get()) {
                Thread.onSpinWait();
              }
            });
    var other = inALoop("other", shutdown, this::endsWhenAsked);
    var report = shutdown.now();
    go.set(true);
    other.join();
    assertThat(events).as("those behind it have their turn").contains("other asked");
    assertThat(report.aborted()).hasSize(2);
    assertThat(report.toString())
        .contains(
            "stuck on IOLoop[stuck, ",
            "which does not answer",
            "has not closed",
            "ShutdownTest.lambda$aLoopThatIsStuck");
    stuck.join();
  }

  @Test
  void aSecondSignalEndsTheWait() throws InterruptedException {
    var again = new AtomicBoolean();
    var shutdown = new Shutdown(LONG, LONG, again::get);
    var release = new Promise<?>[1];
    var loops = new IOLoop[1];
    var patient =
        inALoop(
            "patient",
            shutdown,
            (_, _) -> {
              loops[0] = IOLoop.current();
              var promise = new Promise<Void>();
              release[0] = promise;
              again.set(true);
              promise.await();
            });
    assertThat(shutdown.now().aborted()).isNotEmpty();
    loops[0].addCallback(() -> release[0].trySetResult(null));
    patient.join();
  }

  @Test
  void aFailureOfTheEndIsReported() throws InterruptedException {
    var shutdown = Shutdown.within(LONG);
    var ready = new CountDownLatch(1);
    var thread =
        Thread.ofPlatform()
            .daemon()
            .start(
                () ->
                    IOLoop.run(
                        () -> {
                          var over = new Promise<Void>();
                          shutdown.add(
                              "broken",
                              (_, _) -> {
                                over.setResult(null);
                                throw new IllegalStateException("planted");
                              });
                          ready.countDown();
                          return over.await();
                        }));
    ready.await();
    assertThat(shutdown.now().toString()).contains("broken, whose end failed: ", "planted");
    thread.join();
  }

  @Test
  void aNegativeTimeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shutdown.within(Duration.ofSeconds(-1)))
        .withMessage("grace: wanted zero to PT24H, got PT-1S");
  }
}
