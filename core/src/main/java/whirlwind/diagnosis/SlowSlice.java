// SPDX-License-Identifier: Apache-2.0
package whirlwind.diagnosis;

import java.time.Duration;
import java.util.List;

/**
 * Code that has kept its loop for longer than the loop's threshold, without a wait.
 *
 * @param callSite the place in the program that the watchdog found it at: the innermost frame that
 *     is not of the JDK
 * @param longest the longest that it was seen there
 * @param times how often
 * @param stack where it was when it was longest
 */
public record SlowSlice(String callSite, Duration longest, long times, List<String> stack) {

  /** Takes a copy. */
  public SlowSlice {
    stack = List.copyOf(stack);
  }
}
