// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;

/** What native objects and buffers have in common. */
final class NativeMemory {
  /** Frees what was not closed; its thread starts with the first native object. */
  static final Cleaner CLEANER = Cleaner.create();

  private NativeMemory() {}

  /** Where a direct buffer's next byte is. Who passes it on keeps the buffer in use meanwhile. */
  static long address(ByteBuffer direct) {
    return MemorySegment.ofBuffer(direct).address();
  }
}
