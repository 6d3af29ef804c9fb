// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.io.Interest;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;

/** Handlers that users register for what is theirs, however the poller wants that named. */
abstract class HandlersContract {
  final List<Object> ran = new ArrayList<>();
  private final List<AutoCloseable> opened = new ArrayList<>();

  /** What a handler is registered for. */
  interface Watched extends AutoCloseable {
    void add(IOLoop loop, int events, Handler handler);

    void update(IOLoop loop, int events);

    void remove(IOLoop loop);

    /** The other side writes a byte. */
    void send();

    /** Reads what there is. */
    void read();

    /** The other side closes. */
    void hangUp();

    /** The other side closes without an orderly end. */
    void reset();

    @Override
    void close();
  }

  /** Is told what it was registered for, and the events. */
  interface Handler {
    void handle(Watched watched, int events);
  }

  /** The reading end of an empty pipe. */
  abstract Watched openPipe();

  /** One end of a connection. */
  abstract Watched openSocket();

  @AfterEach
  void closeAll() throws Exception {
    for (var watched : opened) {
      watched.close();
    }
  }

  private Watched pipe() {
    var pipe = openPipe();
    opened.add(pipe);
    return pipe;
  }

  private Watched readablePipe() {
    var pipe = pipe();
    pipe.send();
    return pipe;
  }

  private Watched socket() {
    var socket = openSocket();
    opened.add(socket);
    return socket;
  }

  static void someTurns() {
    for (int turn = 0; turn < 10; turn++) {
      Futures.moment().await();
    }
  }

  @LoopTest
  @Tag("IOL-51")
  @Tag("CON-6")
  void aHandlerIsCalledWithWhatWasRegisteredAndTheEvents(IOLoop loop) {
    var source = readablePipe();
    var called = new Promise<List<Object>>();
    source.add(
        loop,
        Interest.READ,
        (watched, events) -> {
          watched.remove(loop);
          called.setResult(List.of(watched, events));
        });
    var arguments = called.await();
    assertThat(arguments.getFirst()).isSameAs(source);
    assertThat((int) arguments.getLast() & Interest.READ).isEqualTo(Interest.READ);
  }

  @LoopTest
  @Tag("IOL-52")
  @Tag("CON-4")
  void registeringAChannelTwiceThrowsAndLeavesTheFirst(IOLoop loop) {
    var pipe = pipe();
    pipe.add(loop, Interest.READ, (watched, _) -> ran.add("first " + loopOf(watched, loop)));
    assertThatIllegalStateException()
        .isThrownBy(() -> pipe.add(loop, Interest.READ, (_, _) -> ran.add("second")))
        .withMessageContaining("updateHandler");
    pipe.send();
    someTurns();
    assertThat(ran).containsExactly("first true");
  }

  private static boolean loopOf(Watched watched, IOLoop loop) {
    watched.remove(loop);
    return loop.isCurrent();
  }

  @LoopTest
  @Tag("IOL-53")
  void updateReplacesTheEvents(IOLoop loop) {
    var near = socket();
    near.add(loop, Interest.READ, (_, events) -> ran.add(events));
    someTurns();
    assertThat(ran).isEmpty();
    near.update(loop, Interest.WRITE);
    someTurns();
    assertThat(ran).isNotEmpty().containsOnly(Interest.WRITE);
    near.update(loop, Interest.READ);
    someTurns();
    ran.clear();
    someTurns();
    assertThat(ran).isEmpty();
    near.remove(loop);
  }

  @LoopTest
  @Tag("IOL-53")
  void updatingWhatIsNotRegisteredThrowsAndRegistersNothing(IOLoop loop) {
    var source = readablePipe();
    assertThatIllegalStateException()
        .isThrownBy(() -> source.update(loop, Interest.READ))
        .withMessageContaining("wanted a source with a handler");
    source.add(loop, Interest.READ, (_, _) -> ran.add("registered only now"));
    source.remove(loop);
    assertThatIllegalStateException().isThrownBy(() -> source.update(loop, Interest.READ));
  }

  @LoopTest
  @Tag("IOL-54")
  void removingWhatIsNotRegisteredIsHarmless(IOLoop loop) {
    var source = pipe();
    source.remove(loop);
    loop.removeHandler(7777);
    source.add(loop, Interest.READ, (_, _) -> {});
    source.remove(loop);
    source.remove(loop);
  }

  @LoopTest
  @Tag("IOL-55")
  void aHandlerRemovedByAnotherOneStaysSilent(IOLoop loop) {
    var first = readablePipe();
    var second = readablePipe();
    Handler removesBoth =
        (watched, _) -> {
          ran.add(watched);
          first.remove(loop);
          second.remove(loop);
        };
    first.add(loop, Interest.READ, removesBoth);
    second.add(loop, Interest.READ, removesBoth);
    someTurns();
    assertThat(ran).hasSize(1);
  }

  @LoopTest
  @Tag("IOL-56")
  void staleEventsNeverReachANewRegistration(IOLoop loop) {
    var first = readablePipe();
    var second = readablePipe();
    // Whichever is called first drains the other and registers it anew: nothing is there to report.
    Handler replacesTheOther =
        (watched, _) -> {
          ran.add("old");
          watched.read();
          watched.remove(loop);
          var other = watched == first ? second : first;
          other.read();
          other.remove(loop);
          other.add(loop, Interest.READ, (_, _) -> ran.add("stale"));
        };
    first.add(loop, Interest.READ, replacesTheOther);
    second.add(loop, Interest.READ, replacesTheOther);
    someTurns();
    assertThat(ran).containsExactly("old");
    first.remove(loop);
    second.remove(loop);
  }

  @LoopTest
  @Tag("IOL-56")
  void aHandlerMayRemoveItselfAndRegisterAnew(IOLoop loop) {
    var source = readablePipe();
    source.add(
        loop,
        Interest.READ,
        (watched, _) -> {
          ran.add("first");
          watched.remove(loop);
          watched.add(
              loop,
              Interest.READ,
              (same, _) -> {
                ran.add("second");
                same.read();
              });
        });
    someTurns();
    assertThat(ran).containsExactly("first", "second");
    source.remove(loop);
  }

  @LoopTest
  @Tag("IOL-57")
  void unreadDataIsReportedEveryTurn(IOLoop loop) {
    var source = readablePipe();
    source.add(
        loop,
        Interest.READ,
        (watched, _) -> {
          ran.add("again");
          if (ran.size() == 5) {
            watched.read();
          }
        });
    someTurns();
    someTurns();
    assertThat(ran).hasSize(5);
    source.remove(loop);
  }

  @LoopTest
  @Tag("IOL-58")
  void onlyWhatWasAskedForIsReported(IOLoop loop) {
    var socket = socket(); // writable all the time
    socket.add(
        loop,
        Interest.READ,
        (watched, events) -> {
          ran.add(events);
          watched.remove(loop);
        });
    someTurns();
    assertThat(ran).isEmpty();
    socket.send();
    someTurns();
    assertThat(ran).containsExactly(Interest.READ);
  }

  @LoopTest
  @Tag("IOL-58")
  void whatAnotherHandlerHasJustUnaskedIsNotReported(IOLoop loop) {
    var first = readablePipe();
    var second = readablePipe();
    Handler silencesBoth =
        (watched, _) -> {
          ran.add(watched);
          first.update(loop, Interest.NONE);
          second.update(loop, Interest.NONE);
        };
    first.add(loop, Interest.READ, silencesBoth);
    second.add(loop, Interest.READ, silencesBoth);
    someTurns();
    assertThat(ran).hasSize(1);
    first.remove(loop);
    second.remove(loop);
  }

  @LoopTest
  @Tag("IOL-59")
  void aFailingHandlerIsLoggedAndStaysAndStopsNoOther(IOLoop loop, LogRecorder log) {
    var bad = readablePipe();
    var good = readablePipe();
    var calls = new int[1];
    bad.add(
        loop,
        Interest.READ,
        (watched, _) -> {
          if (++calls[0] == 3) {
            watched.read();
          }
          throw new IllegalStateException("oops " + calls[0]);
        });
    good.add(
        loop,
        Interest.READ,
        (watched, _) -> {
          ran.add("good");
          watched.read();
        });
    someTurns();
    log.expect(Level.ERROR, "oops 1");
    log.expect(Level.ERROR, "oops 2");
    log.expect(Level.ERROR, "oops 3");
    assertThat(ran).containsExactly("good");
    bad.remove(loop);
    good.remove(loop);
  }

  @LoopTest
  @Tag("IOL-60")
  void aChannelClosedWhileRegisteredIsDropped(IOLoop loop) {
    var pipe = readablePipe();
    pipe.add(loop, Interest.READ, (_, _) -> ran.add("called"));
    pipe.close();
    someTurns();
    assertThat(ran).isEmpty();
    pipe.remove(loop); // harmless, and not needed
  }

  @LoopTest
  @Tag("CON-2")
  void aHangUpShowsInTheReadBit(IOLoop loop) {
    var pipe = pipe();
    var events = new Promise<Integer>();
    pipe.add(
        loop,
        Interest.READ,
        (watched, ready) -> {
          watched.remove(loop);
          events.setResult(ready);
        });
    pipe.hangUp();
    assertThat(events.await() & Interest.READ).isEqualTo(Interest.READ);
    assertThat(events.await() & Interest.WRITE).isZero();
  }

  @LoopTest
  @Tag("CON-3")
  void anErrorIsReportedToWhoeverAskedForReadOnly(IOLoop loop) {
    for (int asked : new int[] {Interest.READ, Interest.READ | Interest.ERROR}) {
      var socket = socket();
      var events = new Promise<Integer>();
      socket.add(
          loop,
          asked,
          (watched, ready) -> {
            watched.remove(loop);
            events.setResult(ready);
          });
      socket.reset();
      assertThat(events.await() & (Interest.READ | Interest.ERROR)).isNotZero();
    }
  }

  @LoopTest
  void aHandlerThatAwaitsIsNotCalledAgainUntilItReturns(IOLoop loop) {
    var source = readablePipe();
    source.add(
        loop,
        Interest.READ,
        (watched, _) -> {
          ran.add("in at " + loop.time());
          Futures.sleep(Duration.ofSeconds(1)).await();
          ran.add("out at " + loop.time());
          if (ran.size() == 4) {
            watched.remove(loop);
          }
        });
    Futures.sleep(Duration.ofSeconds(5)).await();
    assertThat(ran).containsExactly("in at 0.0", "out at 1.0", "in at 1.0", "out at 2.0");
  }

  @LoopTest
  void anUnknownBitIsRefusedBeforeAnythingHappens(IOLoop loop) {
    var source = readablePipe();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> source.add(loop, 2, (_, _) -> ran.add("never")));
    source.add(loop, Interest.READ, (watched, _) -> watched.remove(loop));
    assertThatIllegalArgumentException().isThrownBy(() -> source.update(loop, 64));
    someTurns();
    assertThat(ran).isEmpty();
  }
}
