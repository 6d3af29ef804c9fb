// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

/**
 * Called on the loop when a file descriptor is ready. It may await; until it returns it is not
 * called again.
 */
@FunctionalInterface
public interface FdHandler {
  /**
   * The descriptor is ready.
   *
   * @param fd what was registered
   * @param events bits of {@link whirlwind.io.Interest}; test bits, not equality
   */
  void handle(int fd, int events);
}
