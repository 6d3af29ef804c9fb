// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Blocks of 64 KiB that the streams of one loop use by turns, so that idle ones need none. For
 * whoever moves bytes between two suspensions: take one, use it, give it back. Who suspends in
 * between, or keeps one for bytes that are not a whole message yet, keeps nobody waiting: the pool
 * makes another.
 *
 * <p><b>Threads:</b> the loop's.
 */
public final class BufferPool {
  /** The size of every block. */
  public static final int BLOCK_BYTES = 64 * 1024;

  private static final int MOST_IDLE = 8;

  private final boolean direct;
  private final ArrayDeque<ByteBuffer> idle = new ArrayDeque<>(MOST_IDLE);

  BufferPool(boolean direct) {
    this.direct = direct;
  }

  /** A cleared block, the caller's own until it is given back. */
  public ByteBuffer take() {
    var block = idle.pollLast();
    if (block != null) {
      return block.clear();
    }
    return direct ? ByteBuffer.allocateDirect(BLOCK_BYTES) : ByteBuffer.allocate(BLOCK_BYTES);
  }

  /** Gives back a block that was taken here and is not used any more. */
  public void give(ByteBuffer block) {
    if (idle.size() < MOST_IDLE) {
      idle.addLast(block);
    }
  }
}
