// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.loop.MemoryLimit;
import whirlwind.net.ServerStatus.Intake;
import whirlwind.stream.IOStream;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LogRecorderExtension;

/** Servers whose loops are short of memory let connections wait. */
@ExtendWith(LogRecorderExtension.class)
class TCPServerMemoryTest {
  private static final int LIMIT = 300_000;
  private static final String BEYOND = "more than the limit of " + LIMIT;
  private static final String WITHIN = "no more than " + LIMIT * 3 / 4;

  private static final Duration SOON = Duration.ofSeconds(5);

  private static void settle() {
    for (int turn = 0; turn < 50; turn++) {
      Futures.moment().await();
    }
  }

  /** Lets so many bytes wait in a stream of the loop. */
  private static void hold(IOLoop loop, int bytes) {
    loop.io().memory().add(bytes);
    settle();
  }

  @Test
  void connectionsWaitInTheBacklogUntilThereIsMemory(LogRecorder log) {
    var listener = new ScriptedListener();
    var options = LoopOptions.defaults().withMemoryLimit(MemoryLimit.of(LIMIT));
    listener.run(
        options,
        () -> {
          var loop = IOLoop.current();
          var server = new TCPServer((stream, _) -> stream.readUntilClose().await());
          server.listen(1);
          assertThat(server.status().intake()).isEqualTo(Intake.OPEN);
          hold(loop, LIMIT + 1);
          assertThat(listener.accepting()).isFalse();
          assertThat(server.status().intake()).isEqualTo(Intake.SHORT_OF_MEMORY);
          hold(loop, -10);
          assertThat(listener.accepting()).as("a little below the limit").isFalse();
          hold(loop, -LIMIT / 4);
          assertThat(listener.accepting()).as("at three quarters of it").isTrue();
          assertThat(server.status().intake()).isEqualTo(Intake.OPEN);
          server.close();
          hold(loop, LIMIT);
          hold(loop, -LIMIT);
          return server.closed().await();
        });
    log.expect(Level.WARNING, BEYOND);
    log.expect(Level.INFO, WITHIN);
    log.expect(Level.WARNING, BEYOND); // the server has been stopped, and hears nothing of it
    log.expect(Level.INFO, WITHIN);
  }

  @Test
  void aServerThatBeginsToListenWithoutMemoryWaits(LogRecorder log) {
    var listener = new ScriptedListener();
    var options = LoopOptions.defaults().withMemoryLimit(MemoryLimit.of(LIMIT));
    listener.run(
        options,
        () -> {
          hold(IOLoop.current(), LIMIT + 1);
          var server = new TCPServer((stream, _) -> stream.readUntilClose().await());
          server.listen(1);
          assertThat(listener.accepting()).isFalse();
          server.close();
          return server.closed().await();
        });
    log.expect(Level.WARNING, BEYOND);
  }

  /** Real sockets: one client makes each loop hold much, and a third one finds the door closed. */
  @Test
  void severalLoopsShareTheLimitAndCloseTheDoorWhenAllAreShort(LogRecorder log) {
    var limit =
        MemoryLimit.of(2 * LIMIT)
            .withBeyond(MemoryLimit.Beyond.REFUSE_CONNECTIONS)
            .withPatience(Duration.ofDays(1));
    IOLoop.run(
        LoopOptions.defaults().withMemoryLimit(limit),
        () -> {
          var server =
              TCPServer.overLoops(2, () -> (stream, _) -> stream.readBytes(1 << 20).await());
          var address = server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
          var clients = new ArrayList<IOStream>();
          clients.add(connect(address));
          clients.getFirst().write(new byte[LIMIT + 100]).await();
          while (log.unexpected().isEmpty()) {
            Futures.sleep(Duration.ofMillis(1)).await();
          }
          assertThat(server.status().intake()).as("one has memory").isEqualTo(Intake.OPEN);
          clients.add(connect(address));
          clients.getLast().write(new byte[LIMIT + 100]).await();
          awaitIntake(server, Intake.SHORT_OF_MEMORY);
          clients.forEach(IOStream::close);
          awaitIntake(server, Intake.OPEN);
          server.close();
          return server.closed().await();
        });
    log.expect(Level.WARNING, BEYOND, SOON);
    log.expect(Level.WARNING, BEYOND, SOON);
    log.expect(Level.INFO, WITHIN, SOON);
    log.expect(Level.INFO, WITHIN, SOON);
  }

  private static IOStream connect(SocketAddress address) {
    return new IOStream().connect(address).await();
  }

  private static void awaitIntake(TCPServer server, Intake wanted) {
    while (server.status().intake() != wanted) {
      Futures.sleep(Duration.ofMillis(1)).await();
    }
  }
}
