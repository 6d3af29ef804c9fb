// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import whirlwind.io.Transport;
import whirlwind.loop.BufferPool;

/**
 * The records that were encrypted and that the transport has not taken yet. They are made in a
 * block of the pool and handed on from there; only what a full transport leaves is kept.
 */
final class CipherOutput {
  private BufferPool pool;

  /** From position to limit: what waits. */
  private @Nullable ByteBuffer waiting;

  CipherOutput(BufferPool pool) {
    this.pool = pool;
  }

  /** Gets its blocks from another pool from now on, as the engine prefers its kind. */
  void moveTo(BufferPool other) {
    pool = other;
  }

  boolean isEmpty() {
    return waiting == null;
  }

  /** How many bytes wait. */
  int size() {
    return waiting == null ? 0 : waiting.remaining();
  }

  /** How many bytes of memory that takes. */
  int capacity() {
    return waiting == null ? 0 : waiting.capacity();
  }

  /** Hands on what waits, and says whether all of it went. */
  boolean flush(Transport to) throws IOException {
    var before = waiting;
    if (before == null) {
      return true;
    }
    to.write(before);
    if (before.hasRemaining()) {
      return false;
    }
    waiting = null;
    return true;
  }

  /**
   * Hands on the records in {@code block}, which is given back to the pool; nothing may be waiting.
   *
   * @return whether all of them went
   */
  boolean send(ByteBuffer block, Transport to) throws IOException {
    try {
      if (block.flip().hasRemaining()) {
        to.write(block);
      }
    } finally {
      keepRest(block);
    }
    return waiting == null;
  }

  /** Puts the records in {@code block} behind what waits, and gives the block back to the pool. */
  void append(ByteBuffer block) {
    var before = waiting;
    block.flip();
    if (before == null) {
      keepRest(block);
      return;
    }
    var both = ByteBuffer.allocate(before.remaining() + block.remaining());
    waiting = both.put(before).put(block).flip();
    pool.give(block);
  }

  private void keepRest(ByteBuffer block) {
    if (block.hasRemaining()) {
      waiting = ByteBuffer.allocate(block.remaining()).put(block).flip();
    }
    pool.give(block);
  }

  /** Lets go of everything. */
  void clear() {
    waiting = null;
  }
}
