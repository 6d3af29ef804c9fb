// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Members who hear each other, all of them every line once and in the same order.
 *
 * <p>A line is encoded once, and its bytes are shared by the history and all members. Nobody is
 * waited for: {@link Member#hear} only queues, and never changes who is in the room.
 */
final class Room {
  /** The most bytes that a line has, whatever a member says and is called. */
  static final int LONGEST_LINE = LineReader.MOST_BYTES + 256;

  private final String name;
  private final int historyLines;
  private final ArrayDeque<byte[]> history = new ArrayDeque<>();
  private final LinkedHashSet<Member> members = new LinkedHashSet<>();

  Room(String name, int historyLines) {
    this.name = name;
    this.historyLines = historyLines;
  }

  String name() {
    return name;
  }

  boolean isEmpty() {
    return members.isEmpty();
  }

  Collection<Member> members() {
    return List.copyOf(members);
  }

  /** Lets a member in, who first hears what was said lately. */
  void enter(Member member) {
    history.forEach(member::hear);
    members.add(member);
    announce(member.name() + " joined " + name);
  }

  void leave(Member member) {
    if (members.remove(member)) {
      announce(member.name() + " left " + name);
    }
  }

  /** What a member says; he hears it, too. */
  void say(Member speaker, String text) {
    var line = line(speaker.name() + ": " + text);
    history.add(line);
    if (history.size() > historyLines) {
      history.remove();
    }
    members.forEach(member -> member.hear(line));
  }

  /** What happens in the room; this is no part of its history. */
  void announce(String text) {
    var line = notice(text);
    members.forEach(member -> member.hear(line));
  }

  /** What the server says; no member's name begins like this. */
  static byte[] notice(String text) {
    return line("* " + text);
  }

  private static byte[] line(String text) {
    return (text + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
