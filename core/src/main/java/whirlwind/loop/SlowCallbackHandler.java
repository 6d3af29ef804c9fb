// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.time.Duration;

/**
 * Takes the report on a callback that blocks its loop, in place of the log line at level WARNING.
 */
@FunctionalInterface
public interface SlowCallbackHandler {
  /**
   * Called on the watchdog's thread, once a callback, while it is still running.
   *
   * @param loop the loop that is blocked
   * @param running how long already, at least the threshold
   * @param stack where the callback or coroutine is
   */
  void blocked(IOLoop loop, Duration running, StackTraceElement[] stack);
}
