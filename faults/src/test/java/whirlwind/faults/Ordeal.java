// SPDX-License-Identifier: Apache-2.0
package whirlwind.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A fault that befalls a server, and what has to be true after each: nothing is held that was not
 * held before, somebody else's connection is answered during and after it, and the log says what is
 * expected and no more.
 */
final class Ordeal {
  private final ServerProcess server;
  private final int port;

  /** What happens to the server. */
  @FunctionalInterface
  interface Fault {
    void befall() throws Exception;
  }

  Ordeal(ServerProcess server, int port) throws Exception {
    this.server = server;
    this.port = port;
    // What is there from the first connection on, threads and classes, belongs to the base.
    try (var first = Peer.of(port)) {
      assertThat(first.ask("warm up")).isEqualTo("warm up");
    }
    try (var second = Peer.of(port)) {
      assertThat(second.ask("warm up")).isEqualTo("warm up");
    }
  }

  /** The fault passes without a line in the log. */
  void passesQuietly(Fault fault) throws Exception {
    passes(fault);
  }

  /** The fault passes with exactly these entries in the log, each the beginning of a pattern. */
  void passes(Fault fault, String... entries) throws Exception {
    int mark = server.log().size();
    leavesNothing(fault);
    logs(mark, entries);
  }

  /** The fault passes with these entries in the log, each once or more often, and no others. */
  void passesInRounds(Fault fault, String... entries) throws Exception {
    int mark = server.log().size();
    leavesNothing(fault);
    for (var entry : entries) {
      Poll.until(
          "an entry " + entry,
          () -> server.entries(mark).stream().anyMatch(line -> line.matches(entry + ".*")),
          server::log);
    }
    assertThat(server.entries(mark))
        .allMatch(line -> Stream.of(entries).anyMatch(entry -> line.matches(entry + ".*")));
  }

  private void leavesNothing(Fault fault) throws Exception {
    try (var bystander = new Bystander(Peer.of(port))) {
      var base = settled();
      bystander.awaitAnswers(1);
      fault.befall();
      bystander.awaitAnswers(1);
      Poll.until("nothing left, " + base, () -> server.census().isWithin(base), server::census);
    }
  }

  /** With one connection more than before, of which the server knows by the answer. */
  private Census settled() throws Exception {
    try (var probe = Peer.of(port)) {
      probe.ask("probe");
    }
    var seen = new Census[] {server.census()};
    Poll.until(
        "a server at rest",
        () -> {
          var before = seen[0];
          TimeUnit.MILLISECONDS.sleep(10);
          seen[0] = server.census();
          return before.equals(seen[0]);
        },
        () -> seen[0]);
    return seen[0];
  }

  /** What was logged since the line of that number is exactly this, in whichever order. */
  void logs(int mark, String... entries) throws Exception {
    Poll.until(
        entries.length + " entries in the log",
        () -> server.entries(mark).size() >= entries.length,
        server::log);
    var unmatched = new ArrayList<>(server.entries(mark));
    for (var entry : entries) {
      var found = unmatched.stream().filter(line -> line.matches(entry + ".*")).findFirst();
      assertThat(found).as("an entry %s in %s", entry, server.log()).isPresent();
      unmatched.remove(found.orElseThrow());
    }
    assertThat(unmatched).as("entries nobody expected").isEmpty();
  }

  /** Asks and asks, on a connection of its own that was there before the fault. */
  private static final class Bystander implements AutoCloseable {
    private final Peer peer;
    private final AtomicInteger answers = new AtomicInteger();
    private volatile boolean leaving;
    private final FutureTask<Void> asking = new FutureTask<>(this::ask);

    Bystander(Peer peer) throws Exception {
      this.peer = peer;
      assertThat(peer.ask("I am here")).isEqualTo("I am here");
      Thread.ofPlatform().daemon().name("bystander").start(asking);
    }

    private Void ask() throws Exception {
      while (!leaving) {
        var question = "question " + answers.get();
        assertThat(peer.ask(question)).isEqualTo(question);
        answers.incrementAndGet();
        TimeUnit.MILLISECONDS.sleep(1); // others need the processor, too
      }
      return null;
    }

    void awaitAnswers(int more) throws Exception {
      int wanted = answers.get() + more;
      BooleanSupplier done = () -> answers.get() >= wanted || asking.isDone();
      Poll.until("an answer for the bystander", done::getAsBoolean, answers::get);
      if (asking.isDone()) {
        asking.get(); // tells why it has ended
      }
    }

    @Override
    public void close() throws IOException {
      leaving = true;
      peer.close(); // what it still asks for is of no interest
    }
  }
}
