// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import whirlwind.future.Futures;
import whirlwind.io.Transport;
import whirlwind.loop.IOLoop;
import whirlwind.stream.IOStream;
import whirlwind.stream.StreamLimits;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LogRecorderExtension;
import whirlwind.testing.MemoryTransport;

/** What comes between a socket and its handler; here a line that says who is there. */
@ExtendWith(LogRecorderExtension.class)
class TCPServerOpeningTest {
  private final ScriptedListener listener = new ScriptedListener();
  private final List<String> events = new ArrayList<>();

  private final class Greeting implements Opening {
    @Override
    public IOStream open(IOLoop loop, Transport transport, StreamLimits limits) {
      return new IOStream(loop, transport, limits);
    }

    @Override
    public void prologue(IOStream stream) throws IOException {
      var name = new String(stream.readUntil("\n", Duration.ofSeconds(5)).await(), UTF_8).strip();
      switch (name) {
        case "stranger" -> throw new IOException("not on the list");
        case "bug" -> throw new IllegalArgumentException("cannot spell");
        default -> events.add(name + " comes in");
      }
    }
  }

  private TCPServer server() {
    var server =
        new TCPServer(
            (stream, _) -> events.add(new String(stream.readUntil("\n").await(), UTF_8).strip()),
            ServerOptions.defaults(),
            new Greeting());
    server.listen(1);
    return server;
  }

  private MemoryTransport client(String text) throws IOException {
    var client = listener.connect();
    client.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
    listener.ready();
    settle();
    return client;
  }

  private static void settle() {
    for (int turn = 0; turn < 20; turn++) {
      Futures.moment().await();
    }
  }

  @Test
  void theHandlerBeginsAfterIt() {
    listener.run(
        () -> {
          var server = server();
          client("Anna\ngood evening\n");
          assertThat(events).containsExactly("Anna comes in", "good evening");
          assertThat(server.status().unserved()).isZero();
          server.close();
          return server.closed().await();
        });
  }

  @Test
  void whoeverIsTurnedAwayIsCountedAndLogsNothing() {
    listener.run(
        () -> {
          var server = server();
          var client = client("stranger\ngood evening\n");
          assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
          assertThat(events).isEmpty();
          assertThat(server.status().unserved()).isOne();
          assertThat(server.connections()).isZero();
          server.close();
          return null;
        });
  }

  @Test
  void whoeverIsTooSlowOrGoesMeanwhileLogsNothing() {
    listener.run(
        () -> {
          var server = server();
          var silent = client("An");
          client("B").close();
          settle();
          assertThat(server.connections()).isOne();
          Futures.sleep(Duration.ofSeconds(6)).await();
          assertThat(silent.read(ByteBuffer.allocate(1))).isEqualTo(-1);
          assertThat(server.status().unserved()).isEqualTo(2);
          server.close();
          return null;
        });
  }

  @Test
  void aBugInItIsLogged(LogRecorder log) {
    listener.run(
        () -> {
          var server = server();
          client("bug\n");
          assertThat(log.expect(Level.ERROR, "connection of .*127.0.0.1.* failed").thrown())
              .hasMessage("cannot spell");
          server.close();
          return null;
        });
  }

  @Test
  void aServerThatClosesDoesNotWaitForIt() {
    listener.run(
        () -> {
          var server = server();
          client("An");
          server.close();
          server.closed().await();
          assertThat(server.status().unserved()).isOne();
          return null;
        });
  }
}
