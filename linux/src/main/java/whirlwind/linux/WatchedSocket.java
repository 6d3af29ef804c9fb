// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A socket under its poller's watch, from being attached to being closed. */
interface WatchedSocket {

  /** Replaces what its handler is told of, an OR of READ and WRITE; errors always. */
  void interest(int mask);

  /** Reads, as a transport owes it. */
  int read(ByteBuffer dst) throws IOException;

  /** Writes, as a transport owes it. */
  int write(ByteBuffer src) throws IOException;

  /** Writes several buffers in order, as a transport owes it. */
  long write(ByteBuffer[] srcs) throws IOException;

  /** Ends the output, behind all that was written; a result below zero is an errno. */
  int shutdownOutput() throws IOException;

  /**
   * How many bytes it has taken from the kernel that nobody has read, and from who writes that the
   * kernel has not taken.
   */
  default int heldBytes() {
    return 0;
  }

  /** Ends the watch and closes the descriptor. */
  void close() throws IOException;
}
