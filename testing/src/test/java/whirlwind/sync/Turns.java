// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import whirlwind.future.Futures;

/** Letting the loop go on: whatever is ready runs, and time stands still. */
final class Turns {
  private Turns() {}

  /** Enough for everything that is about to happen. */
  static void pass() {
    for (int turn = 0; turn < 5; turn++) {
      Futures.moment().await();
    }
  }
}
