// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;
import whirlwind.testing.LoopTest.Time;

/** Ends of connections as the kernel tells them; what is logged fails the test. */
class CloseSocketTest {

  @TempDir private Path directory;

  private List<ConnectedSockets> both() throws IOException {
    return List.of(ConnectedSockets.tcp(), ConnectedSockets.unix(directory));
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-62")
  void anIdleStreamNoticesThePeersClose(IOLoop loop) throws IOException {
    for (var pair : both()) {
      var noticed = pair.stream().whenClosed();
      pair.peer().close();
      noticed.await();
      assertThat(pair.stream().error()).isNull();
      pair.close();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-62")
  @Tag("STR-64")
  void itNoticesAfterTheLastByteWasRead(IOLoop loop) throws IOException {
    for (var pair : both()) {
      var noticed = pair.stream().whenClosed();
      pair.send("last words");
      pair.peer().close();
      assertThat(pair.stream().readBytes(10).await()).asString(ISO_8859_1).isEqualTo("last words");
      noticed.await();
      pair.close();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-66")
  void thePeerSeesTheCloseAtOnce(IOLoop loop) throws IOException {
    for (var pair : both()) {
      pair.stream().write("bye").await();
      pair.stream().close();
      assertThat(ConnectedSockets.receive(pair.peer(), 3)).isEqualTo("bye");
      assertThat(pair.peer().read(ByteBuffer.allocate(1))).as("the end").isEqualTo(-1);
      pair.close();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-77")
  void aResetIsSilentAndTheError(IOLoop loop) throws IOException {
    try (var pair = ConnectedSockets.tcp()) {
      var read = pair.stream().readBytes(1);
      pair.reset();
      assertThatExceptionOfType(StreamClosedException.class)
          .isThrownBy(read::await)
          .satisfies(closed -> assertThat(closed.realError()).isSameAs(pair.stream().error()));
      assertThat(pair.stream().error()).hasMessageContaining("reset");
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-78")
  void anIdleStreamNoticesAReset(IOLoop loop) throws IOException {
    try (var pair = ConnectedSockets.tcp()) {
      var noticed = pair.stream().whenClosed();
      pair.reset();
      noticed.await();
      assertThat(pair.stream().error()).hasMessageContaining("reset");
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-65")
  void aReplyFollowsTheEndOfTheRequest(IOLoop loop) throws IOException {
    for (var pair : List.of(StreamPair.tcp(loop), StreamPair.unix(loop, directory))) {
      var server = pair.far();
      server.setAllowHalfClose(true);
      var client = pair.near();
      client.write("request");
      client.shutdownOutput();
      assertThat(server.readUntilClose().await()).asString(ISO_8859_1).isEqualTo("request");
      server.write("reply");
      server.shutdownOutput();

      assertThat(client.readUntilClose().await()).asString(ISO_8859_1).isEqualTo("reply");
      assertThat(client.closed()).isTrue();
      assertThat(server.closed()).isFalse();
      pair.close();
      assertThat(List.of(client, server)).allMatch(stream -> stream.error() == null);
    }
  }
}
