// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks.micro;

/**
 * What is measured of an event loop that runs in a thread of its own, once for every peer. Each
 * method returns when the loop has done all of it.
 */
interface LoopOperations extends AutoCloseable {

  /** Runs a callback in the loop. Any thread; {@code callback} may call this again. */
  void submit(Runnable callback);

  /**
   * Runs {@code callback} in the loop after {@code delayNanos}. In the loop.
   *
   * @return what {@link #cancel} wants
   */
  Object schedule(long delayNanos, Runnable callback);

  /** Cancels what {@link #schedule} returned. In the loop. */
  void cancel(Object timer);

  @Override
  void close();
}
