// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.nio.ByteBuffer;

/**
 * The pieces of one gathering write, as the kernel wants them. Direct buffers are sent from where
 * they are, those of the heap are copied behind each other, as many as there is room for.
 *
 * <p>Source: sendmsg(2).
 */
final class Gathering {
  private final NativeMemory memory;
  private int pieces;
  private int copied;
  private long bytes;

  Gathering(NativeMemory memory) {
    this.memory = memory;
  }

  /**
   * Takes what one call can send of the buffers from {@code start}; positions stay.
   *
   * @return how many pieces that are
   */
  int take(ByteBuffer[] srcs, int start) {
    pieces = 0;
    copied = 0;
    bytes = 0;
    for (int i = start; i < srcs.length && hasRoom(); i++) {
      if (srcs[i].hasRemaining()) {
        add(srcs[i]);
      }
    }
    return pieces;
  }

  private boolean hasRoom() {
    return pieces < NativeMemory.MOST_IOVECS && copied < NativeMemory.COPY_BYTES;
  }

  private void add(ByteBuffer src) {
    if (src.isDirect()) {
      addPiece(NativeMemory.addressOf(src), src.remaining());
      return;
    }
    int count = Math.min(src.remaining(), NativeMemory.COPY_BYTES - copied);
    memory.copy.put(copied, src, src.position(), count);
    addPiece(memory.copyAt(copied), count);
    copied += count;
  }

  private void addPiece(long address, int count) {
    int piece = NativeMemory.IOVECS + pieces++ * Abi.SIZEOF_IOVEC;
    memory.bytes.putLong(piece + Abi.OFFSETOF_IOVEC__IOV_BASE, address);
    memory.bytes.putLong(piece + Abi.OFFSETOF_IOVEC__IOV_LEN, count);
    bytes += count;
  }

  int pieces() {
    return pieces;
  }

  /** How much was taken. */
  long bytes() {
    return bytes;
  }

  /**
   * Moves the positions by what was sent of what was taken.
   *
   * @return the first buffer that is not sent entirely
   */
  static int advance(ByteBuffer[] srcs, int start, long sent) {
    long left = sent;
    int at = start;
    while (at < srcs.length && srcs[at].remaining() <= left) {
      left -= srcs[at].remaining();
      srcs[at].position(srcs[at].limit());
      at++;
    }
    if (left > 0) {
      srcs[at].position(srcs[at].position() + (int) left);
    }
    return at;
  }
}
