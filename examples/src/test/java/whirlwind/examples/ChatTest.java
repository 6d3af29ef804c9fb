// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

/** What members can do, and how each of them is answered. */
class ChatTest {
  private static final String GREETING =
      "* Welcome, guest1. What you type goes to all in the room; /help says more.";

  @LoopTest
  void aNewcomerIsGreetedAndEverybodyHearsOfHim() {
    try (var house = new House()) {
      var first = house.stranger(1 << 16);
      first.hears(GREETING, "* guest1 joined lobby");
      var second = house.stranger(1 << 16);
      second.hears(GREETING.replace('1', '2'), "* guest2 joined lobby");
      first.hears("* guest2 joined lobby");
    }
  }

  @LoopTest
  void allInARoomHearTheSameLinesInTheSameOrder() {
    try (var house = new House()) {
      var guests = List.of(house.guest("ann"), house.guest("bob"), house.guest("cy"));
      for (int i = 0; i < 20; i++) {
        guests.get(i % 3).stream.write("a" + i + "\r\nb" + i + "\n");
      }
      guests.getFirst().says("/quit");
      var heard = guests.stream().map(guest -> said(guest.hearsUntil(".*b19"))).toList();
      assertThat(heard.getFirst()).hasSize(40).doesNotHaveDuplicates();
      assertThat(heard).containsOnly(heard.getFirst());
    }
  }

  private static List<String> said(List<String> lines) {
    return lines.stream().filter(line -> !line.startsWith("*")).toList();
  }

  @LoopTest
  void aNewNameIsAnnouncedAndSpokenUnder() {
    try (var house = new House()) {
      var ann = house.guest("ann");
      var bob = house.guest("bob");
      ann.hears("* guest2 joined lobby", "* guest2 is now bob");
      bob.says("/nick Robert");
      bob.says("hello");
      ann.hears("* bob is now Robert", "Robert: hello");
      bob.hears("* bob is now Robert", "Robert: hello");
      var heir = house.guest("bob");
      heir.says("so the name was free again");
      heir.hears("bob: so the name was free again");
    }
  }

  @LoopTest
  void aTakenNameIsRefusedInWhateverCase() {
    try (var house = new House()) {
      house.guest("ann");
      var bob = house.guest("bob");
      bob.says("/nick ANN");
      bob.says("/nick Bob");
      bob.says("hello");
      bob.hears("* The name ANN is taken: choose another one.", "* bob is now Bob", "Bob: hello");
    }
  }

  @LoopTest
  void roomsDoNotHearEachOther() {
    try (var house = new House()) {
      var ann = house.guest("ann");
      var bob = house.guest("bob");
      ann.hearsUntil(".* is now bob");
      bob.says("/join games");
      bob.hears("* bob joined games");
      ann.hears("* bob left lobby");
      bob.says("anybody here?");
      bob.hears("bob: anybody here?");
      bob.says("/rooms");
      bob.says("/who");
      bob.hears("* Rooms: games, lobby", "* In games: bob");
      bob.says("/join GAMES");
      bob.hears("* You are in games already.");
      bob.says("/join lobby");
      bob.says("/rooms");
      bob.says("/who");
      bob.hears("* bob joined lobby", "* Rooms: lobby", "* In lobby: ann, bob");
      ann.hears("* bob joined lobby");
    }
  }

  @LoopTest
  void whoEntersARoomFirstHearsItsLastLines() {
    try (var house = new House(ChatOptions.parse("--history", "2"))) {
      var ann = house.guest("ann");
      List.of("one", "two", "three").forEach(ann::says);
      ann.hears("ann: one", "ann: two", "ann: three");
      var bob = house.stranger(1 << 16);
      bob.line();
      bob.hears("ann: two", "ann: three", "* guest2 joined lobby");
    }
  }

  @LoopTest
  void helpNamesEveryCommand() {
    try (var house = new House()) {
      var ann = house.guest("ann");
      ann.says("/help");
      for (var command : List.of("/nick", "/join", "/who", "/rooms", "/help", "/quit")) {
        assertThat(ann.line()).startsWith("* " + command);
      }
    }
  }

  @LoopTest
  void quitEndsTheConnectionAndTheOthersHearOfIt() {
    try (var house = new House()) {
      var ann = house.guest("ann");
      var bob = house.guest("bob");
      ann.hearsUntil(".* is now bob");
      bob.stream.write("bye all\n/quit\nnot heard any more\n");
      bob.hears("bob: bye all");
      bob.isSentAwayWith("* Good bye, bob.");
      ann.hears("bob: bye all", "* bob left lobby");
      ann.says("/who");
      ann.hears("* In lobby: ann");
    }
  }

  @LoopTest
  void whoHangsUpIsGoneAndSoIsHisName() {
    try (var house = new House()) {
      var ann = house.guest("ann");
      var bob = house.guest("bob");
      ann.hearsUntil(".* is now bob");
      bob.stream.close();
      ann.hears("* bob left lobby");
      ann.says("/who");
      ann.hears("* In lobby: ann");
      house.guest("bob").says("his name is free again");
    }
  }

  @LoopTest
  void whoEndsHisInputStillGetsAllThatIsHis() {
    try (var house = new House()) {
      var guest =
          house.stranger(64); // not even the greeting fits: all is still on its way at the end
      guest.stream.write("/nick ann\none\n/who\ntwo\n");
      guest.stream.shutdownOutput();
      Futures.sleep(Duration.ofSeconds(1)).await();
      assertThat(guest.hearsToTheEnd())
          .endsWith("* guest1 is now ann", "ann: one", "* In lobby: ann", "ann: two");
    }
  }

  @LoopTest
  void whoSaysNothingIsToldAndSentAway(IOLoop loop) {
    try (var house = new House(ChatOptions.parse("--idle", "600"))) {
      var talker = house.guest("talker");
      var sleeper = house.guest("sleeper");
      Futures.sleep(Duration.ofSeconds(400)).await();
      talker.says("I am still here");
      sleeper.stream.write("half a line is not said");
      sleeper.hears("talker: I am still here");
      sleeper.isSentAwayWith("* You have said nothing for 600 s. Good bye.");
      assertThat(loop.time()).isEqualTo(600);
      talker.hearsUntil(".*sleeper left lobby");
      Futures.sleep(Duration.ofSeconds(300)).await();
      talker.says("and still am");
      talker.hears("talker: and still am");
    }
  }

  @LoopTest
  void anOverlongLineIsToldAndSkipped() {
    try (var house = new House()) {
      var ann = house.guest("ann");
      var bob = house.guest("bob");
      ann.hearsUntil(".* is now bob");
      var longest = "x".repeat(1023);
      ann.says(longest);
      ann.says(longest + "y");
      ann.says("z".repeat(100_000));
      ann.says("short");
      bob.hears("ann: " + longest, "ann: short");
      var told = "* That line is too long: wanted at most 1024 bytes.";
      ann.hears("ann: " + longest, told, told, "ann: short");
    }
  }

  @LoopTest
  void anOverlongLineIsToldBeforeItEnds() {
    try (var house = new House()) {
      var ann = house.guest("ann");
      ann.stream.write("x".repeat(5000));
      ann.hears("* That line is too long: wanted at most 1024 bytes.");
      ann.stream.write("the end of it\nshort\n");
      ann.hears("ann: short");
    }
  }

  @LoopTest
  void badInputIsAnsweredToItsSenderAlone() {
    try (var house = new House()) {
      var ann = house.guest("ann");
      var bob = house.guest("bob");
      ann.hearsUntil(".* is now bob");
      bob.sends('h', 0xC3, '\n');
      bob.says("/nick");
      bob.says("/nick \u001b[31m");
      bob.says("/dance");
      bob.says("");
      bob.says("fine");
      bob.hears(
          "* That is no text: wanted UTF-8.",
          "* A name has 1 to 20 letters, digits, _ or -; got \"\".",
          "* A name has 1 to 20 letters, digits, _ or -; got \"?[31m\".",
          "* There is no command /dance; /help lists those there are.",
          "bob: fine");
      ann.hears("bob: fine");
    }
  }

  @LoopTest
  void controlCharactersDoNotReachOthersTerminals() {
    try (var house = new House()) {
      var ann = house.guest("ann");
      var bob = house.guest("bob");
      ann.hearsUntil(".* is now bob");
      bob.says("\u001b]0;owned\u0007 Grüße");
      ann.hears("bob: ?]0;owned? Grüße");
    }
  }

  @LoopTest
  void longListsAreCutShort() {
    try (var house = new House()) {
      for (int i = 0; i < 60; i++) {
        house.stranger(1 << 16);
      }
      var ann = house.guest("ann");
      ann.says("/who");
      assertThat(ann.line()).startsWith("* In lobby: guest1, ").endsWith(" and 11 more");
    }
  }
}
