// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.loop.DrainReport;
import whirlwind.loop.IOLoop;
import whirlwind.net.TCPServer;
import whirlwind.stream.IOStream;

/** The chat server: opens the door, and closes in good order. */
final class ChatServer {
  /** How long members get to take what is still theirs when the server goes down. */
  static final Duration GRACE = Duration.ofSeconds(10);

  /** For how long those who never stop talking are heard then. */
  private static final double LAST_ORDERS_SECONDS = 1;

  /** So many turns of the loop without a word mean that all that had arrived is heard. */
  private static final int QUIET_TURNS = 5;

  private final ChatOptions options;
  private final Directory directory;
  private final TCPServer tcp = new TCPServer((stream, _) -> serve(stream));
  private long heard;

  ChatServer(ChatOptions options) {
    this.options = options;
    directory = new Directory(options.historyLines());
  }

  ChatOptions options() {
    return options;
  }

  Directory directory() {
    return directory;
  }

  /**
   * Opens the door; returns the port.
   *
   * @throws java.io.UncheckedIOException saying why not, and where
   */
  int listen() {
    tcp.listen(new InetSocketAddress(options.host(), options.port()));
    return tcp.port();
  }

  /** Serves one connection to its end, in the connection's own coroutine. */
  void serve(IOStream stream) {
    new Connection(this, stream).live();
  }

  /** A member has said something. */
  void heard() {
    heard++;
  }

  /**
   * Ends in good order: nobody new comes in, what has arrived is heard and delivered to all, and
   * everybody is told. Whoever does not take it within {@link #GRACE} is cut off.
   */
  DrainReport drain() {
    tcp.stop();
    hearAll();
    // At one go: no line that one member still gets can be missing at another.
    directory.members().forEach(member -> member.dismiss("The server is going down. Good bye."));
    return tcp.drain(GRACE).await();
  }

  private void hearAll() {
    var loop = IOLoop.current();
    double end = loop.time() + LAST_ORDERS_SECONDS;
    for (int quiet = 0; quiet < QUIET_TURNS && loop.time() < end; quiet++) {
      long before = heard;
      Futures.moment().await();
      if (heard != before) {
        quiet = 0;
      }
    }
  }

  /** Completes when the server has gone down and the last member has left. */
  Future<@Nullable Void> closed() {
    return tcp.closed();
  }
}
