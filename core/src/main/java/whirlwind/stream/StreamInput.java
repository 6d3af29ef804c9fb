// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import whirlwind.buffer.ReadBuffer;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.future.TimeoutException;
import whirlwind.loop.BufferPool;
import whirlwind.loop.IOLoop;
import whirlwind.loop.MemoryBudget;

/**
 * The reading half of a stream: bytes go from the transport into the buffer, and from there to the
 * one read that may be pending.
 *
 * <p>Mechanics. A read looks into the buffer, then tries the transport, and only then waits for the
 * poller. Interest in READ is left on afterwards, as the next read usually follows at once; an
 * event that finds no read pending switches it off. Work is bounded: per event by {@link
 * #EVENT_BUDGET}, and for reads that never have to wait by the loop's {@link
 * whirlwind.loop.SliceBudget}.
 */
final class StreamInput {
  /** Bytes that one event may bring in before others get their turn. */
  private static final int EVENT_BUDGET = 256 * 1024;

  private final BaseIOStream stream;
  private final IOLoop loop;
  private final StreamLimits limits;
  private final ReadBuffer buffer = new ReadBuffer();
  private @Nullable PendingRead<?> pending;
  private boolean ended;
  private long completedReads;

  /** Whether a job is queued that goes on where the budget was spent; events leave it to that. */
  private boolean continues;

  /**
   * The turn in which the transport was last found empty: no use to ask it again before the next.
   */
  private long drainedInTurn = -1;

  /** Whether it waits until the loop has memory again. */
  private boolean paused;

  /** Whether the poller has told of an error: it comes after what is left, which is not much. */
  private boolean broken;

  StreamInput(BaseIOStream stream, IOLoop loop, StreamLimits limits) {
    this.stream = stream;
    this.loop = loop;
    this.limits = limits;
  }

  boolean isReading() {
    return pending != null;
  }

  /** Whether nothing is to be received at the moment, for want of memory. */
  boolean isPaused() {
    return paused;
  }

  /** Whether the poller has told of an error or a hang-up; what came before may still be there. */
  boolean isBroken() {
    return broken;
  }

  /** How many bytes wait to be read. */
  int size() {
    return buffer.size();
  }

  /** How many bytes of memory they take. */
  int heldBytes() {
    return buffer.capacity();
  }

  boolean isEmpty() {
    return buffer.isEmpty();
  }

  BaseIOStream stream() {
    return stream;
  }

  /** Whether the end of the input was read. */
  boolean hasEnded() {
    return ended;
  }

  /** Counts the reads that got their bytes. */
  long completedReads() {
    return completedReads;
  }

  // ---------------------------------------------------------------- starting a read

  /** Starts a read; its arguments are checked, and the stream allows one now. */
  <T> Future<T> read(ReadRequest request, PendingRead.Taker<T> taker, @Nullable Duration timeout) {
    var promise = new Promise<T>(loop);
    var read = new PendingRead<>(this, request, taker, promise);
    if (stream.closed() || ended) {
      readAtEnd(read);
      return promise;
    }
    pending = read;
    if (loop.io().budget().take()) {
      pump();
    } else {
      continueLater();
    }
    if (pending == read) {
      waitFor(read, timeout);
    } else if (promise.isDone() && stream.error() instanceof StreamBufferFullException full) {
      promise.exception(); // seen: it is thrown here
      throw full; // the caller asked for more than the stream may hold, and is told so at once
    }
    return promise;
  }

  /** What is left can still be read. */
  private void readAtEnd(PendingRead<?> read) {
    int matched = matchAtEnd(read.request, stream.error());
    if (matched < 0) {
      throw new StreamClosedException(stream.error());
    }
    completedReads++;
    read.complete(buffer, matched);
    stream.countMemory();
  }

  private int matchAtEnd(ReadRequest request, @Nullable Throwable error) {
    try {
      return request.matchAtEnd(buffer, error == null);
    } catch (UnsatisfiableReadException | StackOverflowError _) {
      return -1; // also when looking has been why the stream was closed
    }
  }

  /** Goes on behind what others have queued: no event may be left that would wake the read. */
  private void continueLater() {
    if (!continues) {
      continues = true;
      loop.execute(
          () -> {
            continues = false;
            pump();
          });
    }
  }

  private <T> void waitFor(PendingRead<T> read, @Nullable Duration timeout) {
    stream.updateInterest();
    read.waitsSince(loop.turnTime());
    if (timeout != null) {
      read.timeout = loop.addTimeout(timeout, () -> expire(read, timeout));
    }
  }

  private void expire(PendingRead<?> read, Duration timeout) {
    if (pending == read) {
      withdraw(read);
      read.fail(
          new TimeoutException(
              "%s on %s was not done within %s; %d bytes are buffered"
                  .formatted(read.request, stream, Futures.inWords(timeout), buffer.size())));
    }
  }

  /** Ends a read whose bytes stay in the stream. */
  void withdraw(PendingRead<?> read) {
    if (pending == read) {
      pending = null;
      giveBack(read);
      stream.countMemory();
      read.cancelDeadline();
    }
  }

  private void giveBack(PendingRead<?> read) {
    if (read.request instanceof ReadRequest.Into into) {
      into.giveBack(buffer);
    }
  }

  // ---------------------------------------------------------------- bytes come in

  /** The transport has something to read. On the bare thread. */
  void ready() {
    drainedInTurn = -1;
    if (pending != null) {
      pumpUnlessContinued();
    } else if (stream.listensWhileIdle()) {
      listen();
    } else {
      stream.updateInterest();
    }
  }

  /** The poller reports an error: a read says which. On the bare thread. */
  void failed() {
    drainedInTurn = -1;
    broken = true;
    if (pending != null) {
      pumpUnlessContinued();
    } else {
      listen();
    }
  }

  private void pumpUnlessContinued() {
    if (!continues) {
      pump();
    }
  }

  /**
   * Nobody reads, but somebody wants to know when the peer goes: takes one chunk at most, so that a
   * peer that talks on is held back as always.
   */
  private void listen() {
    if (mustPause(null)) {
      return;
    }
    try {
      if (receive() < 0) {
        end();
      }
      stream.countMemory();
    } catch (IOException failure) {
      stream.closeOnFailure(failure);
    }
    stream.updateInterest();
  }

  /**
   * Goes on until the pending read is satisfied, the transport is empty, or the budget is spent.
   */
  private void pump() {
    int budget = EVENT_BUDGET;
    try {
      takeFromBuffer(false);
      while (pending != null && budget > 0) {
        if (isFull(pending.request) || mustPause(pending.request)) {
          return;
        }
        int count = drainedInTurn == loop.io().turns() ? 0 : receive();
        if (count < 0) {
          end();
          return;
        }
        takeFromBuffer(count == 0);
        if (count == 0) {
          return;
        }
        budget -= count;
        loop.io().budget().spend(count);
      }
      if (pending != null) {
        continueLater();
      }
    } catch (UnsatisfiableReadException failure) {
      stream.closeUnsatisfiable(failure);
    } catch (IOException failure) {
      stream.closeOnFailure(failure);
    } catch (Error exhausted) {
      // No heap for what was received, which is gone then, or no stack for a pattern: there is no
      // going on, and the reader must not wait for it.
      stream.close(exhausted);
    }
  }

  /** Closes the stream when the read can never be satisfied within what may be buffered. */
  private boolean isFull(ReadRequest request) throws IOException {
    if (buffer.size() < limits.maxBufferSize()) {
      return false;
    }
    takeFromBuffer(true);
    if (pending == null) {
      return true;
    }
    // A read of everything is satisfied if nothing comes any more but the end.
    boolean everything = request instanceof ReadRequest.UntilClose;
    int more = everything ? stream.transport().read(ByteBuffer.allocate(1)) : 1;
    if (more < 0) {
      end();
    } else if (more > 0) {
      stream.close(StreamBufferFullException.ofRead(request, buffer, limits.maxBufferSize()));
    }
    return true;
  }

  /**
   * Whether the loop is short of memory and this stream holds what is guaranteed to it. Memory of
   * the caller's is not the loop's.
   */
  private boolean mustPause(@Nullable ReadRequest request) {
    boolean before = paused;
    paused =
        loop.io().memory().holdsBack()
            && stream.waitingBytes() >= MemoryBudget.GUARANTEED_BYTES
            && !(request instanceof ReadRequest.Into);
    if (paused) {
      takeFromBuffer(true); // a costly look that was put off
      stream.pauseReading();
    }
    if (paused != before) {
      stream.updateInterest();
    }
    return paused;
  }

  /** The loop has memory again, or this stream does not hold much any more. */
  void goOn() {
    paused = false;
    if (pending != null) {
      continueLater();
    }
    stream.updateInterest();
  }

  /** One read of the transport; its result. Caller-owned memory is filled without a detour. */
  private int receive() throws IOException {
    if (buffer.isEmpty()
        && pending != null
        && pending.request instanceof ReadRequest.Into into
        && into.target().hasRemaining()) {
      int room = Math.min(into.target().remaining(), limits.readChunkSize());
      return noteIfDrained(stream.transport().read(into.target()), room);
    }
    long most = Math.min(BufferPool.BLOCK_BYTES, limits.readChunkSize());
    long room = limits.maxBufferSize() - buffer.size();
    if (room > 0) { // else nobody reads, and what is left of a broken connection is taken
      most = Math.min(most, room);
    }
    if (loop.io().memory().holdsBack()) {
      long guaranteed = MemoryBudget.GUARANTEED_BYTES - stream.waitingBytes();
      most = guaranteed > 0 ? Math.min(most, guaranteed) : most;
    }
    var scratch = loop.io().directBuffers().take();
    try {
      int count = stream.transport().read(scratch.limit((int) most));
      if (count > 0) {
        buffer.append(scratch.flip());
      }
      return noteIfDrained(count, most);
    } finally {
      loop.io().directBuffers().give(scratch);
    }
  }

  /** A read that gets less than it had room for has emptied the socket, as far as anybody knows. */
  private int noteIfDrained(int count, long most) {
    if (count >= 0 && count < most) {
      drainedInTurn = loop.io().turns();
    }
    return count;
  }

  private void takeFromBuffer(boolean all) {
    var read = pending;
    if (read == null) {
      return;
    }
    int matched = read.request.match(buffer, all);
    if (matched >= 0) {
      pending = null;
      completedReads++;
      read.complete(buffer, matched);
    } else if (read.request instanceof ReadRequest.Into into) {
      into.take(buffer);
    }
    stream.countMemory();
  }

  // ---------------------------------------------------------------- the end

  private void end() {
    ended = true;
    if (stream.allowsHalfClose()) {
      finishPending(null);
      stream.countMemory();
      stream.updateInterest();
    } else {
      stream.close();
    }
  }

  /** Completes the pending read with what there is, if that is enough for it, and else fails it. */
  void finishPending(@Nullable Throwable error) {
    var read = pending;
    if (read == null) {
      return;
    }
    pending = null;
    boolean everything = read.request instanceof ReadRequest.UntilClose;
    int matched = everything && error != null ? -1 : matchAtEnd(read.request, error);
    if (matched >= 0) {
      completedReads++;
      read.complete(buffer, matched);
    } else if (everything) {
      read.fail(StreamClosedException.withPartial(error, buffer.take(buffer.size())));
    } else if (read.request instanceof ReadRequest.Into into) {
      read.fail(StreamClosedException.withTransferred(error, into.transferred()));
    } else {
      read.fail(new StreamClosedException(error));
    }
  }
}
