// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import whirlwind.future.Futures;
import whirlwind.future.TimeoutException;
import whirlwind.io.NioProvider;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;
import whirlwind.testing.LoopTest.Time;
import whirlwind.testing.NeedsChannels;

@NeedsChannels
class PipeIOStreamTest {
  private static final int MORE_THAN_A_PIPE_HOLDS = 1 << 20;

  /** Both ends as streams. */
  record Streams(PipeIOStream in, PipeIOStream out) implements AutoCloseable {
    @Override
    public void close() {
      in.close();
      out.close();
    }
  }

  /** A new pipe. */
  Streams open() throws IOException {
    var pipe = Pipe.open();
    return new Streams(new PipeIOStream(pipe.source()), new PipeIOStream(pipe.sink()));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("PIP-1")
  @NeedsChannels
  void bothEndsBecomeNonBlockingAndTheStreamsOwn() throws IOException {
    var pipe = Pipe.open();
    var in = new PipeIOStream(pipe.source());
    var out = new PipeIOStream(pipe.sink());
    assertThat(pipe.source().isBlocking()).isFalse();
    assertThat(pipe.sink().isBlocking()).isFalse();
    in.close();
    assertThat(pipe.source().isOpen()).isFalse();
    out.close();
    assertThat(pipe.sink().isOpen()).isFalse();
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("PIP-1")
  @NeedsChannels
  void aClosedEndIsRefused() throws IOException {
    var pipe = Pipe.open();
    pipe.source().close();
    pipe.sink().close();
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> new PipeIOStream(pipe.source()))
        .withCauseInstanceOf(ClosedChannelException.class);
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> new PipeIOStream(pipe.sink()));
  }

  @Test
  @Tag("PIP-1")
  void aDescriptorNeedsANativePoller() {
    IOLoop.run(
        LoopOptions.defaults().withProvider(new NioProvider()),
        () ->
            assertThatIllegalArgumentException()
                .isThrownBy(() -> new PipeIOStream(0))
                .withMessageContaining("descriptor 0")
                .withMessageContaining("nio")
                .withMessageContaining("epoll or io_uring"));
  }

  @LoopTest
  @Tag("PIP-1")
  void aNegativeDescriptorIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PipeIOStream(-1))
        .withMessageContaining("got -1");
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("PIP-2")
  void aWriteLargerThanThePipeIsDoneAsTheReaderDrainsIt() throws IOException {
    var sent = new byte[MORE_THAN_A_PIPE_HOLDS];
    new Random(1).nextBytes(sent);
    try (var streams = open()) {
      var written = streams.out.write(sent);
      assertThat(written.isDone()).isFalse();
      assertThat(streams.out.writing()).isTrue();
      assertThat(streams.in.readBytes(sent.length).await()).isEqualTo(sent);
      written.await();
      assertThat(streams.out.writing()).isFalse();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("PIP-2")
  void everyKindOfReadWorks() throws IOException {
    try (var streams = open()) {
      streams.out.write("line\nab12cd!!raw").await();
      assertThat(text(streams.in.readUntil("\n").await())).isEqualTo("line\n");
      assertThat(text(streams.in.readUntilRegex(Pattern.compile("\\d\\d")).await()))
          .isEqualTo("ab12");
      assertThat(text(streams.in.readPartial(2).await())).isEqualTo("cd");
      assertThat(text(streams.in.readBytes(2).await())).isEqualTo("!!");
      var rest = streams.in.readUntilClose();
      streams.out.close();
      assertThat(text(rest.await())).isEqualTo("raw");
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("PIP-2")
  void aTimeoutLeavesTheBytes() throws IOException {
    try (var streams = open()) {
      streams.out.write("half").await();
      var read = streams.in.readUntil("\n", Duration.ofMillis(1));
      assertThatExceptionOfType(TimeoutException.class).isThrownBy(read::await);
      streams.out.write(" line\n").await();
      assertThat(text(streams.in.readUntil("\n").await())).isEqualTo("half line\n");
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("PIP-2")
  void theOutputEndsBehindWhatWasWritten() throws IOException {
    var sent = new byte[MORE_THAN_A_PIPE_HOLDS];
    try (var streams = open()) {
      var written = streams.out.write(sent);
      streams.out.shutdownOutput();
      assertThat(streams.in.readUntilClose().await()).hasSameSizeAs(sent);
      written.await();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("PIP-3")
  @Tag("STR-43")
  void whenTheWriterHasClosedWhatIsLeftComesBeforeTheEnd() throws IOException {
    try (var streams = open()) {
      streams.out.write("last words").await();
      streams.out.close();
      assertThat(text(streams.in.readBytes(4).await())).isEqualTo("last");
      assertThat(text(streams.in.readUntilClose().await())).isEqualTo(" words");
      assertThat(streams.in.closed()).isTrue();
      assertThat(streams.in.error()).isNull();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("PIP-3")
  void anIdleReaderNoticesThatTheWriterHasClosed() throws IOException {
    try (var streams = open()) {
      var closed = streams.in.whenClosed();
      streams.out.close();
      closed.await();
      assertThat(streams.in.error()).isNull();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("PIP-4")
  void whenTheReaderHasGoneAWriteFailsAndNothingIsLogged() throws IOException {
    try (var streams = open()) {
      streams.in.close();
      var written = streams.out.write("x");
      assertThatExceptionOfType(StreamClosedException.class)
          .isThrownBy(written::await)
          .satisfies(
              failure -> assertThat(failure.realError()).hasMessageContaining("Broken pipe"));
      assertThat(streams.out.closed()).isTrue();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("PIP-4")
  void whenTheReaderGoesAWriteThatWaitsFailsAndNothingIsLogged() throws IOException {
    try (var streams = open()) {
      var written = streams.out.write(new byte[MORE_THAN_A_PIPE_HOLDS]);
      streams.in.close();
      assertThatExceptionOfType(StreamClosedException.class)
          .isThrownBy(written::await)
          .satisfies(
              failure -> assertThat(failure.realError()).hasMessageContaining("Broken pipe"));
      assertThat(streams.out.closed()).isTrue();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("PIP-5")
  void readingFromAWritingEndClosesTheStream() throws IOException {
    try (var streams = open()) {
      var read = streams.out.readBytes(1);
      assertThatExceptionOfType(StreamClosedException.class)
          .isThrownBy(read::await)
          .satisfies(
              failure ->
                  assertThat(failure.realError()).hasMessageContaining("Bad file descriptor"));
      assertThat(streams.out.closed()).isTrue();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("PIP-5")
  void writingToAReadingEndClosesTheStream(LogRecorder log) throws IOException {
    try (var streams = open()) {
      var written = streams.in.write("x");
      assertThatExceptionOfType(StreamClosedException.class)
          .isThrownBy(written::await)
          .satisfies(
              failure ->
                  assertThat(failure.realError()).hasMessageContaining("Bad file descriptor"));
      assertThat(streams.in.closed()).isTrue();
      Futures.moment().await();
      log.expect(Level.WARNING, "error on PipeIOStream"); // as nobody need await a write
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("PIP-6")
  void noDelayMeansNothing() throws IOException {
    try (var streams = open()) {
      streams.out.setNodelay(true);
      streams.in.setNodelay(true);
      streams.out.write("x").await();
      assertThat(text(streams.in.readBytes(1).await())).isEqualTo("x");
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  void aPipeHasNoAddresses() throws IOException {
    try (var streams = open()) {
      assertThat(streams.in.localAddress()).isNull();
      assertThat(streams.in).hasToString("PipeIOStream[open]");
    }
  }
}
