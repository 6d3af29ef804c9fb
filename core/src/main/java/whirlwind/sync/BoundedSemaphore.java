// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

/**
 * A semaphore that finds a release too many: for permits that stand for things of which there are
 * just so many.
 *
 * <p>Source: Tornado's {@code tornado.locks.BoundedSemaphore}.
 */
public final class BoundedSemaphore extends Semaphore {

  /** One permit. */
  public BoundedSemaphore() {
    this(1);
  }

  /**
   * So many permits, and never more.
   *
   * @throws IllegalArgumentException when {@code permits} is negative
   */
  public BoundedSemaphore(int permits) {
    super(permits, permits);
  }
}
