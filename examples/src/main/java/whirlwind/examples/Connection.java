// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import java.time.Duration;
import java.util.List;
import whirlwind.future.CancelledException;
import whirlwind.future.Futures;
import whirlwind.future.TimeoutException;
import whirlwind.stream.IOStream;
import whirlwind.stream.StreamClosedException;

/**
 * One connection, from hello to good bye: its coroutine listens and does what the member asks; what
 * he shall hear goes to his {@link Outbox}. So nobody ever waits for another's connection.
 */
final class Connection {
  /** How long somebody who leaves gets to take what is left for him. */
  private static final Duration FAREWELL = Duration.ofSeconds(5);

  /** How long he then gets to hang up. */
  private static final Duration HANG_UP = Duration.ofSeconds(1);

  private final ChatServer server;
  private final ChatOptions options;
  private final IOStream stream;
  private final LineReader lines;
  private final Outbox outbox;

  Connection(ChatServer server, IOStream stream) {
    this.server = server;
    this.stream = stream;
    options = server.options();
    lines = new LineReader(stream, options.idle());
    outbox = new Outbox(stream, options.backlogBytes());
  }

  void live() {
    stream.setAllowHalfClose(true); // who has said all that he had to say may still want to listen
    var member = server.directory().welcome(this);
    try {
      member.arrive();
      converse(member);
    } finally {
      member.leave();
    }
    part();
  }

  private void converse(Member member) {
    try {
      while (outbox.isOpen()) {
        member.obey(lines.next());
        server.heard();
        Futures.moment().await(); // all outboxes have their turn before this member's next line
      }
    } catch (TimeoutException _) {
      dismiss("You have said nothing for " + Futures.inWords(options.idle()) + ". Good bye.");
    } catch (StreamClosedException _) {
      outbox.close(); // he has hung up, or at least will say no more
    } catch (CancelledException cancelled) {
      if (outbox.isOpen()) {
        throw cancelled;
      } // else he was dismissed
    }
  }

  /** Queues a line. Who lets too much gather is sent away, and the others go on. */
  void send(byte[] line) {
    if (!outbox.add(line)) {
      outbox.clear();
      dismiss("You read too slowly: more than " + options.backlogBytes() + " bytes wait.");
    }
  }

  /** Sends the member away, once what is queued for him has been sent. Returns at once. */
  void dismiss(String lastWords) {
    outbox.close(Room.notice(lastWords));
    lines.stop();
  }

  /**
   * Sends what is left, hangs up, and waits for the member to do so: a connection that is closed
   * while he still talks is reset, and takes the last words with it.
   */
  private void part() {
    try {
      Futures.withTimeout(FAREWELL, outbox.sent(), List.of(StreamClosedException.class)).await();
      stream.shutdownOutput();
      Futures.withTimeout(HANG_UP, stream.readUntilClose(_ -> {})).await();
    } catch (TimeoutException _) {
      stream.close();
    }
  }
}
