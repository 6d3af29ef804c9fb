// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

/**
 * What a poller calls when a source is ready; written by loops and streams, not by users.
 *
 * <p>Threads: called on the loop's bare thread, outside any coroutine. It may complete promises and
 * queue work for the loop, and read or write without blocking; it runs no user code, logs nothing
 * and takes no lock that a coroutine may hold.
 *
 * <p>Errors: it never throws.
 */
@FunctionalInterface
public interface ReadyHandler {

  /**
   * Something that was wanted has happened, or an error.
   *
   * @param events an OR of {@link Interest} bits, never {@link Interest#NONE}
   */
  void ready(int events);
}
