// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Direct buffers for callers who bring others, or many small ones: lent for one call, so that a
 * quiet connection owns none.
 */
final class Scratch {
  private static final int KEPT = 16;
  private static final BlockingQueue<ByteBuffer> FREE = new ArrayBlockingQueue<>(KEPT);

  private Scratch() {}

  /** An empty one with room for any record. */
  static ByteBuffer take() {
    ByteBuffer free = FREE.poll();
    return free == null ? ByteBuffer.allocateDirect(EngineSession.LONGEST_RECORD) : free.clear();
  }

  static void give(ByteBuffer buffer) {
    FREE.offer(buffer);
  }
}
