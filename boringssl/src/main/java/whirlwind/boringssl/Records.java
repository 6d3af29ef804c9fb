// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import java.nio.ByteBuffer;

/** One record of application data between the callers' buffers and BoringSSL: the hot path. */
final class Records {
  private Records() {}

  /**
   * Encrypts the next {@code count} bytes into one record.
   *
   * @param dst has room for it
   * @return the length of the record, or -1 when BoringSSL has failed
   */
  static int seal(
      NativeSsl ssl, ByteBuffer[] srcs, int offset, int length, int count, ByteBuffer dst) {
    ByteBuffer single = Buffers.onlyDirect(srcs, offset, length);
    ByteBuffer plain = single != null ? single : Buffers.gather(srcs, offset, length, count);
    ByteBuffer out = dst.isDirect() ? dst : Scratch.take();
    try {
      int room = out.remaining();
      ssl.sink(NativeMemory.address(out), room);
      int written = ssl.write(NativeMemory.address(plain), count);
      if (written != count) {
        return -1;
      }
      Buffers.skip(srcs, offset, length, count);
      int produced = room - ssl.left();
      Buffers.produced(out, dst, produced);
      return produced;
    } finally {
      Buffers.giveBack(plain, single);
      Buffers.giveBack(out, dst);
    }
  }

  /**
   * Decrypts the record of {@code size} bytes that {@code src} begins with, and consumes it.
   *
   * @param room what the destinations have room for: enough for this record
   * @return how many bytes of data, or what BoringSSL returned when there were none
   */
  static int open(
      NativeSsl ssl,
      ByteBuffer src,
      int size,
      ByteBuffer[] dsts,
      int offset,
      int length,
      int room) {
    ByteBuffer in = Buffers.direct(src, size);
    ByteBuffer single = Buffers.onlyDirect(dsts, offset, length);
    ByteBuffer out = single != null ? single : Scratch.take();
    try {
      ssl.source(NativeMemory.address(in), size);
      // A record without data, such as a ticket, is read with room for at least one byte.
      int count = ssl.read(NativeMemory.address(out), Math.max(room, 1));
      src.position(src.position() + size);
      if (count > 0) {
        Buffers.scatter(out, count, single, dsts, offset, length);
      }
      return count;
    } finally {
      Buffers.giveBack(in, src);
      Buffers.giveBack(out, single);
    }
  }
}
