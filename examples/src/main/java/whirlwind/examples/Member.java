// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import static java.util.stream.Collectors.joining;

import java.util.Collection;
import java.util.function.Function;

/** Somebody with a name, in a room, and what he may do there. */
final class Member {
  private static final int MOST_LISTED = 50;

  private final Connection connection;
  private final Directory directory;
  private String name;
  private Room room;

  Member(Connection connection, Directory directory, String name) {
    this.connection = connection;
    this.directory = directory;
    this.name = name;
    room = directory.lobby();
  }

  String name() {
    return name;
  }

  void arrive() {
    tell("Welcome, " + name + ". What you type goes to all in the room; /help says more.");
    room.enter(this);
  }

  void obey(Request request) {
    switch (request) {
      case Request.Say(var text) -> room.say(this, text);
      case Request.Nick(var wanted) -> rename(wanted);
      case Request.Join(var wanted) -> move(wanted);
      case Request.Who() -> tell("In " + room.name() + ": " + list(room.members(), Member::name));
      case Request.Rooms() -> tell("Rooms: " + list(directory.rooms(), Room::name));
      case Request.Help() -> Request.HELP.forEach(this::tell);
      case Request.Quit() -> dismiss("Good bye, " + name + ".");
      case Request.Nothing() -> {}
      case Request.Bad(var why) -> tell(why);
    }
  }

  private void rename(String wanted) {
    if (!directory.rename(this, wanted)) {
      tell("The name " + wanted + " is taken: choose another one.");
      return;
    }
    var before = name;
    name = wanted;
    room.announce(before + " is now " + name);
  }

  private void move(String wanted) {
    if (wanted.equalsIgnoreCase(room.name())) {
      tell("You are in " + room.name() + " already.");
      return;
    }
    leaveRoom();
    room = directory.room(wanted);
    room.enter(this);
  }

  private static <T> String list(Collection<T> all, Function<T, String> name) {
    var names = all.stream().limit(MOST_LISTED).map(name).collect(joining(", "));
    int more = all.size() - MOST_LISTED;
    return more > 0 ? names + " and " + more + " more" : names;
  }

  private void tell(String text) {
    hear(Room.notice(text));
  }

  /** Takes note of a line, without waiting. */
  void hear(byte[] line) {
    connection.send(line);
  }

  void dismiss(String lastWords) {
    connection.dismiss(lastWords);
  }

  /** Leaves the house. */
  void leave() {
    directory.remove(this);
    leaveRoom();
  }

  private void leaveRoom() {
    room.leave(this);
    directory.tidyUp(room);
  }
}
