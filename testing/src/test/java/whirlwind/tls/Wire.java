// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;
import whirlwind.loop.IOLoop;
import whirlwind.testing.MemoryTransport;

/**
 * A connection whose bytes go on only when the test moves them, as few or as changed as it likes.
 */
final class Wire {
  private final MemoryTransport client;
  private final MemoryTransport server;
  private final Leg toServer;
  private final Leg toClient;

  private Wire(MemoryTransport.Pair left, MemoryTransport.Pair right) {
    client = left.near();
    server = right.near();
    toServer = new Leg(left.far(), right.far());
    toClient = new Leg(right.far(), left.far());
  }

  static Wire of(IOLoop loop, int capacity) {
    return new Wire(MemoryTransport.pair(loop, capacity), MemoryTransport.pair(loop, capacity));
  }

  /** One direction. */
  static final class Leg {
    private final MemoryTransport from;
    private final MemoryTransport to;
    private ByteBuffer taken = ByteBuffer.allocate(0);

    Leg(MemoryTransport from, MemoryTransport to) {
      this.from = from;
      this.to = to;
    }

    /** Moves what there is, at most {@code most} bytes; how many that were. */
    int move(int most) throws IOException {
      return move(most, bytes -> bytes);
    }

    /** The same, through {@code change}. */
    int move(int most, UnaryOperator<byte[]> change) throws IOException {
      if (taken.hasRemaining()) {
        return give();
      }
      int count = Math.min(most, from.available());
      if (count == 0) {
        return 0;
      }
      var bytes = ByteBuffer.allocate(count);
      from.read(bytes);
      taken = ByteBuffer.wrap(change.apply(bytes.array()));
      give();
      return count;
    }

    private int give() {
      int before = taken.remaining();
      try {
        to.write(taken);
      } catch (IOException _) {
        taken.position(taken.limit()); // nobody is there any more: lost, as on any network
      }
      return before - taken.remaining();
    }

    /** Ends both directions at both ends, in order or not. */
    void cut(boolean byReset) {
      if (byReset) {
        to.reset();
      } else {
        to.close();
      }
      from.close();
    }
  }

  /** What the client is given. */
  MemoryTransport client() {
    return client;
  }

  /** What the server is given. */
  MemoryTransport server() {
    return server;
  }

  Leg toServer() {
    return toServer;
  }

  Leg toClient() {
    return toClient;
  }

  /** Moves what there is both ways, at most so many bytes each; how many that were. */
  int move(int most) throws IOException {
    return toServer.move(most) + toClient.move(most);
  }

  /** Ends it, in order. */
  void cut() {
    toServer.cut(false);
  }
}
