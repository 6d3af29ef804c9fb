// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import whirlwind.future.CancelledException;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.io.Interest;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LogRecorderExtension;
import whirlwind.testing.LoopTest;
import whirlwind.testing.ManualClock;
import whirlwind.testing.NeedsChannels;

/** What the end of a loop does to all that it had. */
@ExtendWith(LogRecorderExtension.class)
class IOLoopCloseTest {
  private static final String TASKS_LEFT = "closes with tasks that have not ended";

  private final RecordingProvider provider = new RecordingProvider();
  private final IOLoop loop =
      new IOLoop(
          LoopOptions.defaults()
              .withMakeCurrent(MakeCurrent.NEVER)
              .withClock(new ManualClock())
              .withProvider(provider));
  private final List<String> ran = new ArrayList<>();

  @Test
  @Tag("IOL-61")
  @NeedsChannels
  void closeClosesRegisteredChannelsOnlyIfAsked() throws IOException {
    var kept = Pipe.open();
    loop.addHandler(kept.source(), Interest.READ, (_, _) -> {});
    loop.close();
    assertThat(kept.source().isOpen()).isTrue();
    kept.source().close();
    kept.sink().close();

    var closed = Pipe.open();
    var other = new IOLoop(LoopOptions.defaults().withMakeCurrent(MakeCurrent.NEVER));
    other.addHandler(closed.source(), Interest.READ, (_, _) -> {});
    other.addHandler(closed.sink(), Interest.NONE, (_, _) -> {});
    other.close(true);
    assertThat(closed.source().isOpen()).isFalse();
    assertThat(closed.sink().isOpen()).isFalse();
  }

  @Test
  @Tag("IOL-62")
  void aCloseMayRemoveHandlers(LogRecorder log) throws IOException {
    var pipes = List.of(Pipe.open(), Pipe.open(), Pipe.open());
    for (var pipe : pipes) {
      loop.addHandler(pipe.source(), Interest.READ, (_, _) -> {});
    }
    loop.spawn(
        () -> {
          try {
            return new Promise<String>().await();
          } finally {
            pipes.forEach(pipe -> loop.removeHandler(pipe.source()));
            ran.add("removed");
          }
        });
    runOneTurn();
    loop.close(true);
    log.expect(Level.WARNING, TASKS_LEFT);
    assertThat(ran).containsExactly("removed");
    for (var pipe : pipes) {
      pipe.source().close();
      pipe.sink().close();
    }
  }

  private void runOneTurn() {
    loop.addCallback(loop::stop);
    loop.start();
  }

  @Test
  @Tag("IOL-63")
  void closingARunningLoopIsRefusedWithoutEffect() throws IOException {
    var pipe = Pipe.open();
    pipe.sink().write(ByteBuffer.wrap(new byte[1]));
    var handled =
        loop.runSync(
            () -> {
              var called = new Promise<String>();
              loop.addHandler(
                  pipe.source(),
                  Interest.READ,
                  (channel, _) -> {
                    loop.removeHandler(channel);
                    called.setResult("handled");
                  });
              assertThatIllegalStateException()
                  .isThrownBy(loop::close)
                  .withMessageContaining("one that runs");
              assertThatIllegalStateException().isThrownBy(() -> loop.close(true));
              Futures.sleep(Duration.ofSeconds(1)).await();
              return called.await();
            });
    assertThat(handled).isEqualTo("handled");
    loop.close();
    pipe.source().close();
    pipe.sink().close();
  }

  @Test
  @Tag("IOL-64")
  void closingTwiceIsOneClose() {
    loop.close();
    loop.close();
    loop.close(true);
    assertThat(provider.closed).hasValue(1);
  }

  @Test
  @Tag("IOL-65")
  void afterCloseStartingThrowsAndStoppingDoesNot(LogRecorder log) throws IOException {
    var pipe = Pipe.open();
    loop.close();
    assertThatIllegalStateException().isThrownBy(loop::start).withMessageContaining("closed");
    assertThatIllegalStateException().isThrownBy(() -> loop.runSync(() -> ran.add("never")));
    assertThatIllegalStateException().isThrownBy(() -> loop.spawn(() -> ran.add("never")));
    assertThatIllegalStateException().isThrownBy(() -> loop.callLater(Duration.ZERO, () -> {}));
    assertThatIllegalStateException().isThrownBy(() -> loop.callAt(1, () -> {}));
    assertThatIllegalStateException()
        .isThrownBy(() -> loop.addHandler(pipe.source(), Interest.READ, (_, _) -> {}));
    assertThatIllegalStateException()
        .isThrownBy(() -> loop.updateHandler(pipe.source(), Interest.READ));
    loop.stop();
    loop.removeHandler(pipe.source());
    loop.addCallback(() -> ran.add("never"));
    log.expect(Level.WARNING, "a callback did not run", Duration.ofSeconds(20));
    loop.addCallback(() -> ran.add("never"));
    assertThat(log.unexpected()).as("more than one report").isEmpty();
    assertThat(ran).isEmpty();
    pipe.source().close();
    pipe.sink().close();
  }

  @Test
  @Tag("IOL-66")
  void closeEndsOnlyTheExecutorThatTheLoopMade() {
    try (var mine = Executors.newSingleThreadExecutor()) {
      loop.setDefaultExecutor(mine);
      assertThat(loop.runSync(() -> loop.runInExecutor(() -> "mine").await())).isEqualTo("mine");
      loop.close();
      assertThat(mine.isShutdown()).isFalse();
    }
  }

  @Test
  void awaitsOfTasksThatAreLeftThrowAndTheTasksAreNamed(LogRecorder log) {
    var task =
        loop.spawn(
            "left over",
            () -> {
              try {
                return new Promise<String>().await();
              } finally {
                ran.add("finally");
              }
            });
    runOneTurn();
    loop.close();
    assertThat(ran).containsExactly("finally");
    assertThat(task.isCancelled()).isTrue();
    assertThat(log.expect(Level.WARNING, TASKS_LEFT).message())
        .contains("Task[left over", "runs whirlwind.loop.IOLoopCloseTest")
        .contains("withTrackResources(true)");
  }

  @Test
  void aTaskThatNeverBeganIsCancelledAndDoesNotBegin(LogRecorder log) {
    var task = loop.spawn("too late", () -> ran.add("began"));
    loop.close();
    assertThat(ran).isEmpty();
    assertThat(task.isCancelled()).isTrue();
    log.expect(Level.WARNING, TASKS_LEFT + "[^$]*Task\\[too late");
  }

  @Test
  void theChildrenOfAScopeAreUnwoundToo(LogRecorder log) {
    loop.spawn(
        () ->
            TaskScope.run(
                scope -> {
                  for (int i = 0; i < 3; i++) {
                    int number = i;
                    scope.spawn(
                        () -> {
                          try {
                            return new Promise<String>().await();
                          } finally {
                            ran.add("child " + number);
                          }
                        });
                  }
                  return new Promise<String>().await();
                }));
    runOneTurn();
    runOneTurn();
    loop.close();
    assertThat(ran).containsExactlyInAnyOrder("child 0", "child 1", "child 2");
    log.expect(Level.WARNING, TASKS_LEFT);
  }

  @Test
  void anAwaitInAFinallyBlockThrowsAgain(LogRecorder log) {
    var task =
        loop.spawn(
            () -> {
              try {
                return new Promise<String>().await();
              } finally {
                try {
                  new Promise<String>().await();
                } catch (CancelledException again) {
                  ran.add("again");
                }
              }
            });
    runOneTurn();
    loop.close();
    assertThat(ran).containsExactly("again");
    assertThat(task.isDone()).isTrue();
    log.expect(Level.WARNING, TASKS_LEFT);
  }

  @Test
  void aCallbackThatAwaitsIsUnwound() {
    loop.addCallback(
        () -> {
          try {
            new Promise<String>().await();
          } finally {
            ran.add("finally");
          }
        });
    runOneTurn();
    loop.close();
    assertThat(ran).containsExactly("finally");
  }

  @Test
  void aTaskThatBlocksInTheJdkIsInterrupted(LogRecorder log) {
    Assumptions.assumeTrue(loop.carrier().equals("loop"), "on the baton carrier it stops the loop");
    var task = loop.spawn(() -> new LinkedBlockingQueue<String>().take());
    runOneTurn();
    loop.close();
    log.expect(Level.WARNING, TASKS_LEFT);
    assertThat(task.isCancelled()).isTrue();
  }

  @Test
  void whatCompletesAPromiseOfAClosedLoopDoesNoHarm(LogRecorder log) {
    var promise = new Promise<String>(loop);
    promise.onComplete(_ -> ran.add("never"));
    loop.close();
    promise.setResult("late");
    assertThat(promise.result()).isEqualTo("late");
    assertThat(ran).isEmpty();
    log.expect(Level.WARNING, "a callback did not run", Duration.ofSeconds(20));
  }

  @LoopTest
  void aCoroutineOfAnotherLoopMayRunAndCloseALoop() {
    loop.addCallback(() -> ran.add("inner"));
    assertThat(loop.runSync(() -> "inner result")).isEqualTo("inner result");
    loop.close();
    assertThat(ran).containsExactly("inner");
  }
}
