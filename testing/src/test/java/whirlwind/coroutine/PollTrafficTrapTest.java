// SPDX-License-Identifier: Apache-2.0
package whirlwind.coroutine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.io.Interest;
import whirlwind.loop.IOLoop;
import whirlwind.loop.TaskScope;

/**
 * Trap 5: running a continuation while the loop's thread holds a monitor, as inside a selector's
 * own call, crashes JDK 25. Guards that callbacks of a poller only enqueue, and coroutines resume
 * from the run queue alone.
 */
class PollTrafficTrapTest {

  @Test
  void heavyTrafficDoesNotCrash() throws Exception {
    ChildJvm.runs(Program.class);
  }

  static final class Program {
    private static final int CONNECTIONS = 150;
    private static final Duration TIME = Duration.ofSeconds(3);

    public static void main(String[] arguments) {
      int rounds =
          IOLoop.run(
              () -> {
                var loop = IOLoop.current();
                double end = loop.time() + TIME.toMillis() / 1000.0;
                var counts = new ArrayList<Integer>();
                TaskScope.run(
                    scope -> {
                      for (int i = 0; i < CONNECTIONS; i++) {
                        var pair = connectedPair();
                        var first = new Peer(loop, pair[0]);
                        var second = new Peer(loop, pair[1]);
                        scope.spawn(() -> counts.add(first.serve(end)));
                        scope.spawn(() -> second.echo());
                      }
                      return "";
                    });
                return counts.stream().mapToInt(Integer::intValue).sum();
              });
      System.out.println(rounds + " rounds");
      if (rounds > CONNECTIONS) {
        System.out.println(ChildJvm.FINE);
      }
    }

    private static SocketChannel[] connectedPair() throws IOException {
      try (var server = ServerSocketChannel.open()) {
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        var client = SocketChannel.open(server.getLocalAddress());
        return new SocketChannel[] {client, server.accept()};
      }
    }
  }

  /** One end of a connection. Its handler completes a promise that its coroutine awaits. */
  private static final class Peer {
    private final IOLoop loop;
    private final SocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(64);
    private Promise<Boolean> readable;

    Peer(IOLoop loop, SocketChannel channel) throws IOException {
      this.loop = loop;
      this.channel = channel;
      channel.configureBlocking(false);
      loop.addHandler(channel, Interest.NONE, (_, _) -> ready());
    }

    private void ready() {
      loop.updateHandler(channel, Interest.NONE);
      var waiting = readable;
      if (waiting != null) {
        readable = null;
        waiting.setResult(true);
      }
    }

    /** The next bytes, or -1 at the end. */
    private int read() throws IOException {
      buffer.clear();
      while (true) {
        int count = channel.read(buffer);
        if (count != 0) {
          buffer.flip();
          return count;
        }
        var promise = new Promise<Boolean>();
        readable = promise;
        loop.updateHandler(channel, Interest.READ);
        promise.await();
      }
    }

    int serve(double end) throws IOException {
      int rounds = 0;
      while (loop.time() < end) {
        channel.write(ByteBuffer.wrap(new byte[32]));
        int seen = 0;
        while (seen < 32) {
          seen += read();
        }
        rounds++;
        if (rounds % 16 == 0) {
          Futures.sleep(Duration.ofMillis(1)).await();
        }
      }
      close();
      return rounds;
    }

    String echo() throws IOException {
      while (read() > 0) {
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }
      close();
      return "";
    }

    private void close() {
      loop.removeHandler(channel);
      try {
        channel.close();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }
}
