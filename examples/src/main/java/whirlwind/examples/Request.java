// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What a line asks for. Pure functions: bytes in, value out. */
sealed interface Request {
  record Say(String text) implements Request {}

  record Nick(String name) implements Request {}

  record Join(String room) implements Request {}

  record Who() implements Request {}

  record Rooms() implements Request {}

  record Help() implements Request {}

  record Quit() implements Request {}

  record Nothing() implements Request {}

  record Bad(String why) implements Request {}

  List<String> HELP =
      List.of(
          "/nick NAME  be called NAME",
          "/join ROOM  go to another room, or make one",
          "/who        who is in this room",
          "/rooms      which rooms there are",
          "/help       these lines",
          "/quit       good bye");

  Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_-]{1,20}");

  /**
   * What would move cursors, change colours or turn the direction of writing on others' terminals.
   */
  Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\x{2028}-\\x{202E}\\x{2066}-\\x{2069}]");

  /** Telnet's commands, RFC 854: they begin with 0xFF, which UTF-8 never contains. */
  Pattern TELNET =
      Pattern.compile("\\xFF(?:[\\xFB-\\xFE][^\n]|\\xFA[^\n]*?\\xFF\\xF0|[\\xF0-\\xF9])");

  /** Understands a line, with or without its end. */
  static Request parse(byte[] line) {
    var withoutTelnet =
        TELNET.matcher(new String(line, StandardCharsets.ISO_8859_1)).replaceAll("");
    String text;
    try {
      var bytes = ByteBuffer.wrap(withoutTelnet.getBytes(StandardCharsets.ISO_8859_1));
      text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException _) {
      return new Bad("That is no text: wanted UTF-8.");
    }
    return of(UNPRINTABLE.matcher(text.stripTrailing()).replaceAll("?"));
  }

  private static Request of(String text) {
    if (text.isEmpty()) {
      return new Nothing();
    }
    if (!text.startsWith("/")) {
      return new Say(text);
    }
    var words = text.split("\\s+", 2);
    var argument = words.length > 1 ? words[1] : "";
    return switch (words[0].toLowerCase(Locale.ROOT)) {
      case "/nick" -> named(argument, Nick::new);
      case "/join" -> named(argument, Join::new);
      case "/who" -> new Who();
      case "/rooms" -> new Rooms();
      case "/help" -> new Help();
      case "/quit" -> new Quit();
      default -> new Bad("There is no command " + words[0] + "; /help lists those there are.");
    };
  }

  private static Request named(String name, Function<String, Request> request) {
    return NAME.matcher(name).matches()
        ? request.apply(name)
        : new Bad("A name has 1 to 20 letters, digits, _ or -; got \"" + name + "\".");
  }
}
