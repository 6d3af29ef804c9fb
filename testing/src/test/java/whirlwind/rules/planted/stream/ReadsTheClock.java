// SPDX-License-Identifier: Apache-2.0
package whirlwind.rules.planted.stream;

/** Asks the machine for the time. */
public final class ReadsTheClock {
  public long now() {
    return System.nanoTime();
  }
}
