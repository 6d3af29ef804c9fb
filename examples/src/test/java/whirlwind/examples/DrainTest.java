// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Task;
import whirlwind.loop.TaskScope;
import whirlwind.stream.IOStream;
import whirlwind.stream.StreamClosedException;
import whirlwind.testing.LoopTest;
import whirlwind.testing.ManualClock;

/** How the server goes down. */
class DrainTest {
  private static final String LAST_WORDS = "* The server is going down. Good bye.";

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  void whatWasSaidBeforeIsDeliveredToAllInOrder() {
    var server = new ChatServer(ChatOptions.parse("0", "--host", "127.0.0.1"));
    var guests = guests(10, server.listen());
    var heard =
        TaskScope.run(
            scope -> {
              var listening = new ArrayList<Task<List<String>>>();
              guests.forEach(guest -> listening.add(scope.spawn(guest::hearsToTheEnd)));
              for (var guest : guests) { // with the kernel, but the server has not read it yet
                for (int i = 0; i < 50; i++) {
                  guest.stream.write(i + " of " + guests.indexOf(guest) + "\n");
                }
              }
              server.drain();
              return listening.stream().map(Task::await).toList();
            });
    var first = linesOf(heard.getFirst());
    assertThat(first).hasSize(500).doesNotHaveDuplicates();
    assertThat(heard)
        .allSatisfy(lines -> assertThat(linesOf(lines)).isEqualTo(first))
        .allSatisfy(lines -> assertThat(lines.getLast()).isEqualTo(LAST_WORDS));
  }

  private static List<String> linesOf(List<String> heard) {
    return heard.stream().filter(line -> line.contains(" of ")).toList();
  }

  private static List<Guest> guests(int count, int port) {
    var guests = new ArrayList<Guest>();
    for (int i = 1; i <= count; i++) {
      var stream = new IOStream();
      guests.add(new Guest(stream.connect(new InetSocketAddress("127.0.0.1", port)).await()));
    }
    for (var guest : guests) {
      guest.hearsUntil(".*guest" + count + " joined lobby");
    }
    return guests;
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  void nobodyComesInAnyMore() {
    var server = new ChatServer(ChatOptions.parse("0", "--host", "127.0.0.1"));
    int port = server.listen();
    server.drain();
    assertThat(server.closed().isDone()).isTrue();
    assertThatThrownBy(() -> guests(1, port)).isInstanceOf(StreamClosedException.class);
  }

  @LoopTest
  void whoDoesNotHangUpIsNotWaitedForLong(IOLoop loop) {
    try (var house = new House()) {
      var guest = house.guest("ann");
      house.server.drain();
      house.awaitEndOf(guest);
      assertThat(loop.time()).isEqualTo(1);
      guest.isSentAwayWith(LAST_WORDS);
    }
  }

  @LoopTest
  void whoNeverStopsTalkingIsCutShortForAllAtTheSameLine(IOLoop loop, ManualClock clock) {
    try (var house = new House()) {
      var zoe = house.guest("zoe");
      var ann = house.guest("ann"); // is told before the one who talks
      zoe.hearsUntil(".* is now ann");
      var heardByZoe = new ArrayList<String>();
      var talking =
          loop.spawn(
              () -> {
                while (true) {
                  zoe.says("and another thing");
                  heardByZoe.add(zoe.line());
                  clock.advance(Duration.ofMillis(10)); // talking takes time
                }
              });
      house.server.drain();
      assertThat(loop.time()).isBetween(1.0, 1.1);
      assertThatThrownBy(talking::await).isInstanceOf(StreamClosedException.class);
      assertThat(heardByZoe).hasSizeBetween(90, 110).endsWith(LAST_WORDS);
      assertThat(ann.hearsToTheEnd()).isEqualTo(heardByZoe);
    }
  }
}
