// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

/** Takes what callbacks, timers and handlers throw, in place of the log line at level ERROR. */
@FunctionalInterface
public interface ExceptionHandler {
  /**
   * Called on the loop.
   *
   * @param callback what threw: the very object that was given to the loop
   * @param failure what it threw; never a cancellation
   */
  void handle(Object callback, Throwable failure);
}
