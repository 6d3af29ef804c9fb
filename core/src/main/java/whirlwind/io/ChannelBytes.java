// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ReadableByteChannel;

/**
 * Moves bytes through channels of the JDK in calls of a bounded size, for transports over them. The
 * JDK copies a heap buffer to a direct one and keeps that one for the thread, in the size of the
 * largest call ever made.
 */
final class ChannelBytes {

  /** Calls of at most this size keep the copy small. */
  private static final int MAX_HEAP_BYTES = 128 * 1024;

  /** There is one such copy for each buffer of a gathering write. */
  private static final int MAX_GATHERED = 16;

  private ChannelBytes() {}

  /** As {@link Transport#read}. */
  static int read(ReadableByteChannel channel, ByteBuffer dst) throws IOException {
    if (dst.isDirect() || dst.remaining() <= MAX_HEAP_BYTES) {
      return channel.read(dst);
    }
    int limit = dst.limit();
    dst.limit(dst.position() + MAX_HEAP_BYTES);
    try {
      return channel.read(dst);
    } finally {
      dst.limit(limit);
    }
  }

  /** As {@link Transport#write(ByteBuffer)}. */
  static int write(GatheringByteChannel channel, ByteBuffer src) throws IOException {
    if (src.isDirect() || src.remaining() <= MAX_HEAP_BYTES) {
      return channel.write(src);
    }
    int start = src.position();
    int limit = src.limit();
    try {
      while (src.position() < limit) {
        src.limit(Math.min(limit, src.position() + MAX_HEAP_BYTES));
        channel.write(src);
        if (src.hasRemaining()) {
          break;
        }
      }
    } finally {
      src.limit(limit);
    }
    return src.position() - start;
  }

  /** As {@link Transport#write(ByteBuffer[])}. */
  static long write(GatheringByteChannel channel, ByteBuffer[] srcs) throws IOException {
    long total = 0;
    int next = 0;
    while (next < srcs.length) {
      int end = endOfRun(srcs, next);
      total += end - next == 1 ? write(channel, srcs[next]) : channel.write(srcs, next, end - next);
      if (srcs[end - 1].hasRemaining()) {
        break;
      }
      next = end;
    }
    return total;
  }

  /** How many of the buffers from {@code start} may go into one call; at least one. */
  private static int endOfRun(ByteBuffer[] srcs, int start) {
    int end = start + 1;
    long bytes = srcs[start].remaining();
    while (end < srcs.length && end - start < MAX_GATHERED) {
      bytes += srcs[end].remaining();
      if (bytes > MAX_HEAP_BYTES) {
        break;
      }
      end++;
    }
    return end;
  }
}
