// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import java.nio.channels.SelectableChannel;
import java.util.Objects;

/**
 * What can be registered with a poller: a channel of the JDK, or a descriptor by its number. A
 * poller takes one kind or the other: Java does not tell the descriptor of a channel.
 */
public sealed interface PollSource {

  /**
   * A channel; the poller switches it to non-blocking mode and leaves it so. The nio poller only.
   */
  record Channel(SelectableChannel channel) implements PollSource {
    /** Refuses null. */
    public Channel {
      Objects.requireNonNull(channel, "channel");
    }
  }

  /**
   * An open descriptor of this process, non-blocking already; native pollers only. Its registration
   * is cancelled before it is closed: nobody sees the closing of a number, and the next file that
   * is opened may get the same one.
   */
  record Descriptor(int fd) implements PollSource {
    /** Refuses negative numbers. */
    public Descriptor {
      if (fd < 0) {
        throw new IllegalArgumentException("file descriptor: wanted 0 or more, got " + fd);
      }
    }
  }
}
