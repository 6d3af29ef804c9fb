// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.nio.channels.SelectableChannel;

/**
 * Called on the loop when a channel is ready. It may await; until it returns it is not called
 * again.
 */
@FunctionalInterface
public interface ChannelHandler {
  /**
   * The channel is ready.
   *
   * @param channel the very object that was registered
   * @param events bits of {@link whirlwind.io.Interest}; test bits, not equality
   */
  void handle(SelectableChannel channel, int events);
}
