// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.loop.IOLoop;
import whirlwind.stream.IOStream;
import whirlwind.testing.LoopTest;
import whirlwind.testing.LoopTest.Time;

/** Unix-domain sockets with somebody else's program at the other end. */
class UnixSocatTest {
  @TempDir private Path directory;

  @BeforeEach
  void requireSocat() {
    Socat.require();
  }

  @LoopTest(clock = Time.SYSTEM)
  void itConnectsToOurServer(IOLoop loop) throws IOException {
    var path = directory.resolve("ours");
    var server =
        new TCPServer(
            (stream, _) -> {
              stream.write("you said ").await();
              stream.write(stream.readUntil("\n").await()).await();
              assertThat(stream.readUntilClose().await()).isEmpty();
            });
    server.listen(UnixDomainSocketAddress.of(path));
    try (var socat = Socat.start("-", "UNIX-CONNECT:" + path)) {
      socat.send("good evening\n");
      assertThat(socat.nextLine()).isEqualTo("you said good evening");
      socat.endInput();
      assertThat(socat.exitCode()).isZero();
    }
    server.stop();
    server.closed().await();
  }

  @LoopTest(clock = Time.SYSTEM)
  void ourClientConnectsToIt(IOLoop loop) throws IOException {
    var path = directory.resolve("its");
    try (var socat = Socat.start("UNIX-LISTEN:" + path, "EXEC:cat").awaitListening()) {
      var client = new IOStream().connect(UnixDomainSocketAddress.of(path)).await();
      client.setAllowHalfClose(true);
      client.write("good evening\n");
      client.shutdownOutput();
      assertThat(new String(client.readUntilClose().await(), UTF_8)).isEqualTo("good evening\n");
      client.close();
      assertThat(socat.exitCode()).isZero();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  void ourServerTakesOverWhatItLeftBehind(IOLoop loop) throws IOException {
    var path = directory.resolve("its");
    var address = UnixDomainSocketAddress.of(path);
    try (var socat = Socat.start("UNIX-LISTEN:" + path, "-").awaitListening()) {
      socat.kill();
      socat.exitCode();
    }
    assertThat(path).exists();
    var server = new TCPServer((stream, _) -> stream.write("ours\n").await());
    server.listen(address);
    try (var socat = Socat.start("-", "UNIX-CONNECT:" + path)) {
      assertThat(socat.nextLine()).isEqualTo("ours");
    }
    server.close();
    server.closed().await();
  }
}
