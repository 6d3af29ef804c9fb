// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import whirlwind.future.CancelledException;
import whirlwind.future.Futures;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LogRecorderExtension;

/** Connecting over a connection that arrives when the test says so; nothing here may be logged. */
@ExtendWith(LogRecorderExtension.class)
class ConnectTest {
  private static final SocketAddress SOMEWHERE = new InetSocketAddress("127.0.0.1", 9);

  private final List<String> events = new ArrayList<>();
  private final ConnectScript slow = ConnectScript.slow();

  @Test
  @Tag("SOC-1")
  void givesTheStreamItself() {
    slow.run(
        () -> {
          var stream = new IOStream();
          var connecting = stream.connect(SOMEWHERE);
          assertThat(connecting.isDone()).isFalse();
          slow.arrive();
          assertThat(connecting.await()).isSameAs(stream);
          stream.close();
          return null;
        });
  }

  @Test
  @Tag("SOC-2")
  void writesFollowTheConnection() {
    slow.run(
        () -> {
          var stream = new IOStream();
          var connected = stream.connect(SOMEWHERE);
          var first = stream.write("hello");
          var second = stream.write(" world");
          connected.onComplete(_ -> events.add("connected"));
          first.onComplete(_ -> events.add("first"));
          second.onComplete(_ -> events.add("second"));
          ConnectedPair.settle();
          assertThat(events).isEmpty();
          assertThat(stream.writing()).isTrue();

          slow.arrive();
          ConnectedPair.settle();
          assertThat(events).containsExactly("connected", "first", "second");
          assertThat(slow.transport.taken()).isEqualTo(11);
          stream.close();
          return null;
        });
  }

  @Test
  @Tag("SOC-3")
  @Tag("SOC-5")
  @Tag("SOC-6")
  void aRefusalFailsEverythingSilently() {
    slow.run(
        () -> {
          var stream = new IOStream();
          stream.setCloseCallback(() -> events.add("closed"));
          var connecting = stream.connect(SOMEWHERE);
          var write = stream.write("hello");
          var read = stream.readBytes(1);
          slow.refuse();
          ConnectedPair.settle();

          for (var operation : List.of(connecting, write, read)) {
            assertThat(operation.exception())
                .isInstanceOfSatisfying(
                    StreamClosedException.class,
                    failure -> assertThat(failure.realError()).isSameAs(slow.refusal));
          }
          assertThat(stream.error()).isSameAs(slow.refusal);
          assertThat(stream.closed()).isTrue();
          assertThat(slow.transport.closed()).isTrue();
          assertThat(events).containsExactly("closed");
          return null;
        });
  }

  @Test
  @Tag("SOC-4")
  void anImmediateFailureComesThroughTheFuture() {
    var refusing = ConnectScript.refusingAtOnce();
    refusing.run(
        () -> {
          var stream = new IOStream();
          stream.setCloseCallback(() -> events.add("closed"));
          var connecting = stream.connect(SOMEWHERE);
          assertThat(connecting.exception())
              .isInstanceOfSatisfying(
                  StreamClosedException.class,
                  failure -> assertThat(failure.realError()).isSameAs(refusing.refusal));
          assertThat(stream.error()).isSameAs(refusing.refusal);
          ConnectedPair.settle();
          assertThat(events).containsExactly("closed");
          return null;
        });
  }

  @Test
  @Tag("SOC-7")
  @Tag("STR-70")
  void closingMeanwhileEndsEverything() {
    slow.run(
        () -> {
          var cause = new IllegalArgumentException("the cause");
          var stream = new IOStream();
          stream.setCloseCallback(() -> events.add("closed"));
          var connecting = stream.connect(SOMEWHERE);
          var write = stream.write("hello");
          stream.close(cause);
          slow.arrive(); // too late
          ConnectedPair.settle();

          for (var operation : List.of(connecting, write)) {
            assertThat(operation.exception())
                .isInstanceOfSatisfying(
                    StreamClosedException.class,
                    failure -> assertThat(failure.realError()).isSameAs(cause));
          }
          assertThat(slow.transport.taken()).isZero();
          assertThat(slow.transport.closed()).isTrue();
          assertThat(events).containsExactly("closed");
          return null;
        });
  }

  @Test
  @Tag("SOC-8")
  void aSecondOneIsRefusedAndTheFirstGoesOn() {
    slow.run(
        () -> {
          var stream = new IOStream();
          var first = stream.connect(SOMEWHERE);
          assertThatIllegalStateException()
              .isThrownBy(() -> stream.connect(SOMEWHERE))
              .withMessageContaining("unconnected");
          slow.arrive();
          first.await();
          assertThatIllegalStateException().isThrownBy(() -> stream.connect(SOMEWHERE));
          assertThat(stream.closed()).isFalse();
          stream.close();
          assertThatExceptionOfType(StreamClosedException.class)
              .isThrownBy(() -> stream.connect(SOMEWHERE));
          return null;
        });
  }

  @Test
  @Tag("SOC-9")
  void aWriteBeforeItClosesTheStreamAsABrokenPipe() {
    slow.run(
        () -> {
          var stream = new IOStream();
          stream.setCloseCallback(() -> events.add("closed"));
          assertThatExceptionOfType(StreamClosedException.class)
              .isThrownBy(() -> stream.write("x"))
              .satisfies(
                  closed -> assertThat(closed.realError()).hasMessageContaining("Broken pipe"));
          assertThat(stream.closed()).isTrue();
          ConnectedPair.settle();
          assertThat(events).containsExactly("closed");
          return null;
        });
  }

  @Test
  @Tag("SOC-9")
  void aReadBeforeItIsRefusedAndChangesNothing() {
    slow.run(
        () -> {
          var stream = new IOStream();
          assertThatIllegalStateException().isThrownBy(() -> stream.readBytes(1));
          var connecting = stream.connect(SOMEWHERE);
          slow.arrive();
          connecting.await();
          stream.close();
          return null;
        });
  }

  @Test
  @Tag("SOC-10")
  void cancellingClosesTheSocket() {
    slow.run(
        () -> {
          var stream = new IOStream();
          var connecting = stream.connect(SOMEWHERE);
          var write = stream.write("hello");

          assertThat(connecting.cancel()).isTrue();
          assertThat(connecting.isCancelled()).isTrue();
          assertThat(stream.closed()).isTrue();
          assertThat(slow.transport.closed()).isTrue();
          assertThat(write.exception()).isInstanceOf(StreamClosedException.class);
          assertThat(connecting.cancel()).as("once more").isFalse();
          return null;
        });
  }

  @Test
  @Tag("SOC-10")
  void cancellingTheTaskThatWaitsClosesTheSocket() {
    slow.run(
        () -> {
          var stream = new IOStream();
          var task = IOLoop.current().spawn(() -> stream.connect(SOMEWHERE).await());
          ConnectedPair.settle();
          task.cancel();
          assertThat(catchThrowable(task::await)).isInstanceOf(CancelledException.class);
          assertThat(slow.transport.closed()).isTrue();
          return null;
        });
  }

  @Test
  void aDeadlineClosesTheSocket() {
    slow.run(
        () -> {
          var stream = new IOStream();
          assertThatExceptionOfType(TimeoutException.class)
              .isThrownBy(() -> stream.connect(SOMEWHERE, Duration.ofSeconds(7)).await())
              .withMessageContaining("127.0.0.1:9")
              .withMessageContaining("7 s");
          assertThat(slow.transport.closed()).isTrue();
          assertThat(stream.error()).isInstanceOf(TimeoutException.class);
          return null;
        });
  }

  @Test
  void aDeadlineThatWasMetDoesNoHarm() {
    slow.run(
        () -> {
          var stream = new IOStream();
          var connecting = stream.connect(SOMEWHERE, Duration.ofSeconds(7));
          slow.arrive();
          connecting.await();
          Futures.sleep(Duration.ofSeconds(8)).await();
          assertThat(stream.closed()).isFalse();
          stream.close();
          return null;
        });
  }

  @Test
  void shutdownOutputWaitsForTheConnectionAndForWhatWasWritten() {
    slow.run(
        () -> {
          var stream = new IOStream();
          stream.connect(SOMEWHERE);
          stream.write("hello");
          stream.shutdownOutput();
          assertThat(slow.transport.shutDownAt()).isNegative();
          slow.arrive();
          assertThat(slow.transport.shutDownAt()).isEqualTo(5);
          stream.close();
          return null;
        });
  }
}
