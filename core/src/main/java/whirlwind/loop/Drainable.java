// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.time.Duration;
import whirlwind.future.Future;

/**
 * What can be brought to an end in good order: a scope, a server, or what a program makes of them.
 */
@FunctionalInterface
public interface Drainable {

  /**
   * Ends in three steps: it takes nothing new and asks what is there to finish; what has not after
   * {@code grace} is cancelled, and may still await in its clean-up; what has not ended after
   * {@code cleanUp} more is given up. Of several calls the one that comes due first counts.
   *
   * @return what became of it; it completes when all has ended, or with the third step
   */
  Future<DrainReport> drain(Duration grace, Duration cleanUp);
}
