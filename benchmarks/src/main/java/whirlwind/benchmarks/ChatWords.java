// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

/** What the peers' chat servers say: the words of the chat example, so that all send the same. */
final class ChatWords {
  /** The most bytes of a line that a member says. */
  static final int LONGEST_LINE = 1024;

  /** Who lets so much wait for him is sent away, so that he holds up nobody. */
  static final int BACKLOG_BYTES = 1 << 20;

  private ChatWords() {}

  static String welcome(String name) {
    return "* Welcome, " + name + ". What you type goes to all in the room.\n";
  }

  static String joined(String name) {
    return "* " + name + " joined lobby\n";
  }

  static String left(String name) {
    return "* " + name + " left lobby\n";
  }

  static String said(String name, String text) {
    return name + ": " + text + "\n";
  }
}
