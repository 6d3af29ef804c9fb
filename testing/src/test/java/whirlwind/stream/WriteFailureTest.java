// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import whirlwind.future.Future;
import whirlwind.io.Interest;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;

/** A line of the log that is not expected fails these tests, so that silence needs no assertion. */
class WriteFailureTest {
  private static final List<IOException> RESETS =
      List.of(
          new SocketException("Connection reset"),
          new IOException("Connection reset by peer"),
          new IOException("Broken pipe"),
          new SocketException("Software caused connection abort"),
          new IOException("Connection timed out"),
          new ClosedChannelException());

  @LoopTest
  @Tag("STR-60")
  void aResetClosesSilentlyAtTheCall(IOLoop loop) {
    for (var reset : RESETS) {
      try (var pair = ConnectedPair.of(loop, 10)) {
        pair.near().failNextWrite(reset);
        assertFailed(pair.stream(), reset, List.of(pair.stream().write("x")));
      }
    }
  }

  @LoopTest
  @Tag("STR-60")
  void aResetClosesSilentlyLater(IOLoop loop) {
    for (var reset : RESETS) {
      try (var pair = ConnectedPair.of(loop, 4)) {
        var writes = List.of(pair.stream().write("12345"), pair.stream().write("67"));
        pair.near().failNextWrite(reset);
        assertFailed(pair.stream(), reset, writes);
      }
    }
  }

  @LoopTest
  @Tag("STR-60")
  void anyOtherFailureIsLoggedOnceAtTheCall(IOLoop loop, LogRecorder log) {
    try (var pair = ConnectedPair.of(loop, 10)) {
      var failure = new IOException("the cable burns");
      pair.near().failNextWrite(failure);
      var read = pair.stream().readBytes(1);

      assertFailed(pair.stream(), failure, List.of(pair.stream().write("x"), read));
      assertThat(log.expect(Level.WARNING, "error on .*IOStream").thrown()).isSameAs(failure);
    }
  }

  @LoopTest
  @Tag("STR-60")
  void anyOtherFailureIsLoggedOnceLater(IOLoop loop, LogRecorder log) {
    try (var pair = ConnectedPair.of(loop, 4)) {
      var failure = new IOException("the cable burns");
      var writes = List.of(pair.stream().write("12345"), pair.stream().write("67"));
      pair.near().failNextWrite(failure);

      assertFailed(pair.stream(), failure, writes);
      assertThat(log.expect(Level.WARNING, "error on .*IOStream").thrown()).isSameAs(failure);
    }
  }

  private static void assertFailed(
      IOStream stream, Throwable cause, List<? extends Future<?>> operations) {
    var failures = new ArrayList<Throwable>();
    ConnectedPair.settle();
    operations.forEach(operation -> failures.add(operation.exception()));

    assertThat(stream.closed()).isTrue();
    assertThat(stream.error()).isSameAs(cause);
    assertThat(stream.writing()).isFalse();
    assertThat(failures)
        .allSatisfy(
            failure -> {
              assertThat(failure).isInstanceOf(StreamClosedException.class);
              assertThat(((StreamClosedException) failure).realError()).isSameAs(cause);
            });
  }

  @LoopTest
  @Tag("STR-60")
  void aPeerThatIsGoneShowsInAWrite(IOLoop loop) {
    for (boolean reset : new boolean[] {true, false}) {
      try (var pair = ConnectedPair.of(loop, 10)) {
        pair.near().stall(true); // so that nothing else shows it
        if (reset) {
          pair.far().reset();
        } else {
          pair.far().close();
        }
        var write = pair.stream().write("x");
        assertFailed(pair.stream(), pair.stream().error(), List.of(write));
        assertThat(pair.stream().error()).hasMessage(reset ? "Connection reset" : "Broken pipe");
      }
    }
  }

  @LoopTest
  void aBugOfATransportEndsTheStreamAndNotTheLoop(IOLoop loop) {
    var transport = new WriteScript();
    var stream = new IOStream(loop, transport, StreamLimits.defaults());
    transport.room(0);
    var write = stream.write("x");
    transport.room(-1); // makes it go wrong
    transport.ready(Interest.WRITE);

    ConnectedPair.settle();
    assertThat(stream.closed()).isTrue();
    assertThat(write.exception()).isInstanceOf(StreamClosedException.class);
    assertThat(stream.error()).isInstanceOf(RuntimeException.class);
  }
}
