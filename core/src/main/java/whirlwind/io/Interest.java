// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import java.util.StringJoiner;

/**
 * The bits of an event mask, for whoever registers with a poller or is called by one. Masks are
 * plain ints; any OR of the three bits is valid. Test an event for bits, never for equality: a
 * hang-up may come together with {@link #READ}.
 *
 * <p>Source: the original's {@code IOLoop.READ}, {@code WRITE}, {@code ERROR}.
 */
public final class Interest {

  /** Nothing is wanted; errors are reported all the same where the platform can. */
  public static final int NONE = 0;

  /** A read, an accept, or the end of the input would not wait. */
  public static final int READ = 0x001;

  /** A write would not wait, or a connection attempt has ended. */
  public static final int WRITE = 0x004;

  /**
   * An error or a hang-up. Watched whether asked for or not, but not a dependable detector of a
   * close on its own: pollers that cannot tell it apart report the wanted bits instead.
   */
  public static final int ERROR = 0x008;

  private static final int ALL = READ | WRITE | ERROR;

  private Interest() {}

  /**
   * Lets valid masks through.
   *
   * @throws IllegalArgumentException if {@code mask} has a bit that is not of these three
   */
  public static int check(int mask) {
    if ((mask & ~ALL) != 0) {
      throw new IllegalArgumentException(
          "event mask: wanted an OR of READ (0x1), WRITE (0x4) and ERROR (0x8), got 0x"
              + Integer.toHexString(mask));
    }
    return mask;
  }

  /** For messages: {@code READ|WRITE}, or {@code NONE}; unknown bits as a number. */
  public static String toString(int mask) {
    if (mask == NONE) {
      return "NONE";
    }
    var names = new StringJoiner("|");
    if ((mask & READ) != 0) {
      names.add("READ");
    }
    if ((mask & WRITE) != 0) {
      names.add("WRITE");
    }
    if ((mask & ERROR) != 0) {
      names.add("ERROR");
    }
    if ((mask & ~ALL) != 0) {
      names.add("0x" + Integer.toHexString(mask & ~ALL));
    }
    return names.toString();
  }
}
