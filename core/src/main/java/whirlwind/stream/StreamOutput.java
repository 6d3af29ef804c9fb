// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import whirlwind.buffer.WriteBuffer;
import whirlwind.events.Events;
import whirlwind.events.WriteStallEvent;
import whirlwind.future.CancelledException;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.future.TimeoutException;
import whirlwind.future.Wait;
import whirlwind.loop.IOLoop;
import whirlwind.loop.MemoryBudget;

/**
 * The writing half of a stream. A write goes to the transport at once; what that does not take is
 * copied, and sent whenever there is room.
 */
final class StreamOutput {
  /** Bytes that one event or one call may send before others get their turn. */
  private static final int EVENT_BUDGET = 1024 * 1024;

  private static final int GATHERED = 16;

  /** A write of at least so many bytes fills records and packets by itself. */
  private static final int LARGE = 8 * 1024;

  /** A write that waits for the kernel. Given up, its bytes are sent nevertheless. */
  private final class PendingWrite implements Promise.Canceller, Wait {
    private final Promise<@Nullable Void> promise = new Promise<>(loop);

    /** The stream position after its last byte. */
    private final long end;

    /** Who wrote although the limit was reached, else null. */
    private final @Nullable Thread beyondLimit;

    private final double since = loop.turnTime();
    private final @Nullable WriteStallEvent stall = Events.writeStallBegun(stream);
    private double deadline = Double.POSITIVE_INFINITY;

    PendingWrite(long end, @Nullable Thread beyondLimit) {
      this.end = end;
      this.beyondLimit = beyondLimit;
      promise.onCancel(this);
    }

    @Override
    public boolean cancel(CancelledException cause) {
      return promise.tryCancel(cause);
    }

    void done() {
      if (stall != null) {
        stall.commit();
      }
      promise.trySetResult(null);
    }

    /** One that goes with others goes as soon as somebody waits for it. */
    @Override
    public void awaited() {
      sendGathered();
    }

    @Override
    public Wait waitsFor() {
      return this;
    }

    @Override
    public String operation() {
      return "write() with " + (buffer == null ? 0 : end - buffer.flushed()) + " bytes to send";
    }

    @Override
    public Object on() {
      return stream;
    }

    @Override
    public double since() {
      return since;
    }

    @Override
    public double deadline() {
      return deadline;
    }
  }

  private final BaseIOStream stream;
  private final IOLoop loop;
  private final StreamLimits limits;

  // Both null while nothing waits: most connections are idle, and most writes never wait.
  private @Nullable WriteBuffer buffer;
  private @Nullable ArrayDeque<PendingWrite> pending;
  private boolean shutdownRequested;

  /**
   * The turn in which the transport was last written to. Where each write has a price of its own,
   * further small ones of the same turn wait for its end, or until somebody awaits one of them.
   */
  private long sentInTurn = -1;

  /** Whether a job is queued that sends what waits only to go together. */
  private boolean gathering;

  StreamOutput(BaseIOStream stream, IOLoop loop, StreamLimits limits) {
    this.stream = stream;
    this.loop = loop;
    this.limits = limits;
  }

  boolean isWriting() {
    return buffer != null && !buffer.isEmpty();
  }

  /** How many bytes wait to be sent. */
  long size() {
    return buffer == null ? 0 : buffer.size();
  }

  /** How many bytes of memory they take. */
  long heldBytes() {
    return buffer == null ? 0 : buffer.capacity();
  }

  boolean isShutDown() {
    return shutdownRequested;
  }

  // ---------------------------------------------------------------- writing

  Future<@Nullable Void> write(ByteBuffer[] sources, @Nullable Duration timeout) {
    long size = 0;
    for (var source : sources) {
      size += source.remaining();
    }
    var beyondLimit = admit(size);
    try {
      if (!isWriting() && !stream.connecting() && !gathers(size)) {
        sentInTurn = loop.io().turns();
        long sent = send(sources, size);
        if (buffer != null) {
          buffer.bypassed(sent);
        } else if (sent == size) {
          return sentAtOnce(size);
        }
      }
    } catch (IOException failure) {
      stream.closeOnSendFailure(failure);
      return failed(stream.error());
    }
    var waiting = buffer();
    for (var source : sources) {
      waiting.append(source);
    }
    stream.countMemory();
    if (waiting.isEmpty() && !stream.connecting()) {
      return sentAtOnce(size);
    }
    var write = new PendingWrite(waiting.accepted(), beyondLimit);
    pending().add(write);
    if (!gathering) {
      stream.updateInterest();
    }
    expireAfter(timeout, write);
    return write.promise.quiet();
  }

  private Future<@Nullable Void> sentAtOnce(long size) {
    loop.io().budget().spend(size);
    return loop.io().budget().take() && pending == null ? loop.io().done() : doneNextTurn();
  }

  /** Whether a write shall wait for others, and sees to it that it does not wait for long. */
  private boolean gathers(long size) {
    if (gathering || size >= LARGE || sentInTurn != loop.io().turns()) {
      return gathering;
    }
    if (stream.transport().gathersWrites()) {
      gathering = true;
      loop.execute(this::sendGathered);
    }
    return gathering;
  }

  private void sendGathered() {
    if (gathering) {
      gathering = false;
      if (!stream.closed()) {
        ready();
      }
    }
  }

  /** The stream is about to close: what waits only for company has been accepted and goes. */
  void sendGatheredBeforeClose() {
    if (gathering && buffer != null) {
      gathering = false;
      try {
        buffer.advance(stream.transport().write(buffer.heads(GATHERED)));
      } catch (IOException _) {
        // So these bytes are lost as others are that a closing stream has not sent.
      }
    }
  }

  private WriteBuffer buffer() {
    if (buffer == null) {
      buffer = new WriteBuffer();
    }
    return buffer;
  }

  private ArrayDeque<PendingWrite> pending() {
    if (pending == null) {
      pending = new ArrayDeque<>(2);
    }
    return pending;
  }

  private Future<@Nullable Void> failed(@Nullable Throwable error) {
    var promise = new Promise<@Nullable Void>(loop).quiet();
    promise.setException(new StreamClosedException(error));
    return promise;
  }

  /** The kernel has the bytes, but others get their turn first; and writes are done in order. */
  private Future<@Nullable Void> doneNextTurn() {
    if (pending().isEmpty()) {
      loop.execute(this::completeFlushed);
    }
    var write = new PendingWrite(buffer().accepted(), null);
    pending().add(write);
    return write.promise;
  }

  /**
   * Refuses a write for which there is no room, before anything has changed. Where writers are to
   * wait instead, each of them may have one write waiting beyond the limit: so much memory is what
   * awaiting them bounds.
   *
   * @return who writes beyond the limit, or null when there is room
   */
  private @Nullable Thread admit(long size) {
    long waiting = size();
    long most = limits.maxWriteBufferSize();
    if (loop.io().memory().holdsBack()) {
      most = Math.min(most, MemoryBudget.GUARANTEED_BYTES);
    }
    boolean fits =
        switch (limits.overflow()) {
          case REFUSE -> waiting + size <= most;
          case WAIT -> waiting < most;
        };
    if (fits) {
      return null;
    }
    Events.highWater(stream, waiting);
    var writer = Thread.currentThread(); // that of the coroutine: each has its own
    boolean waitsAlready =
        pending != null && pending.stream().anyMatch(write -> write.beyondLimit == writer);
    if (waitsAlready || limits.overflow() == StreamLimits.Overflow.REFUSE) {
      throw StreamBufferFullException.ofWrite(waiting, size, most);
    }
    return writer;
  }

  private long send(ByteBuffer[] sources, long size) throws IOException {
    if (size <= EVENT_BUDGET) {
      return sources.length == 1
          ? stream.transport().write(sources[0])
          : stream.transport().write(sources);
    }
    long sent = 0;
    for (var source : sources) {
      int limit = source.limit();
      source.limit((int) Math.min(limit, source.position() + (EVENT_BUDGET - sent)));
      sent += stream.transport().write(source);
      source.limit(limit);
      if (source.hasRemaining()) {
        break;
      }
    }
    return sent;
  }

  private void expireAfter(@Nullable Duration timeout, PendingWrite write) {
    if (timeout == null) {
      return;
    }
    var promise = write.promise;
    var timer =
        loop.addTimeout(
            timeout,
            () ->
                promise.trySetException(
                    new TimeoutException(
                        "write on %s: the kernel had not taken all bytes within %s; they stay queued"
                            .formatted(stream, Futures.inWords(timeout)))));
    write.deadline = timer.deadline();
    promise.onComplete(_ -> timer.cancel());
  }

  // ---------------------------------------------------------------- bytes go out

  /** The transport has room. On the bare thread. */
  void ready() {
    try {
      long budget = EVENT_BUDGET;
      while (buffer != null && !buffer.isEmpty() && budget > 0) {
        long count = stream.transport().write(buffer.heads(GATHERED));
        if (count == 0) {
          break;
        }
        buffer.advance(count);
        budget -= count;
      }
      completeFlushed();
      shutDownIfFlushed();
    } catch (IOException failure) {
      stream.closeOnSendFailure(failure);
    }
    stream.updateInterest();
    stream.countMemory();
  }

  private void completeFlushed() {
    if (pending == null || buffer == null) {
      return;
    }
    for (var first = pending.peek();
        first != null && first.end <= buffer.flushed();
        first = pending.peek()) {
      pending.remove();
      first.done();
    }
    if (pending.isEmpty() && buffer.isEmpty()) {
      pending = null;
      buffer = null;
    }
  }

  void shutdown() throws IOException {
    shutdownRequested = true;
    shutDownIfFlushed();
  }

  private void shutDownIfFlushed() throws IOException {
    if (shutdownRequested && !isWriting() && !stream.connecting()) {
      stream.transport().shutdownOutput();
    }
  }

  /** Drops what was not sent, as the stream is closed. */
  void fail(@Nullable Throwable error) {
    completeFlushed();
    buffer = null;
    for (PendingWrite write; pending != null && (write = pending.poll()) != null; ) {
      write.promise.trySetException(new StreamClosedException(error));
    }
    pending = null;
  }
}
