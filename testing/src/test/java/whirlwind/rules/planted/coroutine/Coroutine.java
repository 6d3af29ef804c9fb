// SPDX-License-Identifier: Apache-2.0
package whirlwind.rules.planted.coroutine;

/** Stands in for the real one. */
public final class Coroutine {
  public void suspend() {}
}
