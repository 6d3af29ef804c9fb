// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

/** Only a trace: the place of an await, suppressed in what it threw. */
final class Awaited extends Exception {
  private static final long serialVersionUID = 1L;

  /** A failure that very many await must not grow by all of their traces. */
  static final int MOST = 4;

  Awaited() {
    super("awaited here");
  }
}
