// SPDX-License-Identifier: Apache-2.0
package whirlwind.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.io.Interest;
import whirlwind.loop.IOLoop;

/** Time that a test moves, or that moves itself. */
class ManualClockTest {
  private final List<Object> ran = new ArrayList<>();

  @Test
  void itStandsStillUntilItIsMoved() {
    var clock = new ManualClock(Duration.ofSeconds(100));
    assertThat(clock.nanoTime()).isEqualTo(100_000_000_000L);
    assertThat(clock.nanoTime()).isEqualTo(100_000_000_000L);
    clock.advance(Duration.ofMillis(1));
    assertThat(clock.nanoTime()).isEqualTo(100_001_000_000L);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> clock.advance(Duration.ofNanos(-1)))
        .withMessageContaining("got PT-0.000000001S");
    assertThat(new ManualClock().nanoTime()).isZero();
  }

  @LoopTest
  void itJumpsFromTimerToTimer(IOLoop loop) {
    for (int second : new int[] {500, 1, 30}) {
      loop.callAt(second, () -> ran.add(loop.time()));
    }
    Futures.sleep(Duration.ofSeconds(1000)).await();
    assertThat(ran).containsExactly(1.0, 30.0, 500.0);
  }

  @LoopTest
  void itDoesNotJumpWhileSomethingIsReadyToRun(IOLoop loop) {
    loop.callLater(Duration.ofNanos(1), () -> ran.add("timer"));
    for (int turn = 0; turn < 50; turn++) {
      Futures.moment().await();
    }
    assertThat(ran).isEmpty();
    assertThat(loop.time()).isZero();
  }

  @LoopTest
  @NeedsChannels
  void itDoesNotJumpOverIoThatIsReady(IOLoop loop) throws IOException {
    var pipe = Pipe.open();
    var last = new Promise<Double>();
    loop.callLater(Duration.ofNanos(1), () -> ran.add("timer"));
    loop.addHandler(
        pipe.source(),
        Interest.READ,
        (_, _) -> {
          read(pipe);
          if (ran.size() == 100) {
            last.setResult(loop.time());
          }
          ran.add("read");
          write(pipe); // ready again, though the loop has not yet looked
        });
    write(pipe);
    assertThat(last.await()).isZero();
    assertThat(ran).doesNotContain("timer");
    loop.removeHandler(pipe.source());
    pipe.source().close();
    pipe.sink().close();
  }

  private static void write(Pipe pipe) {
    try {
      pipe.sink().write(ByteBuffer.wrap(new byte[1]));
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  private static void read(Pipe pipe) {
    try {
      pipe.source().read(ByteBuffer.allocate(8));
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  @LoopTest
  void itDoesNotJumpWhileAJobIsUnderWay(IOLoop loop) {
    loop.callLater(Duration.ofHours(1), () -> ran.add("timer"));
    var asleep = new CountDownLatch(1);
    loop.addCallback(asleep::countDown);
    var job =
        loop.runInExecutor(
            () -> {
              asleep.await();
              for (int i = 0; i < 1000; i++) {
                Thread.yield(); // the loop would have every opportunity
              }
              return "done";
            });
    assertThat(job.await()).isEqualTo("done");
    assertThat(ran).isEmpty();
    assertThat(loop.time()).isZero();
  }

  @LoopTest
  void withoutAutoAdvanceOnlyAdvanceMovesIt(IOLoop loop, ManualClock clock) {
    clock.autoAdvance(false);
    loop.callLater(Duration.ofSeconds(10), () -> ran.add("timer"));
    clock.advance(Duration.ofSeconds(9));
    turns();
    assertThat(ran).isEmpty();
    clock.advance(Duration.ofSeconds(1));
    turns();
    assertThat(ran).containsExactly("timer");
  }

  private static void turns() {
    for (int turn = 0; turn < 5; turn++) {
      Futures.moment().await();
    }
  }

  @LoopTest
  void aLoopThatBlocksNoticesAnAdvanceByAnotherThread(IOLoop loop, ManualClock clock) {
    clock.autoAdvance(false);
    loop.addCallback(() -> Thread.ofPlatform().start(() -> clock.advance(Duration.ofSeconds(60))));
    Futures.sleep(Duration.ofSeconds(60)).await();
    assertThat(loop.time()).isEqualTo(60);
  }
}
