// SPDX-License-Identifier: Apache-2.0
package whirlwind.process;

import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import whirlwind.io.Interest;
import whirlwind.io.ReadyHandler;
import whirlwind.io.Transport;

/**
 * One direction of a pipe that can only be read or written by blocking: a thread does that, and
 * hands chunks over to the loop or takes them from there. For children on systems where the
 * provider cannot open pipes for them.
 *
 * <p>Mechanics. There is one slot between the two sides, which one fills and the other empties; who
 * finds it as it was wants to be told. The thread waits by parking, the loop by being told through
 * {@link Executor#execute}; neither ever waits for a lock that the other holds. So at most two
 * chunks are in memory, and a slow side holds the other back. It is a thread of the system: a
 * blocking read of a pipe would hold one of the few that carry virtual threads.
 */
abstract sealed class PumpedTransport implements Transport permits PumpedInput, PumpedOutput {

  /** As much as a pipe holds on Linux. */
  static final int CHUNK_BYTES = 64 * 1024;

  private final Executor loop;
  private final Thread thread;
  private @Nullable ReadyHandler handler;
  private int wanted;
  private boolean reportQueued;

  /** What it takes from its start to its close. */
  private final long heldBytes;

  private final LongConsumer memory;

  /** The thread reads it. */
  private volatile boolean closed;

  PumpedTransport(Executor loop, LongConsumer memory, long heldBytes, String name) {
    this.loop = loop;
    this.memory = memory;
    this.heldBytes = heldBytes;
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .inheritInheritableThreadLocals(false)
            .name("whirlwind-" + name)
            .unstarted(this::pump);
  }

  final void start() {
    thread.start();
    memory.accept(heldBytes);
  }

  /** Runs in the thread until there is nothing more to do. */
  abstract void pump();

  /** What holds now, of {@link Interest#READ} and {@link Interest#WRITE}. */
  abstract int events();

  // ---------------------------------------------------------------- the loop's side

  @Override
  public final void attach(ReadyHandler handler) throws ClosedChannelException {
    ensureOpen();
    this.handler = handler;
    wanted = Interest.NONE;
  }

  @Override
  public final void interest(int mask) {
    int inAndOut = Interest.check(mask) & ~Interest.ERROR;
    if (closed) {
      return;
    }
    if (handler == null) {
      throw new IllegalStateException("interest: wanted an attached transport, got " + this);
    }
    wanted = inAndOut;
    queueReport();
  }

  /** While something is wanted and holds, it is reported again each turn. */
  private void queueReport() {
    if (!reportQueued && (events() & wanted) != 0) {
      reportQueued = true;
      loop.execute(this::report);
    }
  }

  private void report() {
    reportQueued = false;
    int events = events() & wanted;
    if (closed || handler == null || events == 0) {
      return;
    }
    handler.ready(events);
    if (!closed) {
      queueReport();
    }
  }

  final void ensureOpen() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  /** Wakes the thread. */
  final void slotChanged() {
    LockSupport.unpark(thread);
  }

  @Override
  public final void close() {
    if (!closed) {
      closed = true;
      memory.accept(-heldBytes);
    }
    slotChanged();
  }

  @Override
  public final long heldBytes() {
    return closed ? 0 : heldBytes;
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName()
        + "["
        + thread.getName()
        + (closed ? ", closed]" : ", wanted " + Interest.toString(wanted) + "]");
  }

  // ---------------------------------------------------------------- the thread's side

  final boolean isClosed() {
    return closed;
  }

  /** Tells the loop that what holds has changed. */
  final void tellLoop() {
    if (!closed) {
      loop.execute(this::queueReport);
    }
  }
}
