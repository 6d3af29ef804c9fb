// SPDX-License-Identifier: Apache-2.0
package whirlwind.testing;

import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import whirlwind.io.Interest;
import whirlwind.io.ReadyHandler;
import whirlwind.io.Transport;

/**
 * One end of a connection in memory, for tests of whatever runs over a transport: deterministic,
 * without a kernel, and able to fail, dribble and stall on demand.
 *
 * <p>Threads: one loop for both ends, also for the methods that only tests call.
 *
 * <p>Ordering: readiness is reported through the loop's {@code execute}, never inside a call. While
 * something is wanted and holds it is reported again each turn; when there is nothing to report
 * nothing is queued, so that an idle loop sleeps. Bytes that were written before a close, a
 * shutdown or a reset are read before it shows.
 *
 * <p>Errors: as those of a socket. After a reset by the peer reads and writes throw a {@link
 * SocketException} "Connection reset"; writing to a peer that has closed throws an {@link
 * IOException} "Broken pipe".
 */
public final class MemoryTransport implements Transport {

  /** Two connected ends; what one writes the other reads. */
  public record Pair(MemoryTransport near, MemoryTransport far) {}

  /** What passed through one end: bytes that moved, and calls, those that moved none included. */
  public record Statistics(long bytesRead, long bytesWritten, int reads, int writes, int reports) {}

  private final Executor loop;
  private final Pipe in;
  private final Pipe out;

  private @Nullable ReadyHandler handler;
  private int wanted;
  private boolean reportQueued;
  private boolean errorReported;
  private boolean stalled;
  private boolean closed;

  private int maxRead = Integer.MAX_VALUE;
  private int maxWrite = Integer.MAX_VALUE;
  private @Nullable IOException nextReadFailure;
  private @Nullable IOException nextWriteFailure;

  private long bytesRead;
  private long bytesWritten;
  private int reads;
  private int writes;
  private int reports;

  private MemoryTransport(Executor loop, Pipe in, Pipe out) {
    this.loop = loop;
    this.in = in;
    this.out = out;
    in.reader = this;
    out.writer = this;
  }

  /**
   * Connects two ends.
   *
   * @param loop runs a job on a later turn; never inside {@code execute}
   * @param capacityBytes how many unread bytes each direction holds before writes answer 0
   */
  public static Pair pair(Executor loop, int capacityBytes) {
    Objects.requireNonNull(loop, "loop");
    if (capacityBytes < 1) {
      throw new IllegalArgumentException("capacity: wanted at least 1 byte, got " + capacityBytes);
    }
    var there = new Pipe(capacityBytes);
    var back = new Pipe(capacityBytes);
    return new Pair(new MemoryTransport(loop, back, there), new MemoryTransport(loop, there, back));
  }

  @Override
  public void attach(ReadyHandler handler) throws IOException {
    Objects.requireNonNull(handler, "handler");
    ensureOpen();
    this.handler = handler;
    wanted = Interest.NONE;
    queueReport();
  }

  @Override
  public void interest(int mask) {
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

  @Override
  public int read(ByteBuffer dst) throws IOException {
    ensureOpen();
    reads++;
    if (nextReadFailure != null) {
      IOException failure = nextReadFailure;
      nextReadFailure = null;
      throw failure;
    }
    if (!dst.hasRemaining()) {
      return 0;
    }
    if (in.size == 0) {
      if (in.reset) {
        throw new SocketException("Connection reset");
      }
      return in.ended ? -1 : 0;
    }
    int count = in.take(dst, maxRead);
    bytesRead += count;
    in.writer().queueReport();
    return count;
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    ensureOpen();
    writes++;
    if (nextWriteFailure != null) {
      IOException failure = nextWriteFailure;
      nextWriteFailure = null;
      throw failure;
    }
    if (out.ended) {
      throw new ClosedChannelException();
    }
    if (in.reset) {
      throw new SocketException("Connection reset");
    }
    if (out.reader().closed) {
      throw new IOException("Broken pipe");
    }
    int count = out.put(src, maxWrite);
    bytesWritten += count;
    out.reader().queueReport();
    return count;
  }

  @Override
  public void shutdownOutput() throws IOException {
    ensureOpen();
    out.ended = true;
    out.reader().queueReport();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    out.ended = true;
    in.discard();
    out.reader().queueReport();
  }

  /** Closes this end as if the connection broke: the peer reads what it has, then fails. */
  public void reset() {
    if (closed) {
      return;
    }
    out.reset = true;
    close();
  }

  /** Makes the next read throw; until then the transport reports that it can be read. */
  public void failNextRead(IOException failure) {
    nextReadFailure = Objects.requireNonNull(failure, "failure");
    queueReport();
  }

  /** Makes the next write throw; until then the transport reports that it can be written. */
  public void failNextWrite(IOException failure) {
    nextWriteFailure = Objects.requireNonNull(failure, "failure");
    queueReport();
  }

  /** Limits what one read gives, for example to one byte. */
  public void maxRead(int bytes) {
    maxRead = checkLimit("maxRead", bytes);
  }

  /** Limits what one write takes, for example to one byte. */
  public void maxWrite(int bytes) {
    maxWrite = checkLimit("maxWrite", bytes);
  }

  private static int checkLimit(String name, int bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException(name + ": wanted at least 1 byte, got " + bytes);
    }
    return bytes;
  }

  /** Holds back the reports of this end, or lets them go on; reads and writes work as ever. */
  public void stall(boolean on) {
    stalled = on;
    queueReport();
  }

  /** How many bytes this end could read now. */
  public int available() {
    return in.size;
  }

  /** Whether this end was closed, by {@link #close} or {@link #reset}. */
  public boolean closed() {
    return closed;
  }

  /** What is wanted of this end now, an OR of {@link Interest} bits. */
  public int interest() {
    return wanted;
  }

  /** What passed through this end so far. */
  public Statistics statistics() {
    return new Statistics(bytesRead, bytesWritten, reads, writes, reports);
  }

  private void ensureOpen() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  private int events() {
    boolean readable = in.size > 0 || in.ended || nextReadFailure != null;
    boolean writable =
        out.room() > 0 || in.reset || out.reader().closed || nextWriteFailure != null;
    int ready = (readable ? Interest.READ : 0) | (writable ? Interest.WRITE : 0);
    int current = ready & wanted;
    // with nothing wanted an error is told once, else it would keep the loop awake
    boolean tellError = in.reset && (current != 0 || !errorReported);
    return tellError ? current | Interest.ERROR : current;
  }

  private void queueReport() {
    if (reportQueued || handler == null || stalled || closed || events() == 0) {
      return;
    }
    reportQueued = true;
    loop.execute(this::report);
  }

  private void report() {
    reportQueued = false;
    if (handler == null || stalled || closed) {
      return;
    }
    int events = events();
    if (events == 0) {
      return;
    }
    reports++;
    errorReported |= (events & Interest.ERROR) != 0;
    handler.ready(events);
    queueReport();
  }

  @Override
  public String toString() {
    return "MemoryTransport["
        + (closed ? "closed" : Interest.toString(wanted))
        + ", "
        + in.size
        + " bytes to read, "
        + out.room()
        + " to write]";
  }

  /** One direction: a ring of bytes and how it ended. */
  private static final class Pipe {
    private final byte[] ring;
    private int start;
    private int size;
    private boolean ended;
    private boolean reset;
    private @Nullable MemoryTransport reader;
    private @Nullable MemoryTransport writer;

    Pipe(int capacity) {
      ring = new byte[capacity];
    }

    MemoryTransport reader() {
      return Objects.requireNonNull(reader);
    }

    MemoryTransport writer() {
      return Objects.requireNonNull(writer);
    }

    int room() {
      return ring.length - size;
    }

    int put(ByteBuffer src, int max) {
      int count = Math.min(Math.min(src.remaining(), room()), max);
      int end = (start + size) % ring.length;
      int first = Math.min(count, ring.length - end);
      src.get(ring, end, first).get(ring, 0, count - first);
      size += count;
      return count;
    }

    int take(ByteBuffer dst, int max) {
      int count = Math.min(Math.min(dst.remaining(), size), max);
      int first = Math.min(count, ring.length - start);
      dst.put(ring, start, first).put(ring, 0, count - first);
      start = (start + count) % ring.length;
      size -= count;
      return count;
    }

    void discard() {
      size = 0;
    }
  }
}
