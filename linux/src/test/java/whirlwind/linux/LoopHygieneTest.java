// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.loop.MakeCurrent;
import whirlwind.net.TCPClient;
import whirlwind.net.TCPServer;

/** What loops open is closed with them, whichever poller they have. */
class LoopHygieneTest {
  private static final int USUAL_LOOPS = 500;

  /** Mappings that the JVM makes for itself meanwhile. */
  private static final int OTHER_MAPPINGS = 50;

  /** As many as a second allows; {@code -Dwhirlwind.hygiene.loops=10000} makes it so many. */
  @ParameterizedTest
  @ValueSource(strings = {"nio", "epoll", "io_uring"})
  void loopsLeaveNothingOpen(String poller) throws IOException {
    openAndCloseLoops(poller, 20);
    var before = Descriptors.open();
    long mappings = Descriptors.mappings();
    openAndCloseLoops(poller, Integer.getInteger("whirlwind.hygiene.loops", USUAL_LOOPS));
    assertThat(Descriptors.openSince(before)).isEmpty();
    assertThat(Descriptors.mappings()).isLessThan(mappings + OTHER_MAPPINGS);
  }

  private static void openAndCloseLoops(String poller, int loops) {
    IOLoop.configure(poller);
    try {
      for (int i = 0; i < loops; i++) {
        try (var loop = new IOLoop(LoopOptions.defaults().withMakeCurrent(MakeCurrent.NEVER))) {
          loop.runSync(LoopHygieneTest::echo);
        }
      }
    } finally {
      IOLoop.configure(System.getProperty(IOLoop.POLLER_PROPERTY, "auto"));
    }
  }

  /** One connection, which both ends keep open. */
  private static byte[] echo() {
    var server =
        new TCPServer(
            (stream, _) -> {
              stream.write(stream.readBytes(1).await()).await();
              stream.readUntilClose().await();
            });
    var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var stream = new TCPClient().connect(server.listen(anyPort)).await();
    stream.write(new byte[1]).await();
    return stream.readBytes(1).await();
  }
}
