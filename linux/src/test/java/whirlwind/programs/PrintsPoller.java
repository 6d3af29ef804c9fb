// SPDX-License-Identifier: Apache-2.0
package whirlwind.programs;

import whirlwind.loop.IOLoop;

/**
 * Prints which poller a loop has, or why there is none. In a package that no module has, so that it
 * is found on the class path beside modules.
 */
public final class PrintsPoller {
  private PrintsPoller() {}

  public static void main(String[] arguments) {
    try (var loop = new IOLoop()) {
      System.out.println("poller " + loop.poller());
    } catch (IllegalArgumentException refusal) {
      System.out.println("refused: " + refusal.getMessage());
    }
  }
}
