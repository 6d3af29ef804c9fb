// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

/**
 * One kind of load: so many connections, each with so many messages on the way at any time.
 *
 * <p>Written {@code 64} for ping-pong and {@code 64x16} for sixteen messages on the way.
 */
record Scenario(int connections, int depth) {
  /** The bytes of a message. */
  static final int MESSAGE_SIZE = 64;

  private static final int MAX_CONNECTIONS = 50_000;
  private static final int MAX_DEPTH = 256; // what the load generator takes at this message size

  Scenario {
    check("connections", connections, MAX_CONNECTIONS);
    check("messages on the way", depth, MAX_DEPTH);
  }

  static Scenario parse(String text) {
    var parts = text.split("x", 2);
    try {
      return new Scenario(
          Integer.parseInt(parts[0]), parts.length == 1 ? 1 : Integer.parseInt(parts[1]));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "wanted a number of connections such as 64, or 64x16, got \"" + text + '"', e);
    }
  }

  @Override
  public String toString() {
    return depth == 1 ? Integer.toString(connections) : connections + "x" + depth;
  }

  String title() {
    return connections
        + (connections == 1 ? " connection" : " connections")
        + (depth == 1 ? ", ping-pong" : ", " + depth + " messages deep");
  }

  private static void check(String what, int got, int most) {
    if (got < 1 || got > most) {
      throw new IllegalArgumentException(what + ": wanted 1 to " + most + ", got " + got);
    }
  }
}
