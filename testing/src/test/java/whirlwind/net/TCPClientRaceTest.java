// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.net.ScriptedNetwork.Reply;
import whirlwind.stream.IOStream;
import whirlwind.stream.StreamClosedException;
import whirlwind.stream.StreamLimits;
import whirlwind.testing.LogRecorderExtension;

/** In which order and when the addresses of a host are tried, and what becomes of the losers. */
@ExtendWith(LogRecorderExtension.class)
class TCPClientRaceTest {
  private final ScriptedNetwork network = new ScriptedNetwork();
  private final List<InetSocketAddress> resolved = new ArrayList<>();
  private ConnectOptions options = ConnectOptions.defaults();

  /** The next address of the host, and what it does. */
  private void address(String literal, Reply reply) {
    var address = new InetSocketAddress(InetAddress.ofLiteral(literal), 80);
    resolved.add(address);
    network.reply(address, reply);
  }

  private static Reply accept(int millis) {
    return new Reply.Accept(Duration.ofMillis(millis));
  }

  private static Reply refuse(int millis) {
    return new Reply.Refuse(Duration.ofMillis(millis));
  }

  private Future<IOStream> connect() {
    return new TCPClient((_, _, _) -> Futures.completed(resolved))
        .connect("example.org", 80, options);
  }

  /** Who won; then nothing but its connection was open. */
  private String winner() {
    var stream = connect().await();
    var winner = ((InetSocketAddress) stream.remoteAddress()).getAddress().getHostAddress();
    assertThat(network.open()).containsExactly(winner);
    stream.close();
    assertThat(network.nothingIsLeft()).isTrue();
    return winner;
  }

  private UncheckedIOException failure() {
    var failure = catchThrowableOfType(UncheckedIOException.class, () -> connect().await());
    assertThat(network.open()).isEmpty();
    assertThat(network.nothingIsLeft()).isTrue();
    return failure;
  }

  @Test
  void theFirstAddressIsTriedWithinTheCall() {
    address("10.0.0.1", new Reply.Silence());
    network.run(
        () -> {
          var connecting = connect();
          assertThat(network.starts()).containsExactly("10.0.0.1 at 0 ms");
          connecting.cancel();
          return null;
        });
  }

  @Test
  void anAnswerInTimeLeavesTheOthersAlone() {
    address("10.0.0.1", accept(249));
    address("10.0.0.2", accept(0));
    network.run(
        () -> {
          assertThat(winner()).isEqualTo("10.0.0.1");
          assertThat(network.starts()).containsExactly("10.0.0.1 at 0 ms");
          return null;
        });
  }

  @Test
  void aSlowAnswerIsRacedByTheNextAddress() {
    address("10.0.0.1", accept(1000));
    address("10.0.0.2", accept(1000));
    address("10.0.0.3", accept(100));
    address("10.0.0.4", accept(0));
    network.run(
        () -> {
          assertThat(winner()).isEqualTo("10.0.0.3");
          assertThat(network.starts())
              .containsExactly("10.0.0.1 at 0 ms", "10.0.0.2 at 250 ms", "10.0.0.3 at 500 ms");
          assertThat(network.now()).isEqualTo(Duration.ofMillis(600));
          return null;
        });
  }

  @Test
  void anEarlierAttemptMayStillWin() {
    address("10.0.0.1", accept(300));
    address("10.0.0.2", accept(100));
    network.run(
        () -> {
          assertThat(winner()).isEqualTo("10.0.0.1");
          assertThat(network.starts()).hasSize(2);
          return null;
        });
  }

  @Test
  void ofTwoThatArriveInOneMomentOneWinsAndOneIsClosed() {
    address("10.0.0.1", accept(300));
    address("10.0.0.2", accept(50));
    network.run(
        () -> {
          assertThat(winner()).isEqualTo("10.0.0.1");
          assertThat(network.connections().getLast().closed()).isTrue();
          return null;
        });
  }

  @Test
  void aFailureStartsTheNextAtOnce() {
    address("10.0.0.1", refuse(10));
    address("10.0.0.2", new Reply.RefuseAtOnce());
    address("10.0.0.3", refuse(20));
    address("10.0.0.4", accept(1000));
    network.run(
        () -> {
          assertThat(winner()).isEqualTo("10.0.0.4");
          assertThat(network.starts())
              .containsExactly(
                  "10.0.0.1 at 0 ms",
                  "10.0.0.2 at 10 ms",
                  "10.0.0.3 at 10 ms",
                  "10.0.0.4 at 30 ms");
          return null;
        });
  }

  @Test
  void theFailureOfAnOlderAttemptDoesNotHurryTheLast() {
    address("10.0.0.1", refuse(260));
    address("10.0.0.2", accept(400));
    address("10.0.0.3", accept(400));
    network.run(
        () -> {
          assertThat(winner()).isEqualTo("10.0.0.2");
          assertThat(network.starts())
              .containsExactly("10.0.0.1 at 0 ms", "10.0.0.2 at 250 ms", "10.0.0.3 at 500 ms");
          return null;
        });
  }

  @Test
  void theDelayIsAnOption() {
    options = options.withAttemptDelay(Duration.ofMillis(10));
    for (int i = 1; i <= 3; i++) {
      address("10.0.0." + i, accept(1000));
    }
    network.run(
        () -> {
          assertThat(winner()).isEqualTo("10.0.0.1");
          assertThat(network.starts())
              .containsExactly("10.0.0.1 at 0 ms", "10.0.0.2 at 10 ms", "10.0.0.3 at 20 ms");
          return null;
        });
  }

  @Test
  void familiesAlternateWithTheFirstsInFront() {
    options = options.withFirstFamilyCount(2);
    for (var literal : List.of("2001:db8::1", "2001:db8::2", "2001:db8::3", "10.0.0.1")) {
      address(literal, refuse(0));
    }
    network.run(
        () -> {
          failure();
          assertThat(network.connections())
              .extracting(each -> each.host())
              .containsExactly(
                  "2001:db8:0:0:0:0:0:1",
                  "2001:db8:0:0:0:0:0:2",
                  "10.0.0.1",
                  "2001:db8:0:0:0:0:0:3");
          return null;
        });
  }

  @Test
  void whenAllHaveFailedTheErrorNamesThemInOrder() {
    address("2001:db8::1", refuse(700)); // the last to fail
    address("10.0.0.1", refuse(20));
    address("2001:db8::2", new Reply.RefuseAtOnce());
    network.run(
        () -> {
          var failure = failure();
          assertThat(failure)
              .hasMessage(
                  "cannot connect to example.org:80:"
                      + " Connection refused: /[2001:db8:0:0:0:0:0:1]:80;"
                      + " Connection refused: /10.0.0.1:80;"
                      + " Connection refused: /[2001:db8:0:0:0:0:0:2]:80");
          assertThat(failure.getCause()).hasMessageContaining("2001:db8:0:0:0:0:0:1");
          assertThat(List.of(failure.getSuppressed()))
              .filteredOn(IOException.class::isInstance)
              .extracting(Throwable::getMessage)
              .containsExactly(
                  "Connection refused: /10.0.0.1:80",
                  "Connection refused: /[2001:db8:0:0:0:0:0:2]:80");
          assertThat(network.now()).isEqualTo(Duration.ofMillis(700));
          return null;
        });
  }

  @Test
  void aFailureThatDoesNotNameItsAddressIsToldWithIt() {
    var bug = new IllegalStateException("the bug");
    address("10.0.0.1", new Reply.Throw(bug));
    address("10.0.0.2", new Reply.Throw(bug));
    network.run(
        () -> {
          assertThat(failure())
              .hasMessage(
                  "cannot connect to example.org:80:"
                      + " /10.0.0.1:80: java.lang.IllegalStateException: the bug;"
                      + " /10.0.0.2:80: java.lang.IllegalStateException: the bug")
              .hasRootCause(bug);
          return null;
        });
  }

  @Test
  void aProviderThatThrowsCostsOneAttempt() {
    address("10.0.0.1", new Reply.Throw(new IllegalStateException("the bug")));
    address("10.0.0.2", accept(5));
    network.run(
        () -> {
          assertThat(winner()).isEqualTo("10.0.0.2");
          assertThat(network.now()).isEqualTo(Duration.ofMillis(5));
          return null;
        });
  }

  @Test
  void theSameAddressTwiceIsOneAttempt() {
    address("10.0.0.1", refuse(0));
    address("10.0.0.1", refuse(0));
    network.run(
        () -> {
          failure();
          assertThat(network.connections()).hasSize(1);
          return null;
        });
  }

  @Test
  void allAttemptsComeFromTheLocalAddressAndOfItsFamily() {
    var local = new InetSocketAddress("10.1.1.1", 999);
    options = options.withLocalAddress(local);
    address("2001:db8::1", accept(0));
    address("10.0.0.1", refuse(0));
    address("10.0.0.2", accept(0));
    network.run(
        () -> {
          assertThat(winner()).isEqualTo("10.0.0.2");
          assertThat(network.connections()).hasSize(2).allMatch(each -> local.equals(each.local));
          return null;
        });
  }

  @Test
  void aLocalAddressFromWhichNoneIsReachedIsNamed() {
    options = options.withLocalAddress(new InetSocketAddress("10.1.1.1", 0));
    address("2001:db8::1", accept(0));
    network.run(
        () -> {
          assertThat(failure())
              .hasMessageContaining(
                  "cannot connect to example.org:80: wanted an address of the family of"
                      + " /10.1.1.1:0")
              .hasMessageContaining("2001:db8:0:0:0:0:0:1");
          assertThat(network.connections()).isEmpty();
          return null;
        });
  }

  @Test
  void theStreamHasTheLimitsAndItsLosersDoNotDisturbIt() {
    var limits = StreamLimits.defaults().withReadChunkSize(17);
    options = options.withLimits(limits);
    address("10.0.0.1", refuse(300));
    address("10.0.0.2", accept(10));
    network.run(
        () -> {
          var stream = connect().await();
          assertThat(stream.limits()).isEqualTo(limits);
          Futures.sleep(Duration.ofSeconds(1)).await();
          assertThat(stream.closed()).isFalse();
          var reading = stream.readBytes(1);
          stream.close();
          assertThatExceptionOfType(StreamClosedException.class).isThrownBy(reading::await);
          return null;
        });
  }
}
