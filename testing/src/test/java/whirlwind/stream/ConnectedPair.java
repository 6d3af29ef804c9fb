// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;
import whirlwind.testing.MemoryTransport;

/**
 * A stream over one end of a connection in memory, and the far end, which the test works by hand.
 */
record ConnectedPair(IOStream stream, MemoryTransport near, MemoryTransport far)
    implements AutoCloseable {

  /** More turns than any of these tests needs to come to rest. */
  private static final int TURNS = 20;

  /** A pair whose far end takes {@code capacity} bytes that it does not read. */
  static ConnectedPair of(IOLoop loop, int capacity) {
    return of(loop, capacity, StreamLimits.defaults());
  }

  static ConnectedPair of(IOLoop loop, int capacity, StreamLimits limits) {
    var ends = MemoryTransport.pair(loop, capacity);
    return new ConnectedPair(new IOStream(loop, ends.near(), limits), ends.near(), ends.far());
  }

  /** The far end writes. */
  void send(String text) {
    try {
      far.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  /** All that the far end can read now. */
  String take() {
    return take(Integer.MAX_VALUE);
  }

  /** What the far end can read now, but no more than {@code most} bytes. */
  String take(int most) {
    var bytes = ByteBuffer.allocate(Math.min(most, far.available()));
    try {
      while (bytes.hasRemaining() && far.read(bytes) > 0) {
        // more of it
      }
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
  }

  /** Reads at the far end, turn by turn, until nothing has come for some turns. */
  String takeAll() {
    var text = new StringBuilder();
    for (int quiet = 0; quiet < TURNS; quiet++) {
      var more = take();
      text.append(more);
      quiet = more.isEmpty() ? quiet : 0;
      Futures.moment().await();
    }
    return text.toString();
  }

  /** Lets everything happen that is about to. */
  static void settle() {
    for (int turn = 0; turn < TURNS; turn++) {
      Futures.moment().await();
    }
  }

  @Override
  public void close() {
    stream.close();
    far.close();
  }
}
