// SPDX-License-Identifier: Apache-2.0
package whirlwind.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import whirlwind.io.Interest;

/**
 * What a child reads, written by a thread. A write is done when the thread has the bytes; what it
 * has, it delivers, also after {@link #close}. That the reader has gone shows at a later write.
 */
final class PumpedOutput extends PumpedTransport {
  private final OutputStream to;

  /** Filled by the loop, emptied by the thread. */
  private volatile @Nullable ByteBuffer slot;

  /** Set by the loop: after what is in the slot, nothing comes any more. */
  private volatile boolean ending;

  /** Set by the thread. */
  private volatile @Nullable IOException failure;

  private PumpedOutput(Executor loop, LongConsumer memory, OutputStream to, String name) {
    super(loop, memory, 2 * CHUNK_BYTES, name);
    this.to = to;
  }

  static PumpedOutput start(Executor loop, LongConsumer memory, OutputStream to, String name) {
    var output = new PumpedOutput(loop, memory, to, name);
    output.start();
    return output;
  }

  @Override
  int events() {
    return slot == null || failure != null ? Interest.WRITE : Interest.NONE;
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    ensureOpen();
    throw new IOException("Bad file descriptor: wanted a pipe from a child, got one to a child");
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    ensureOpen();
    if (ending) {
      throw new ClosedChannelException();
    }
    var broken = failure;
    if (broken != null) {
      throw broken;
    }
    int count = Math.min(src.remaining(), CHUNK_BYTES);
    if (slot != null || count == 0) {
      return 0;
    }
    slot = ByteBuffer.allocate(count).put(src.slice(src.position(), count)).flip();
    src.position(src.position() + count);
    slotChanged();
    return count;
  }

  @Override
  public void shutdownOutput() throws IOException {
    ensureOpen();
    ending = true;
    slotChanged();
  }

  @Override
  void pump() {
    try (to) {
      for (var chunk = next(); chunk != null; chunk = next()) {
        to.write(chunk.array(), 0, chunk.limit());
        to.flush();
        slot = null;
        tellLoop();
      }
    } catch (IOException thrown) {
      failure = new IOException("Broken pipe", thrown); // the JDK has other words after an exit
      slot = null;
      tellLoop();
    }
  }

  /** What shall be written now; null at the end. */
  private @Nullable ByteBuffer next() {
    while (true) {
      boolean last = ending || isClosed(); // read first: the slot is filled before
      var chunk = slot;
      if (chunk != null || last) {
        return chunk;
      }
      LockSupport.park(this);
    }
  }
}
