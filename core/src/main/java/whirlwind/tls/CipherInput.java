// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import whirlwind.io.Transport;
import whirlwind.loop.BufferPool;

/**
 * The records that were received and not decrypted yet: lent to whoever decrypts, in a block of the
 * pool. In between only the beginning of a record is kept, or what nobody had room for: a little in
 * an array of its size, much in the block itself. A connection that waits for a whole record keeps
 * nothing.
 */
final class CipherInput {
  private static final int RECORD_HEADER = 5;

  // The least and the greatest content type of RFC 8446, section 5.1.
  private static final int CHANGE_CIPHER_SPEC = 20;
  private static final int APPLICATION_DATA = 23;

  /** What a record may have at most, with some room for ciphers that add much. */
  private static final int LONGEST_RECORD = 16 * 1024 + 2048;

  private static final int LITTLE = 4096;

  private BufferPool pool;

  /** From position to limit: what is there. */
  private @Nullable ByteBuffer kept;

  private boolean drained;

  CipherInput(BufferPool pool) {
    this.pool = pool;
  }

  /** Uses another pool from now on, as the engine prefers its kind; while nothing is lent. */
  void moveTo(BufferPool other) {
    var before = kept;
    if (before != null && before.capacity() == BufferPool.BLOCK_BYTES) {
      kept = ByteBuffer.allocate(before.remaining()).put(before).flip();
      pool.give(before);
    }
    pool = other;
  }

  /** What is there, in a block that has room for more; until {@link #takeBack}. */
  ByteBuffer lend() {
    drained = false;
    var before = kept;
    kept = null;
    if (before != null && before.capacity() == BufferPool.BLOCK_BYTES) {
      return before;
    }
    var block = pool.take();
    if (before != null) {
      block.put(before);
    }
    return block.flip();
  }

  /**
   * Adds to a lent block what the transport has.
   *
   * @return how many bytes, or -1 at the end of its input
   */
  int receive(ByteBuffer block, Transport from) throws IOException {
    block.compact();
    try {
      int room = block.remaining();
      int count = from.read(block);
      drained = count < room;
      return count;
    } finally {
      block.flip();
    }
  }

  /** Whether the transport has just given less than there was room for, so has no more now. */
  boolean isDrained() {
    return drained;
  }

  /** Takes a block back with what is left in it. */
  void takeBack(ByteBuffer block) {
    if (block.remaining() > LITTLE) {
      kept = block;
      return;
    }
    if (block.hasRemaining()) {
      kept = ByteBuffer.allocate(block.remaining()).put(block).flip();
    }
    pool.give(block);
  }

  /** Whether a record can be decrypted without receiving more, or found to be none. */
  boolean hasRecord() {
    return kept != null && startsWithRecord(kept);
  }

  /**
   * Whether {@code in} starts with a whole record, or with what is none: to ask the engine about
   * less would be in vain.
   */
  static boolean startsWithRecord(ByteBuffer in) {
    if (in.remaining() < RECORD_HEADER) {
      return false;
    }
    int type = in.get(in.position());
    int length = in.getShort(in.position() + 3) & 0xffff;
    return in.remaining() >= RECORD_HEADER + length
        || length > LONGEST_RECORD
        || type < CHANGE_CIPHER_SPEC
        || type > APPLICATION_DATA;
  }

  /** How many bytes are kept. */
  int size() {
    return kept == null ? 0 : kept.remaining();
  }

  /** How many bytes of memory that takes. */
  int capacity() {
    return kept == null ? 0 : kept.capacity();
  }

  /** Lets go of everything. */
  void clear() {
    if (kept != null && kept.capacity() == BufferPool.BLOCK_BYTES) {
      pool.give(kept);
    }
    kept = null;
  }
}
