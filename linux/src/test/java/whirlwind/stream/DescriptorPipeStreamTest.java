// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.UncheckedIOException;
import org.junit.jupiter.api.Tag;
import whirlwind.linux.NativePair;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;
import whirlwind.testing.LoopTest.Time;

/** The behaviour of pipes by their descriptors, and what can be said of those alone. */
class DescriptorPipeStreamTest extends PipeIOStreamTest {

  @Override
  Streams open() {
    var pipe = NativePair.pipe();
    return new Streams(new PipeIOStream(pipe.near()), new PipeIOStream(pipe.far()));
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("PIP-1")
  void theDescriptorsAreTheStreamsOwn(IOLoop loop) {
    var pipe = NativePair.blockingPipe();
    var in = new PipeIOStream(pipe.near());
    var out = new PipeIOStream(pipe.far());
    assertThat(pipe.isNonBlocking()).isTrue();
    in.close();
    out.close();
    for (int closed : new int[] {pipe.near(), pipe.far()}) {
      assertThatExceptionOfType(UncheckedIOException.class)
          .isThrownBy(() -> new PipeIOStream(closed))
          .withMessageContaining(Integer.toString(closed))
          .withStackTraceContaining("Bad file descriptor");
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  void oneDescriptorOfASocketGoesBothWays(IOLoop loop) {
    var pair = NativePair.sockets();
    try (var streams = new Streams(new PipeIOStream(pair.near()), new PipeIOStream(pair.far()))) {
      var near = streams.in();
      var far = streams.out();
      near.write("ping").await();
      assertThat(far.readBytes(4).await()).asString().isEqualTo("ping");
      near.setAllowHalfClose(true);
      near.shutdownOutput();
      assertThat(far.readUntilClose().await()).isEmpty();
      assertThat(near.readUntilClose().await()).isEmpty();
    }
  }
}
