// SPDX-License-Identifier: Apache-2.0
package whirlwind.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import whirlwind.io.Interest;

/**
 * What a child writes, read by a thread. After {@link #close} the thread lets go when it comes back
 * from the read that it is in, as that cannot be interrupted.
 */
final class PumpedInput extends PumpedTransport {

  /** What the thread hands over. */
  private sealed interface Chunk {
    /** Some bytes. */
    record Bytes(ByteBuffer bytes) implements Chunk {}

    /** The last of all; null means a good end. */
    record End(@Nullable IOException failure) implements Chunk {}
  }

  private final InputStream from;

  /** Filled by the thread, emptied by the loop. */
  private volatile @Nullable Chunk slot;

  private PumpedInput(Executor loop, LongConsumer memory, InputStream from, String name) {
    super(loop, memory, 2 * CHUNK_BYTES, name);
    this.from = from;
  }

  static PumpedInput start(Executor loop, LongConsumer memory, InputStream from, String name) {
    var input = new PumpedInput(loop, memory, from, name);
    input.start();
    return input;
  }

  @Override
  int events() {
    return slot == null ? Interest.NONE : Interest.READ;
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    ensureOpen();
    if (!dst.hasRemaining()) {
      return 0;
    }
    return switch (slot) {
      case null -> 0;
      case Chunk.Bytes(var bytes) -> take(bytes, dst);
      case Chunk.End(var failure) -> {
        if (failure != null) {
          throw failure;
        }
        yield -1;
      }
    };
  }

  private int take(ByteBuffer bytes, ByteBuffer dst) {
    int count = Math.min(bytes.remaining(), dst.remaining());
    dst.put(bytes.slice(bytes.position(), count));
    bytes.position(bytes.position() + count);
    if (!bytes.hasRemaining()) {
      slot = null;
      slotChanged();
    }
    return count;
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    throw wrongDirection();
  }

  @Override
  public void shutdownOutput() throws IOException {
    throw wrongDirection();
  }

  private IOException wrongDirection() throws ClosedChannelException {
    ensureOpen();
    return new IOException("Bad file descriptor: wanted a pipe to a child, got one from a child");
  }

  /**
   * The monitor is that under which the JDK, once the child has exited, replaces the stream by what
   * is in the pipe at that time: what grandchildren write later would be lost.
   */
  @Override
  void pump() {
    synchronized (from) {
      try (from) {
        readToEnd();
        offer(new Chunk.End(null));
      } catch (IOException failure) {
        offer(new Chunk.End(failure));
      }
    }
  }

  /** While the loop takes one chunk, the next one is read. */
  private void readToEnd() throws IOException {
    byte[][] buffers = {new byte[CHUNK_BYTES], new byte[CHUNK_BYTES]};
    for (int turn = 0; !isClosed(); turn ^= 1) {
      int count = from.read(buffers[turn]);
      if (count < 0) {
        return;
      }
      offer(new Chunk.Bytes(ByteBuffer.wrap(buffers[turn], 0, count)));
    }
  }

  private void offer(Chunk chunk) {
    while (slot != null && !isClosed()) {
      LockSupport.park(this);
    }
    slot = chunk;
    tellLoop();
  }
}
