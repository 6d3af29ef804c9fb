// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks.micro;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.LineBasedFrameDecoder;

/** Netty's decoder in a channel without a socket, which gets pooled direct buffers. */
final class NettyScan implements ScanOperations {
  private final EmbeddedChannel channel =
      new EmbeddedChannel(new LineBasedFrameDecoder(2 * ScanBenchmark.LENGTH));

  private final byte[] line;

  NettyScan(byte[] line) {
    this.line = line;
  }

  @Override
  public Object readLine() {
    for (int from = 0; from < line.length; from += ScanBenchmark.BLOCK) {
      var block = channel.alloc().directBuffer(ScanBenchmark.BLOCK);
      channel.writeInbound(block.writeBytes(line, from, ScanBenchmark.BLOCK));
    }
    ByteBuf frame = channel.readInbound();
    if (frame.readableBytes() != line.length - 1) {
      throw new AssertionError("wanted the line without its end, got " + frame);
    }
    frame.release();
    return frame;
  }

  @Override
  public void close() {
    channel.finishAndReleaseAll();
  }
}
