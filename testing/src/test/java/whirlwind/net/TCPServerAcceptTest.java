// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import whirlwind.future.Futures;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LogRecorderExtension;
import whirlwind.testing.MemoryTransport;

/** How connections are taken, over a listener that does what the test says. */
@ExtendWith(LogRecorderExtension.class)
class TCPServerAcceptTest {
  private static final IOException NO_DESCRIPTORS = new IOException("Too many open files");

  private final ScriptedListener listener = new ScriptedListener();
  private int served;

  /** Serves until the peer closes, and counts. */
  private TCPServer server() {
    var server =
        new TCPServer(
            (stream, _) -> {
              served++;
              stream.readUntilClose().await();
            });
    server.listen(0);
    return server;
  }

  private List<MemoryTransport> connect(int count) {
    var clients = new ArrayList<MemoryTransport>();
    for (int i = 0; i < count; i++) {
      clients.add(listener.connect());
    }
    return clients;
  }

  private static void settle() {
    for (int turn = 0; turn < 20; turn++) {
      Futures.moment().await();
    }
  }

  @Test
  void oneEventTakesABoundedBatch() {
    listener.run(
        () -> {
          var server = server();
          connect(1000);
          listener.ready();
          assertThat(1000 - listener.waiting()).isBetween(1, 100);

          while (listener.waiting() > 0) {
            listener.ready();
          }
          settle();
          assertThat(served).isEqualTo(1000);
          server.close();
          return server.closed().await();
        });
  }

  @Test
  void aPeerThatGaveUpInTheBacklogStopsNothing() {
    listener.run(
        () -> {
          var server = server();
          connect(1);
          listener.fail(new SocketException("Software caused connection abort"));
          listener.ready();
          assertThat(listener.accepting()).isTrue();
          listener.fail(null);
          listener.ready();
          settle();
          assertThat(served).isEqualTo(1);
          server.close();
          return server.closed().await();
        });
  }

  @Test
  void withoutDescriptorsItSaysSoOnceAndDoesNotSpin(LogRecorder log) {
    listener.run(
        () -> {
          var server = server();
          connect(3);
          listener.fail(NO_DESCRIPTORS);
          for (int second = 0; second < 60; second++) {
            listener.ready();
            Futures.sleep(Duration.ofMillis(100)).await();
            listener.ready();
            Futures.sleep(Duration.ofMillis(900)).await();
          }
          assertThat(listener.calls()).as("attempts in a minute").isBetween(10, 70);
          assertThat(
                  log.expect(Level.WARNING, "no connection can be accepted on .*127.0.0.1")
                      .thrown())
              .isSameAs(NO_DESCRIPTORS);
          assertThat(log.unexpected()).as("said more than once").isEmpty();

          listener.fail(null);
          Futures.sleep(Duration.ofSeconds(2)).await();
          listener.ready();
          settle();
          assertThat(served).as("none is lost").isEqualTo(3);

          connect(1);
          listener.fail(NO_DESCRIPTORS);
          listener.ready();
          settle();
          log.expect(Level.WARNING, "no connection can be accepted"); // it is news again
          server.close();
          return server.closed().await();
        });
  }

  @Test
  void aConnectionThatEndsMakesItTryAgainAtOnce(LogRecorder log) {
    listener.run(
        () -> {
          var server = server();
          var first = connect(1);
          listener.ready();
          settle();
          connect(1);
          listener.fail(NO_DESCRIPTORS);
          listener.ready();
          assertThat(listener.accepting()).isFalse();

          listener.fail(null);
          first.getFirst().close();
          settle(); // no time passes
          assertThat(listener.accepting()).isTrue();
          listener.ready();
          settle();
          assertThat(served).isEqualTo(2);
          log.expect(Level.WARNING, "no connection can be accepted");
          server.close();
          return server.closed().await();
        });
  }

  @Test
  void stoppingWhileItPausesEndsThePause(LogRecorder log) {
    listener.run(
        () -> {
          var server = server();
          connect(1);
          listener.fail(NO_DESCRIPTORS);
          listener.ready();
          server.stop();
          Futures.sleep(Duration.ofSeconds(5)).await();
          assertThat(listener.accepting()).isFalse();
          assertThat(listener.closed()).isTrue();
          log.expect(Level.WARNING, "no connection can be accepted");
          return server.closed().await();
        });
  }

  @Test
  void aConnectionThatBreaksAtOnceHarmsNobody(LogRecorder log) {
    listener.run(
        () -> {
          var server = server();
          listener.connectBroken(new IOException("No space left in the poller"));
          listener.ready();
          settle();
          log.expect(Level.WARNING, "no connection can be accepted");
          connect(1);
          Futures.sleep(Duration.ofSeconds(2)).await();
          listener.ready();
          settle();
          assertThat(served).isEqualTo(1);
          server.close();
          return server.closed().await();
        });
  }

  @Test
  void closeEndsAConnectionWhoseCoroutineHasNotBegun() {
    listener.run(
        () -> {
          var server = server();
          var client = connect(1).getFirst();
          listener.ready();
          assertThat(server.connections()).isEqualTo(1);
          server.close();
          server.closed().await();
          assertThat(client.read(ByteBuffer.allocate(1))).as("the end").isEqualTo(-1);
          assertThat(server.connections()).isZero();
          return null;
        });
  }

  @Test
  void drainWithoutGraceEndsAConnectionWhoseCoroutineHasNotBegun() {
    listener.run(
        () -> {
          var server = server();
          connect(1);
          listener.ready();
          server.drain(Duration.ofSeconds(-1)).await();
          return server.closed().await();
        });
  }

  @Test
  void stopLetsAConnectionWhoseCoroutineHasNotBegunRun() {
    listener.run(
        () -> {
          var server = server();
          var client = connect(1).getFirst();
          listener.ready();
          server.stop();
          assertThat(server.closed().isDone()).isFalse();
          settle();
          assertThat(served).isEqualTo(1);
          client.close();
          return server.closed().await();
        });
  }
}
