// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How lines are understood. */
class RequestTest {

  private static Request parse(String line) {
    return Request.parse(line.getBytes(StandardCharsets.UTF_8));
  }

  private static Request parseBytes(int... bytes) {
    var line = new byte[bytes.length];
    for (int i = 0; i < line.length; i++) {
      line[i] = (byte) bytes[i];
    }
    return Request.parse(line);
  }

  @Test
  void textIsSaidWithoutItsLineEndOfEitherKind() {
    assertThat(parse("hello, world\n")).isEqualTo(new Request.Say("hello, world"));
    assertThat(parse("hello, world\r\n")).isEqualTo(new Request.Say("hello, world"));
    assertThat(parse("  indented Grüße \n")).isEqualTo(new Request.Say("  indented Grüße"));
  }

  @Test
  void blankLinesAskForNothing() {
    assertThat(parse("\n")).isEqualTo(new Request.Nothing());
    assertThat(parse(" \t \r\n")).isEqualTo(new Request.Nothing());
  }

  @Test
  void everyCommandIsUnderstood() {
    assertThat(parse("/nick ann\n")).isEqualTo(new Request.Nick("ann"));
    assertThat(parse("/NICK  Jürgen_1-x \n")).isEqualTo(new Request.Nick("Jürgen_1-x"));
    assertThat(parse("/join games\r\n")).isEqualTo(new Request.Join("games"));
    assertThat(parse("/who\n")).isEqualTo(new Request.Who());
    assertThat(parse("/rooms\n")).isEqualTo(new Request.Rooms());
    assertThat(parse("/help\n")).isEqualTo(new Request.Help());
    assertThat(parse("/quit\n")).isEqualTo(new Request.Quit());
  }

  @Test
  void anUnknownCommandIsNamed() {
    assertThat(parse("/dance now\n"))
        .isEqualTo(new Request.Bad("There is no command /dance; /help lists those there are."));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "two words",
        "a\u0007b",
        "a\u001b[31m",
        "a\u202eb",
        "123456789012345678901",
        "*"
      })
  void namesThatAreNoneAreRefused(String name) {
    for (var command : new String[] {"/nick ", "/join "}) {
      assertThat(parse(command + name + "\n"))
          .isInstanceOfSatisfying(
              Request.Bad.class, bad -> assertThat(bad.why()).startsWith("A name has 1 to 20 "));
    }
  }

  @Test
  void invalidUtf8IsRefusedWherever() {
    var bad = new Request.Bad("That is no text: wanted UTF-8.");
    assertThat(parseBytes('h', 0xC3, '\n')).isEqualTo(bad);
    assertThat(parseBytes(0xFF, 0xFE, '\n')).isEqualTo(bad);
    assertThat(parseBytes('/', 'n', 'i', 'c', 'k', ' ', 0x80, '\n')).isEqualTo(bad);
    assertThat(parseBytes(0xED, 0xA0, 0x80, '\n')).as("half of a surrogate pair").isEqualTo(bad);
  }

  @Test
  void whatMovesOthersCursorsBecomesAQuestionMark() {
    assertThat(parse("\u001b[31mred\u0007 a\rb \u009b1m \u202eetats \u2066x\n"))
        .isEqualTo(new Request.Say("?[31mred? a?b ?1m ?etats ?x"));
  }

  @Test
  void telnetNegotiationIsNoText() {
    assertThat(parseBytes(0xFF, 0xFD, 0x03, 0xFF, 0xFB, 0x18, 'h', 'i', '\r', '\n'))
        .isEqualTo(new Request.Say("hi"));
    assertThat(parseBytes('h', 0xFF, 0xFA, 0x18, 0x00, 'x', 0xFF, 0xF0, 'i', 0xFF, 0xF4, '\n'))
        .isEqualTo(new Request.Say("hi"));
  }
}
