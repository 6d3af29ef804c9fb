// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import whirlwind.future.Futures;
import whirlwind.net.ServerStatus.Intake;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LogRecorderExtension;
import whirlwind.testing.MemoryTransport;

/** A server that may have so many connections and no more, and what it says of itself. */
@ExtendWith(LogRecorderExtension.class)
class TCPServerLimitTest {
  private final ScriptedListener listener = new ScriptedListener();
  private final List<MemoryTransport> clients = new ArrayList<>();

  private static TCPServer server(int most, int resumeAt) {
    var server =
        new TCPServer(
            (stream, _) -> stream.readUntilClose().await(),
            ServerOptions.defaults().withMaxConnections(most, resumeAt));
    server.listen(1);
    return server;
  }

  private void connect(int count) {
    for (int i = 0; i < count; i++) {
      clients.add(listener.connect());
    }
    accept();
  }

  private void accept() {
    while (listener.accepting() && listener.waiting() > 0) {
      listener.ready();
    }
    settle();
  }

  private void closeClients(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      clients.removeFirst().close();
    }
    settle();
  }

  private static void settle() {
    for (int turn = 0; turn < 20; turn++) {
      Futures.moment().await();
    }
  }

  @Test
  void furtherConnectionsWaitInTheBacklog(LogRecorder log) {
    listener.run(
        () -> {
          var server = server(10, 9);
          connect(9);
          assertThat(listener.accepting()).isTrue();
          assertThat(server.status().intake()).isEqualTo(Intake.OPEN);
          connect(5);
          assertThat(server.connections()).isEqualTo(10);
          assertThat(listener.waiting()).isEqualTo(4);
          assertThat(listener.accepting()).isFalse();
          assertThat(server.status().intake()).isEqualTo(Intake.FULL);
          log.expect(Level.INFO, "there are 10 connections on .*127.0.0.1");
          server.close();
          return server.closed().await();
        });
  }

  @Test
  void itAcceptsAgainWhenEnoughHaveGone() {
    listener.run(
        () -> {
          var server = server(10, 7);
          connect(20);
          closeClients(2);
          assertThat(listener.accepting()).as("with 8").isFalse();
          closeClients(1);
          assertThat(listener.accepting()).as("with 7").isTrue();
          assertThat(server.status().intake()).isEqualTo(Intake.OPEN);
          accept();
          assertThat(server.connections()).isEqualTo(10);
          assertThat(listener.accepting()).isFalse();
          server.close();
          return server.closed().await();
        });
  }

  @Test
  void anAddressThatIsAddedWhileItIsFullWaitsToo() {
    listener.run(
        () -> {
          var server = server(1, 0);
          connect(1);
          server.listen(1);
          assertThat(listener.accepting()).isFalse();
          server.close();
          return server.closed().await();
        });
  }

  @Test
  void stoppingWhileItIsFullIsFinal() {
    listener.run(
        () -> {
          var server = server(2, 1);
          connect(3);
          server.stop();
          closeClients(2);
          assertThat(listener.accepting()).isFalse();
          assertThat(server.status().intake()).isEqualTo(Intake.STOPPED);
          return server.closed().await();
        });
  }

  @Test
  void aFailureToAcceptAndAFullServerDoNotHideEachOther(LogRecorder log) {
    listener.run(
        () -> {
          var server = server(2, 1);
          connect(1);
          listener.fail(new IOException("Too many open files"));
          connect(3);
          log.expect(Level.WARNING, "no connection can be accepted");
          assertThat(server.status().intake()).isEqualTo(Intake.FAILING);
          listener.fail(null);
          Futures.sleep(Duration.ofSeconds(2)).await();
          accept();
          assertThat(server.status().intake()).isEqualTo(Intake.FULL);
          Futures.sleep(Duration.ofSeconds(5)).await();
          assertThat(listener.accepting()).isFalse();
          assertThat(server.connections()).isEqualTo(2);
          server.close();
          return server.closed().await();
        });
  }

  @Test
  void theStatusCounts() {
    listener.run(
        () -> {
          var server = server(100, 90);
          assertThat(server.status()).isEqualTo(new ServerStatus(List.of(0), 0, 0, Intake.OPEN));
          connect(5);
          closeClients(2);
          assertThat(server.status()).isEqualTo(new ServerStatus(List.of(3), 5, 0, Intake.OPEN));
          assertThat(server.status().connections()).isEqualTo(3);

          listener.connectGone();
          connect(1);
          assertThat(server.status()).isEqualTo(new ServerStatus(List.of(4), 7, 1, Intake.OPEN));
          server.close();
          server.closed().await();
          assertThat(server.status()).isEqualTo(new ServerStatus(List.of(0), 7, 1, Intake.STOPPED));
          return null;
        });
  }

  @Test
  void whatEndsBeforeItBeginsIsCountedAsUnserved() {
    listener.run(
        () -> {
          var server = server(100, 90);
          clients.add(listener.connect());
          listener.ready();
          server.close();
          server.closed().await();
          assertThat(server.status().unserved()).isOne();
          return null;
        });
  }
}
