// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import whirlwind.io.NioProvider;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.testing.LoopTest;
import whirlwind.testing.LoopTest.Time;
import whirlwind.testing.NeedsChannels;

/** Pipes of the JDK. */
@NeedsChannels
class PipeIOStreamTest extends PipeStreamContract {

  @Override
  Streams open() throws IOException {
    var pipe = Pipe.open();
    return new Streams(new PipeIOStream(pipe.source()), new PipeIOStream(pipe.sink()));
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("PIP-1")
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
}
