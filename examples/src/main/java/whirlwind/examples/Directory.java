// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/** Who is in the house, and which rooms it has; names that differ in case alone are the same. */
final class Directory {
  private static final String LOBBY = "lobby";

  private final int historyLines;
  private final TreeMap<String, Member> members = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final TreeMap<String, Room> rooms = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private int guests;

  Directory(int historyLines) {
    this.historyLines = historyLines;
  }

  /** Lets a newcomer in, under a name that is free. */
  Member welcome(Connection connection) {
    do {
      guests++;
    } while (members.containsKey("guest" + guests));
    var member = new Member(connection, this, "guest" + guests);
    members.put(member.name(), member);
    return member;
  }

  /** Lists a member, who still has the old name, under another one; false when that is taken. */
  boolean rename(Member member, String name) {
    var holder = members.get(name);
    if (holder != null && holder != member) {
      return false;
    }
    members.remove(member.name());
    members.put(name, member);
    return true;
  }

  void remove(Member member) {
    members.remove(member.name());
  }

  Collection<Member> members() {
    return List.copyOf(members.values());
  }

  /** Where newcomers find themselves. */
  Room lobby() {
    return room(LOBBY);
  }

  /** The room of that name, which need not have existed before. */
  Room room(String name) {
    return rooms.computeIfAbsent(name, wanted -> new Room(wanted, historyLines));
  }

  Collection<Room> rooms() {
    return List.copyOf(rooms.values());
  }

  /** Forgets a room that nobody is in, with its history; the lobby stays. */
  void tidyUp(Room room) {
    if (room.isEmpty() && !room.name().equals(LOBBY)) {
      rooms.remove(room.name());
    }
  }
}
