// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The packaged server, its exit codes, and hundreds of real connections to it. */
class ChatIT {
  private static final int CALLERS = 500;
  private static final int ROOMS = 5;
  private static final int LINES_EACH = 6;
  private static final int LINES_AHEAD = 3;
  private static final String LAST_WORDS = "* The server is going down. Good bye.";

  /** What one caller said before the signal, and heard until the end. */
  private record Talk(String room, List<String> saidBefore, List<String> heard) {}

  static Stream<Arguments> carriers() {
    return Stream.of(
        Arguments.of("loop", List.of()), // no flags: the manifest is enough
        Arguments.of("baton", List.of("-Dwhirlwind.carrier=baton")));
  }

  @ParameterizedTest
  @MethodSource("carriers")
  void everybodyHearsEverythingOnceAndInOrderUntilTheEnd(String carrier, List<String> jvmOptions)
      throws Exception {
    try (var chat = ChatProcess.start(jvmOptions, "0", "--host", "127.0.0.1");
        var crowd = new Crowd(chat.awaitStart(carrier), CALLERS, ROOMS)) {
      allEnter(crowd.callers);
      allHearTheSame(crowd.callers);
      var stayers = everyOtherLeaves(crowd.callers);
      allIsSaidBeforeTheEnd(chat, stayers);
      assertThat(chat.exitCode()).isZero();
      assertThat(chat.errors()).doesNotContain("SEVERE", "Exception in thread");
    }
  }

  private static void allEnter(List<Caller> callers) throws Exception {
    Crowd.all(
        callers,
        caller -> {
          caller.says("/nick " + caller.name);
          caller.says("/join " + caller.room);
          return caller.hears(1, ("* %s joined %s".formatted(caller.name, caller.room))::equals);
        });
  }

  private static void allHearTheSame(List<Caller> callers) throws Exception {
    int perRoom = CALLERS / ROOMS * LINES_EACH;
    var talks =
        Crowd.all(
            callers,
            caller -> {
              var said = IntStream.range(0, LINES_EACH).mapToObj(i -> "line " + i).toList();
              for (var line : said) {
                caller.says(line);
              }
              return new Talk(caller.room, as(caller, said), caller.hears(perRoom, ChatIT::isSaid));
            });
    for (var room : byRoom(talks)) {
      var heard = room.getFirst().heard;
      var said = room.stream().flatMap(talk -> talk.saidBefore.stream()).toList();
      assertThat(heard).doesNotHaveDuplicates().hasSameElementsAs(said);
      assertThat(room).allSatisfy(talk -> assertThat(talk.heard).isEqualTo(heard));
    }
  }

  private static List<Caller> everyOtherLeaves(List<Caller> callers) throws Exception {
    var leavers = new ArrayList<Caller>();
    var stayers = new ArrayList<Caller>();
    for (var caller : callers) { // by pairs of rounds, so that half of each room goes
      (callers.indexOf(caller) / ROOMS % 2 == 0 ? leavers : stayers).add(caller);
    }
    Crowd.all(
        leavers,
        caller -> {
          caller.says("/quit");
          assertThat(caller.hearsToTheEnd().getLast())
              .isEqualTo("* Good bye, " + caller.name + ".");
          caller.close();
          return caller;
        });
    Crowd.all(
        stayers,
        caller -> {
          var gone =
              caller.hears(CALLERS / ROOMS / 2, line -> line.endsWith(" left " + caller.room));
          assertThat(gone).doesNotHaveDuplicates();
          return caller;
        });
    return stayers;
  }

  /** All talk as fast as they hear themselves; the signal comes in the middle of it. */
  private static void allIsSaidBeforeTheEnd(ChatProcess chat, List<Caller> callers)
      throws Exception {
    var terminating = new AtomicBoolean();
    var inFullSwing = new CountDownLatch(callers.size() * LINES_AHEAD * 2);
    var talking = Crowd.start(callers, caller -> talkToTheEnd(caller, terminating, inFullSwing));
    assertThat(inFullSwing.await(20, TimeUnit.SECONDS)).isTrue();
    terminating.set(true);
    chat.terminate();
    for (var room : byRoom(Crowd.await(talking))) {
      var heard = room.getFirst().heard;
      assertThat(heard.getLast()).isEqualTo(LAST_WORDS);
      assertThat(heard).doesNotHaveDuplicates();
      assertThat(room)
          .allSatisfy(talk -> assertThat(talk.heard).isEqualTo(heard))
          .allSatisfy(talk -> assertThat(heard).containsAll(talk.saidBefore));
    }
  }

  private static Talk talkToTheEnd(
      Caller caller, AtomicBoolean terminating, CountDownLatch inFullSwing) throws IOException {
    var saidBefore = new ArrayList<String>();
    var heard = new ArrayList<String>();
    for (int i = 0; i < LINES_AHEAD; i++) {
      say("more " + i, caller, terminating, saidBefore);
    }
    int next = LINES_AHEAD;
    for (String line; (line = caller.lineOrNull()) != null; ) {
      if (isSaid(line) || line.equals(LAST_WORDS)) {
        heard.add(line);
      }
      if (line.startsWith(caller.name + ": ")) {
        inFullSwing.countDown();
        say("more " + next++, caller, terminating, saidBefore);
      }
    }
    caller.close();
    return new Talk(caller.room, as(caller, saidBefore), heard);
  }

  private static void say(
      String line, Caller caller, AtomicBoolean terminating, List<String> saidBefore)
      throws IOException {
    caller.says(line);
    if (!terminating.get()) { // so it was with the kernel before the signal
      saidBefore.add(line);
    }
  }

  private static boolean isSaid(String line) {
    return !line.startsWith("*");
  }

  private static List<String> as(Caller caller, List<String> said) {
    return said.stream().map(line -> caller.name + ": " + line).toList();
  }

  private static Collection<List<Talk>> byRoom(List<Talk> talks) {
    return talks.stream().collect(groupingBy(Talk::room)).values();
  }

  @Test
  void argumentsThatMakeNoSenseAreExplained() throws Exception {
    try (var chat = ChatProcess.start(List.of(), "--idle", "soon")) {
      assertThat(chat.exitCode()).isEqualTo(2);
      assertThat(chat.errors())
          .startsWith("chat: --idle: wanted a number, got \"soon\"\nusage: ./chat [port] ");
    }
  }

  @Test
  void aPortThatIsTakenIsNamed() throws Exception {
    try (var first = ChatProcess.start(List.of(), "0", "--host", "127.0.0.1")) {
      int port = first.awaitStart("loop");
      try (var second = ChatProcess.start(List.of(), "" + port, "--host", "127.0.0.1")) {
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.errors())
            .startsWith("chat: cannot listen on ")
            .contains("127.0.0.1:" + port)
            .hasLineCount(1);
      }
    }
  }
}
