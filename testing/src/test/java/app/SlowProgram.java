// SPDX-License-Identifier: Apache-2.0
package app;

import java.util.function.BooleanSupplier;

/** Code that is not the library's, which the watchdog tells apart by its package. */
public final class SlowProgram {
  private SlowProgram() {}

  /** Keeps the thread, always at one and the same line. */
  public static void spinUntil(BooleanSupplier end) {
    while (!end.getAsBoolean()) {}
  }
}
