// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
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

/** Handlers that users register for channels of their own. */
class IOLoopHandlersTest {
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final List<Object> ran = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (var channel : opened) {
      channel.close();
    }
  }

  private Pipe pipe() throws IOException {
    var pipe = Pipe.open();
    opened.add(pipe.source());
    opened.add(pipe.sink());
    return pipe;
  }

  private Pipe readablePipe() throws IOException {
    var pipe = pipe();
    pipe.sink().write(ByteBuffer.wrap(new byte[1]));
    return pipe;
  }

  /** Two ends of a TCP connection. */
  private SocketChannel[] sockets() throws IOException {
    try (var listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      var near = SocketChannel.open(listener.getLocalAddress());
      var far = listener.accept();
      opened.add(near);
      opened.add(far);
      return new SocketChannel[] {near, far};
    }
  }

  private static void read(SelectableChannel channel) {
    try {
      ((Pipe.SourceChannel) channel).read(ByteBuffer.allocate(16));
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  private static void someTurns() {
    for (int turn = 0; turn < 10; turn++) {
      Futures.moment().await();
    }
  }

  @LoopTest
  @Tag("IOL-51")
  @Tag("CON-6")
  void aHandlerIsCalledWithWhatWasRegisteredAndTheEvents(IOLoop loop) throws IOException {
    var source = readablePipe().source();
    var called = new Promise<List<Object>>();
    loop.addHandler(
        source,
        Interest.READ,
        (channel, events) -> {
          loop.removeHandler(channel);
          called.setResult(List.of(channel, events));
        });
    var arguments = called.await();
    assertThat(arguments.getFirst()).isSameAs(source);
    assertThat((int) arguments.getLast() & Interest.READ).isEqualTo(Interest.READ);
  }

  @LoopTest
  @Tag("IOL-52")
  @Tag("CON-4")
  void registeringAChannelTwiceThrowsAndLeavesTheFirst(IOLoop loop) throws IOException {
    var pipe = pipe();
    loop.addHandler(
        pipe.source(), Interest.READ, (channel, _) -> ran.add("first " + loopOf(channel, loop)));
    assertThatIllegalStateException()
        .isThrownBy(
            () -> loop.addHandler(pipe.source(), Interest.READ, (_, _) -> ran.add("second")))
        .withMessageContaining("updateHandler");
    pipe.sink().write(ByteBuffer.wrap(new byte[1]));
    someTurns();
    assertThat(ran).containsExactly("first true");
  }

  private static boolean loopOf(SelectableChannel channel, IOLoop loop) {
    loop.removeHandler(channel);
    return loop.isCurrent();
  }

  @LoopTest
  @Tag("CON-4")
  void aNumberIsRefusedByAPollerThatTakesChannelsOnly(IOLoop loop) {
    if (loop.poller().equals("nio")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> loop.addHandler(0, Interest.READ, (_, _) -> {}))
          .withMessageContaining("epoll");
    }
  }

  @LoopTest
  @Tag("IOL-53")
  void updateReplacesTheEvents(IOLoop loop) throws IOException {
    var near = sockets()[0];
    loop.addHandler(near, Interest.READ, (_, events) -> ran.add(events));
    someTurns();
    assertThat(ran).isEmpty();
    loop.updateHandler(near, Interest.WRITE);
    someTurns();
    assertThat(ran).isNotEmpty().containsOnly(Interest.WRITE);
    loop.updateHandler(near, Interest.READ);
    someTurns();
    ran.clear();
    someTurns();
    assertThat(ran).isEmpty();
    loop.removeHandler(near);
  }

  @LoopTest
  @Tag("IOL-53")
  void updatingWhatIsNotRegisteredThrowsAndRegistersNothing(IOLoop loop) throws IOException {
    var source = readablePipe().source();
    assertThatIllegalStateException()
        .isThrownBy(() -> loop.updateHandler(source, Interest.READ))
        .withMessageContaining("wanted a source with a handler");
    loop.addHandler(source, Interest.READ, (_, _) -> ran.add("registered only now"));
    loop.removeHandler(source);
    assertThatIllegalStateException().isThrownBy(() -> loop.updateHandler(source, Interest.READ));
  }

  @LoopTest
  @Tag("IOL-54")
  void removingWhatIsNotRegisteredIsHarmless(IOLoop loop) throws IOException {
    var source = pipe().source();
    loop.removeHandler(source);
    loop.removeHandler(7777);
    loop.addHandler(source, Interest.READ, (_, _) -> {});
    loop.removeHandler(source);
    loop.removeHandler(source);
  }

  @LoopTest
  @Tag("IOL-55")
  void aHandlerRemovedByAnotherOneStaysSilent(IOLoop loop) throws IOException {
    var first = readablePipe().source();
    var second = readablePipe().source();
    ChannelHandler removesBoth =
        (channel, _) -> {
          ran.add(channel);
          loop.removeHandler(first);
          loop.removeHandler(second);
        };
    loop.addHandler(first, Interest.READ, removesBoth);
    loop.addHandler(second, Interest.READ, removesBoth);
    someTurns();
    assertThat(ran).hasSize(1);
  }

  @LoopTest
  @Tag("IOL-56")
  void staleEventsNeverReachANewRegistration(IOLoop loop) throws IOException {
    var first = readablePipe().source();
    var second = readablePipe().source();
    // Whichever is called first drains the other and registers it anew: nothing is there to report.
    ChannelHandler replacesTheOther =
        (channel, _) -> {
          ran.add("old");
          read(channel);
          loop.removeHandler(channel);
          var other = channel == first ? second : first;
          read(other);
          loop.removeHandler(other);
          loop.addHandler(other, Interest.READ, (_, _) -> ran.add("stale"));
        };
    loop.addHandler(first, Interest.READ, replacesTheOther);
    loop.addHandler(second, Interest.READ, replacesTheOther);
    someTurns();
    assertThat(ran).containsExactly("old");
    loop.removeHandler(first);
    loop.removeHandler(second);
  }

  @LoopTest
  @Tag("IOL-56")
  void aHandlerMayRemoveItselfAndRegisterAnew(IOLoop loop) throws IOException {
    var source = readablePipe().source();
    loop.addHandler(
        source,
        Interest.READ,
        (channel, _) -> {
          ran.add("first");
          loop.removeHandler(channel);
          loop.addHandler(
              channel,
              Interest.READ,
              (same, _) -> {
                ran.add("second");
                read(same);
              });
        });
    someTurns();
    assertThat(ran).containsExactly("first", "second");
    loop.removeHandler(source);
  }

  @LoopTest
  @Tag("IOL-57")
  void unreadDataIsReportedEveryTurn(IOLoop loop) throws IOException {
    var source = readablePipe().source();
    loop.addHandler(
        source,
        Interest.READ,
        (channel, _) -> {
          ran.add("again");
          if (ran.size() == 5) {
            read(channel);
          }
        });
    someTurns();
    someTurns();
    assertThat(ran).hasSize(5);
    loop.removeHandler(source);
  }

  @LoopTest
  @Tag("IOL-58")
  void onlyWhatWasAskedForIsReported(IOLoop loop) throws IOException {
    var sockets = sockets(); // both are writable all the time
    loop.addHandler(
        sockets[0],
        Interest.READ,
        (channel, events) -> {
          ran.add(events);
          loop.removeHandler(channel);
        });
    someTurns();
    assertThat(ran).isEmpty();
    sockets[1].write(ByteBuffer.wrap(new byte[1]));
    someTurns();
    assertThat(ran).containsExactly(Interest.READ);
  }

  @LoopTest
  @Tag("IOL-58")
  void whatAnotherHandlerHasJustUnaskedIsNotReported(IOLoop loop) throws IOException {
    var first = readablePipe().source();
    var second = readablePipe().source();
    ChannelHandler silencesBoth =
        (channel, _) -> {
          ran.add(channel);
          loop.updateHandler(first, Interest.NONE);
          loop.updateHandler(second, Interest.NONE);
        };
    loop.addHandler(first, Interest.READ, silencesBoth);
    loop.addHandler(second, Interest.READ, silencesBoth);
    someTurns();
    assertThat(ran).hasSize(1);
    loop.removeHandler(first);
    loop.removeHandler(second);
  }

  @LoopTest
  @Tag("IOL-59")
  void aFailingHandlerIsLoggedAndStaysAndStopsNoOther(IOLoop loop, LogRecorder log)
      throws IOException {
    var bad = readablePipe().source();
    var good = readablePipe().source();
    var calls = new int[1];
    loop.addHandler(
        bad,
        Interest.READ,
        (channel, _) -> {
          if (++calls[0] == 3) {
            read(channel);
          }
          throw new IllegalStateException("oops " + calls[0]);
        });
    loop.addHandler(
        good,
        Interest.READ,
        (channel, _) -> {
          ran.add("good");
          read(channel);
        });
    someTurns();
    log.expect(Level.ERROR, "oops 1");
    log.expect(Level.ERROR, "oops 2");
    log.expect(Level.ERROR, "oops 3");
    assertThat(ran).containsExactly("good");
    loop.removeHandler(bad);
    loop.removeHandler(good);
  }

  @LoopTest
  @Tag("IOL-60")
  void aChannelClosedWhileRegisteredIsDropped(IOLoop loop) throws IOException {
    var pipe = readablePipe();
    loop.addHandler(pipe.source(), Interest.READ, (_, _) -> ran.add("called"));
    pipe.source().close();
    someTurns();
    assertThat(ran).isEmpty();
    loop.removeHandler(pipe.source()); // harmless, and not needed
  }

  @LoopTest
  @Tag("IOL-60")
  void aHandlerMayCloseItsChannelAndForgetIt(IOLoop loop) throws IOException {
    var source = readablePipe().source();
    loop.addHandler(
        source,
        Interest.READ,
        (channel, _) -> {
          ran.add("called");
          try {
            channel.close();
          } catch (IOException failure) {
            throw new AssertionError(failure);
          }
        });
    someTurns();
    assertThat(ran).containsExactly("called");
    assertThatIllegalStateException().isThrownBy(() -> loop.updateHandler(source, Interest.READ));
  }

  @LoopTest
  @Tag("CON-2")
  void aHangUpShowsInTheReadBit(IOLoop loop) throws IOException {
    var pipe = pipe();
    var events = new Promise<Integer>();
    loop.addHandler(
        pipe.source(),
        Interest.READ,
        (channel, ready) -> {
          loop.removeHandler(channel);
          events.setResult(ready);
        });
    pipe.sink().close();
    assertThat(events.await() & Interest.READ).isEqualTo(Interest.READ);
    assertThat(events.await() & Interest.WRITE).isZero();
  }

  @LoopTest
  @Tag("CON-3")
  void anErrorIsReportedToWhoeverAskedForReadOnly(IOLoop loop) throws IOException {
    for (int asked : new int[] {Interest.READ, Interest.READ | Interest.ERROR}) {
      var sockets = sockets();
      var events = new Promise<Integer>();
      loop.addHandler(
          sockets[0],
          asked,
          (channel, ready) -> {
            loop.removeHandler(channel);
            events.setResult(ready);
          });
      sockets[1].setOption(StandardSocketOptions.SO_LINGER, 0);
      sockets[1].close(); // resets the connection
      assertThat(events.await() & (Interest.READ | Interest.ERROR)).isNotZero();
    }
  }

  @LoopTest
  void aHandlerThatAwaitsIsNotCalledAgainUntilItReturns(IOLoop loop) throws IOException {
    var source = readablePipe().source();
    loop.addHandler(
        source,
        Interest.READ,
        (channel, _) -> {
          ran.add("in at " + loop.time());
          Futures.sleep(Duration.ofSeconds(1)).await();
          ran.add("out at " + loop.time());
          if (ran.size() == 4) {
            loop.removeHandler(channel);
          }
        });
    Futures.sleep(Duration.ofSeconds(5)).await();
    assertThat(ran).containsExactly("in at 0.0", "out at 1.0", "in at 1.0", "out at 2.0");
  }

  @LoopTest
  void anUnknownBitIsRefusedBeforeAnythingHappens(IOLoop loop) throws IOException {
    var source = readablePipe().source();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> loop.addHandler(source, 2, (_, _) -> ran.add("never")));
    loop.addHandler(source, Interest.READ, (channel, _) -> loop.removeHandler(channel));
    assertThatIllegalArgumentException().isThrownBy(() -> loop.updateHandler(source, 64));
    someTurns();
    assertThat(ran).isEmpty();
  }
}
