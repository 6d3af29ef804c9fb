// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import whirlwind.future.CancelledException;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.net.ScriptedNetwork.Reply;
import whirlwind.stream.IOStream;
import whirlwind.testing.LogRecorderExtension;

/** A connect that is given up, or has run out of time, at every moment of its life. */
@ExtendWith(LogRecorderExtension.class)
class TCPClientEndTest {
  private static final InetSocketAddress ONE =
      new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 80);
  private static final InetSocketAddress TWO =
      new InetSocketAddress(InetAddress.ofLiteral("10.0.0.2"), 80);

  /** When a connection is long handed over. */
  private static final int LATE_TURN = 6;

  private final ScriptedNetwork network = new ScriptedNetwork();
  private @Nullable Promise<List<InetSocketAddress>> resolving;

  /** A client of a resolver that answers when the test completes {@link #resolving}. */
  private Future<IOStream> connect(@Nullable Duration timeout) {
    resolving = new Promise<>();
    return new TCPClient((_, _, _) -> resolving)
        .connect("example.org", 80, ConnectOptions.defaults().withTimeout(timeout));
  }

  private static Reply accept(int millis) {
    return new Reply.Accept(Duration.ofMillis(millis));
  }

  private static Reply refuse(int millis) {
    return new Reply.Refuse(Duration.ofMillis(millis));
  }

  private void assertNothingIsLeft() {
    assertThat(network.open()).isEmpty();
    assertThat(network.nothingIsLeft()).isTrue();
  }

  @Test
  @Tag("SOC-10")
  void cancelledWhileItResolves() {
    network.run(
        () -> {
          var connecting = connect(Duration.ofSeconds(9));
          assertThat(connecting.cancel()).isTrue();
          assertThat(connecting.isCancelled()).isTrue();
          assertThat(resolving.isCancelled()).as("the look-up").isTrue();
          assertNothingIsLeft();
          assertThat(network.connections()).isEmpty();
          return null;
        });
  }

  @Test
  @Tag("SOC-10")
  void cancelledInTheMomentTheNameIsResolved() {
    network.run(
        () -> {
          var connecting = connect(null);
          resolving.setResult(List.of(ONE));
          assertThat(connecting.cancel()).isTrue();
          assertNothingIsLeft();
          assertThat(network.connections()).isEmpty();
          return null;
        });
  }

  @Test
  @Tag("SOC-10")
  void cancelledWhileSeveralAttemptsRun() {
    network.run(
        () -> {
          var connecting = connect(Duration.ofSeconds(9));
          resolving.setResult(List.of(ONE, TWO));
          Futures.sleep(Duration.ofMillis(300)).await();
          assertThat(network.open()).hasSize(2);
          assertThat(connecting.cancel()).isTrue();
          assertThat(network.open()).as("within the call").isEmpty();
          assertThat(connecting.cancel()).as("once more").isFalse();
          assertNothingIsLeft();
          return null;
        });
  }

  @Test
  @Tag("SOC-10")
  void cancelledBeforeTheNextAttemptStarts() {
    network.run(
        () -> {
          var connecting = connect(null);
          resolving.setResult(List.of(ONE, TWO));
          Futures.sleep(Duration.ofMillis(100)).await();
          connecting.cancel();
          Futures.sleep(Duration.ofSeconds(1)).await();
          assertThat(network.connections()).hasSize(1);
          assertNothingIsLeft();
          return null;
        });
  }

  /** From the arrival of the connection to the end of the future: turn by turn. */
  @Test
  @Tag("SOC-10")
  void cancelledInAnyTurnOfTheArrivalNothingIsLeft() {
    for (int turns = 0; turns <= LATE_TURN; turns++) {
      cancelSoManyTurnsAfterTheArrival(turns);
    }
  }

  /** Callbacks, as a coroutine that awaits a moment gets only every second turn. */
  private static void afterTurns(int turns, Runnable action) {
    var loop = IOLoop.current();
    loop.addCallback(turns == 0 ? action : () -> afterTurns(turns - 1, action));
  }

  private static void cancelSoManyTurnsAfterTheArrival(int turns) {
    var test = new TCPClientEndTest();
    test.network.reply(ONE, accept(100));
    test.network.run(
        () -> {
          var connecting = test.connect(null);
          test.resolving.setResult(List.of(ONE, TWO));
          Futures.sleep(Duration.ofMillis(100)).await();
          afterTurns(turns, connecting::cancel);
          try {
            connecting.await().close();
          } catch (CancelledException _) {
            assertThat(turns).as("the turn that is too late").isLessThan(LATE_TURN);
          }
          assertThat(test.network.open()).as("after %d turns", turns).isEmpty();
          test.assertNothingIsLeft();
          return null;
        });
  }

  @Test
  @Tag("SOC-10")
  void cancellingTheTaskThatWaitsEndsEverything() {
    network.run(
        () -> {
          var task = IOLoop.current().spawn(() -> connect(null).await());
          Futures.moment().await();
          resolving.setResult(List.of(ONE, TWO));
          Futures.sleep(Duration.ofMillis(300)).await();
          assertThat(network.open()).hasSize(2);
          task.cancel();
          assertThat(catchThrowable(task::await)).isInstanceOf(CancelledException.class);
          assertNothingIsLeft();
          return null;
        });
  }

  @Test
  void theDeadlineCoversTheLookUp() {
    network.run(
        () -> {
          var connecting = connect(Duration.ofSeconds(3));
          assertThatExceptionOfType(TimeoutException.class)
              .isThrownBy(connecting::await)
              .withMessage(
                  "connect to example.org:80 was not done within 3 s: its name is being looked up");
          assertThat(resolving.isCancelled()).as("the look-up").isTrue();
          assertThat(network.now()).isEqualTo(Duration.ofSeconds(3));
          assertNothingIsLeft();
          return null;
        });
  }

  @Test
  void theDeadlineRunsOnThroughTheRace() {
    network.reply(ONE, refuse(50));
    network.run(
        () -> {
          var connecting = connect(Duration.ofSeconds(3));
          Futures.sleep(Duration.ofSeconds(2)).await();
          resolving.setResult(List.of(ONE, TWO));
          assertThatExceptionOfType(TimeoutException.class)
              .isThrownBy(connecting::await)
              .withMessage(
                  "connect to example.org:80 was not done within 3 s:"
                      + " Connection refused: /10.0.0.1:80; /10.0.0.2:80: no answer yet")
              .satisfies(
                  expired ->
                      assertThat(expired.getSuppressed()[0])
                          .hasMessage("Connection refused: /10.0.0.1:80"));
          assertThat(network.now()).isEqualTo(Duration.ofSeconds(3));
          assertNothingIsLeft();
          return null;
        });
  }

  @Test
  void aDeadlineOfZeroIsOverOnTheNextTurn() {
    network.reply(ONE, accept(0));
    network.run(
        () -> {
          var connecting =
              new TCPClient().connect(ONE, ConnectOptions.defaults().withTimeout(Duration.ZERO));
          assertThatExceptionOfType(TimeoutException.class).isThrownBy(connecting::await);
          assertNothingIsLeft();
          return null;
        });
  }

  @Test
  void aDeadlineThatWasMetDoesNoHarm() {
    network.reply(ONE, accept(10));
    network.run(
        () -> {
          var connecting = connect(Duration.ofSeconds(3));
          resolving.setResult(List.of(ONE));
          var stream = connecting.await();
          Futures.sleep(Duration.ofSeconds(4)).await();
          assertThat(stream.closed()).isFalse();
          stream.close();
          assertNothingIsLeft();
          return null;
        });
  }

  @Test
  void aResolverThatFailsEndsIt() {
    network.run(
        () -> {
          var connecting = connect(Duration.ofSeconds(3));
          var failure = new IllegalStateException("no answer");
          resolving.setException(failure);
          assertThat(catchThrowable(connecting::await)).isSameAs(failure);
          assertNothingIsLeft();
          return null;
        });
  }

  @Test
  void aResolverThatIsCancelledCancelsIt() {
    network.run(
        () -> {
          var connecting = connect(null);
          resolving.cancel();
          assertThat(catchThrowable(connecting::await)).isInstanceOf(CancelledException.class);
          assertNothingIsLeft();
          return null;
        });
  }

  @Test
  void aResolverThatFindsNothingEndsIt() {
    network.run(
        () -> {
          var connecting = connect(null);
          resolving.setResult(List.of());
          assertThat(catchThrowable(connecting::await))
              .hasMessage(
                  "cannot connect to example.org:80: wanted at least one address, got none");
          assertNothingIsLeft();
          return null;
        });
  }
}
