// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import whirlwind.loop.IOLoop;
import whirlwind.testing.MemoryTransport;
import whirlwind.testing.StreamContract;

/** Streams over a connection in memory. */
class MemoryStreamTest extends StreamContract {
  private static final int CAPACITY = 100_000;

  @Override
  protected Ends connect(IOLoop loop, StreamLimits reader, StreamLimits writer) {
    var memory = MemoryTransport.pair(loop, CAPACITY);
    return new Ends(
        new IOStream(loop, memory.near(), reader), new IOStream(loop, memory.far(), writer));
  }

  @Override
  protected Doomed doomed(IOLoop loop) {
    var memory = MemoryTransport.pair(loop, CAPACITY);
    return new Doomed(
        new IOStream(loop, memory.near(), StreamLimits.defaults()), memory.far()::reset);
  }
}
