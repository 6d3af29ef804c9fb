// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.future.Future;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Task;
import whirlwind.testing.LoopTest;
import whirlwind.testing.LoopTest.Time;

/** Writing through the kernel's buffers, which fill and empty as they like. */
class WriteSocketTest {
  private static final int WRITERS = 10;
  private static final int RECORDS = 1000;
  private static final int RECORD_BYTES = 5000;

  @TempDir private Path directory;

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-50")
  @Tag("STR-51")
  void concurrentWritersKeepOrderOverTcp(IOLoop loop) throws IOException {
    try (var pair = StreamPair.tcp(loop)) {
      writeConcurrently(loop, pair.near(), pair.far());
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-50")
  @Tag("STR-51")
  void concurrentWritersKeepOrderOverAUnixDomainSocket(IOLoop loop) throws IOException {
    try (var pair = StreamPair.unix(loop, directory)) {
      writeConcurrently(loop, pair.near(), pair.far());
    }
  }

  /** Each record says who wrote it and which one it is. */
  private static void writeConcurrently(IOLoop loop, IOStream near, IOStream far) {
    var called = new ArrayList<Integer>();
    var done = new ArrayList<Integer>();
    var writers = new ArrayList<Task<?>>();
    for (int writer = 0; writer < WRITERS; writer++) {
      int name = writer;
      writers.add(
          loop.spawn(
              () -> {
                for (int number = 0; number < RECORDS; number++) {
                  int id = name * RECORDS + number;
                  called.add(id);
                  near.write(ByteBuffer.allocate(RECORD_BYTES).putInt(id).rewind())
                      .onComplete(_ -> done.add(id))
                      .await();
                }
                return null;
              }));
    }
    var received = new ArrayList<Integer>();
    for (int i = 0; i < WRITERS * RECORDS; i++) {
      received.add(ByteBuffer.wrap(far.readBytes(RECORD_BYTES).await()).getInt());
    }
    writers.forEach(Task::await);
    ConnectedPair.settle();

    assertThat(received).isEqualTo(called);
    assertThat(done).isEqualTo(called);
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-56")
  @Tag("STR-58")
  void whatTheKernelDoesNotTakeAtOnceFollows(IOLoop loop) throws IOException {
    try (var pair = StreamPair.tcp(loop)) {
      var bytes = new byte[16 << 20];
      Arrays.fill(bytes, (byte) 'a');
      var written = pair.near().write(bytes);
      Arrays.fill(bytes, (byte) '!');
      assertThat(written.isDone()).isFalse();
      assertThat(pair.near().writing()).isTrue();

      Arrays.fill(bytes, (byte) 'a');
      assertThat(pair.far().readBytes(bytes.length).await()).isEqualTo(bytes);
      written.await();
      assertThat(pair.near().writing()).isFalse();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-60")
  void aPeerThatIsGoneFailsTheWritesSilently(IOLoop loop) throws IOException {
    for (var pair : List.of(ConnectedSockets.tcp(), ConnectedSockets.unix(directory))) {
      var waiting = pair.stream().write(new byte[16 << 20]);
      Future<?> behind = pair.stream().write("x");
      pair.reset();

      assertThat(catchThrowable(waiting::await)).isInstanceOf(StreamClosedException.class);
      assertThat(((StreamClosedException) behind.exception()).realError())
          .isInstanceOf(IOException.class)
          .isSameAs(pair.stream().error());
      pair.close();
    }
  }
}
