// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import whirlwind.events.Events;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.io.Interest;
import whirlwind.io.Transport;
import whirlwind.loop.BufferHolder;
import whirlwind.loop.IOLoop;
import whirlwind.loop.MemoryBudget;
import whirlwind.loop.Task;
import whirlwind.tls.TlsTruncatedException;

/**
 * A stream of bytes over a {@link Transport}: the whole machine that every kind of stream shares.
 * For whoever talks over a connection.
 *
 * <p><b>Reading.</b> One read at a time; a second one throws {@link IllegalStateException}. Each
 * looks into what was received before, then tries the transport, then waits. Bytes beyond what it
 * asked for stay for the next read, of whichever kind. While no read is pending nothing is taken
 * from the transport beyond one chunk, so that the peer is held back. Results are arrays that
 * belong to the caller.
 *
 * <p><b>Writing.</b> Bytes are sent in the order of the calls. A future completes when the kernel
 * has the bytes of its call and all before, or will get them, with room for them, before the loop
 * next waits; the caller's array or buffer may be reused when the call returns. Await writes: only
 * that bounds the memory, see {@link StreamLimits}.
 *
 * <p><b>Giving up.</b> Every read takes an optional time-out, and its future can be cancelled. Both
 * leave every byte and the stream as if the read had never been. A write that is given up is sent
 * nevertheless.
 *
 * <p><b>Errors.</b> Bad arguments throw at the call, as does any use of a closed stream, except
 * that reads succeed as long as what was received satisfies them. What fails later fails the future
 * with {@link StreamClosedException}, whose {@code realError()} is this stream's {@link #error}.
 *
 * <p><b>Threads:</b> on the loop only; elsewhere {@link IllegalStateException}. Only {@link
 * #limits()}, {@link #loop()}, {@link #receivedBytes()}, {@link #unsentBytes()}, {@link
 * #bufferedBytes()} and {@link #toString()} may be called from anywhere.
 *
 * <p>Source: Tornado's {@code tornado.iostream.BaseIOStream}.
 */
public abstract sealed class BaseIOStream implements BufferHolder permits IOStream, PipeIOStream {
  private static final System.Logger LOG = System.getLogger("whirlwind.stream");

  /** Takes nothing. */
  private static final PendingRead.Taker<Boolean> MORE = (in, _) -> !in.isEmpty();

  /** No count of reads, so that it has changed in any case. */
  private static final long ONE_TURN_MORE = -1;

  private enum State {
    /** There is no transport yet. */
    UNCONNECTED,
    /** The transport is on its way; writes queue. */
    CONNECTING,
    OPEN,
    CLOSED
  }

  private final IOLoop loop;
  private final StreamLimits limits;
  private final StreamInput input;
  private final StreamOutput output;
  private State state = State.UNCONNECTED;
  private @Nullable Transport transport;

  /** What is there before the transport and has to be closed, too. */
  private @Nullable Closeable source;

  private int interest = Interest.NONE;
  private boolean inEvent;
  private boolean allowHalfClose;
  private @Nullable Throwable error;
  private @Nullable PendingConnect<?> connect;

  /** A read that consists of many, in a coroutine of its own. */
  private @Nullable Task<?> longRead;

  private @Nullable Runnable closeCallback;
  private @Nullable Promise<@Nullable Void> whenClosed;

  /** Who goes on with the connection. */
  private @Nullable BaseIOStream heir;

  /** The bytes that the loop knows of. */
  private long counted;

  /** What the loop knows this stream by while it holds much. */
  private @Nullable StreamMemory large;

  BaseIOStream(IOLoop loop, StreamLimits limits) {
    this.loop = Objects.requireNonNull(loop, "loop");
    this.limits = Objects.requireNonNull(limits, "limits");
    this.input = new StreamInput(this, loop, limits);
    this.output = new StreamOutput(this, loop, limits);
    loop.requireCurrent();
    loop.io().opened(this);
  }

  // ---------------------------------------------------------------- reading

  /**
   * Waits until there is something to read, which it leaves where it is, or the end. True means at
   * least one byte; false that the input has ended cleanly, or this end was closed by {@link
   * #close()}. Any other end fails it. For reading messages until there are no more:
   *
   * <pre>{@code
   * while (stream.hasMore().await()) {
   *   var line = stream.readUntil("\n").await(); // fails if the end comes within a line
   * }
   * }</pre>
   */
  public final Future<Boolean> hasMore() {
    return hasMore(null);
  }

  /** {@link #hasMore()} that gives up after {@code timeout}; null means never. */
  public final Future<Boolean> hasMore(@Nullable Duration timeout) {
    checkMayRead();
    return begin(new ReadRequest.More(), MORE, timeout);
  }

  /** Reads exactly {@code count} bytes; none, at once and even from a closed stream, if it is 0. */
  public final Future<byte[]> readBytes(int count) {
    return readBytes(count, (Duration) null);
  }

  /** {@link #readBytes(int)} that gives up after {@code timeout}; null means never. */
  public final Future<byte[]> readBytes(int count, @Nullable Duration timeout) {
    return read(new ReadRequest.Exactly(count), count == 0, timeout);
  }

  /**
   * Reads exactly {@code count} bytes and gives them to {@code chunks} as they come; the future's
   * own value is empty. The consumer may await: the next chunk comes when it returns. If it throws
   * anything but a cancellation, the stream closes with that.
   */
  public final Future<byte[]> readBytes(int count, Consumer<? super byte[]> chunks) {
    var request = new ReadRequest.Exactly(count);
    return readChunks(request.toString(), count, false, chunks);
  }

  /** Reads what there is as soon as there is any, at least one byte and at most {@code max}. */
  public final Future<byte[]> readPartial(int max) {
    return readPartial(max, null);
  }

  /** {@link #readPartial(int)} that gives up after {@code timeout}; null means never. */
  public final Future<byte[]> readPartial(int max, @Nullable Duration timeout) {
    return read(new ReadRequest.Partial(max), max == 0, timeout);
  }

  /** Reads up to and including {@code delimiter}. */
  public final Future<byte[]> readUntil(byte[] delimiter) {
    return readUntil(delimiter, ReadRequest.NO_LIMIT, null);
  }

  /** {@link #readUntil(byte[])} that gives up after {@code timeout}; null means never. */
  public final Future<byte[]> readUntil(byte[] delimiter, @Nullable Duration timeout) {
    return readUntil(delimiter, ReadRequest.NO_LIMIT, timeout);
  }

  /**
   * {@link #readUntil(byte[])} that closes the stream with {@link UnsatisfiableReadException} when
   * the delimiter does not end within {@code maxBytes}.
   */
  public final Future<byte[]> readUntil(byte[] delimiter, int maxBytes) {
    return readUntil(delimiter, maxBytes, null);
  }

  /** {@link #readUntil(byte[], int)} that gives up after {@code timeout}; null means never. */
  public final Future<byte[]> readUntil(
      byte[] delimiter, int maxBytes, @Nullable Duration timeout) {
    return read(new ReadRequest.Until(delimiter, maxBytes), false, timeout);
  }

  /** {@link #readUntil(byte[])} for the delimiter's UTF-8 bytes. */
  public final Future<byte[]> readUntil(String delimiter) {
    return readUntil(utf8(delimiter));
  }

  /** {@link #readUntil(byte[], Duration)} for the delimiter's UTF-8 bytes. */
  public final Future<byte[]> readUntil(String delimiter, @Nullable Duration timeout) {
    return readUntil(utf8(delimiter), timeout);
  }

  /** {@link #readUntil(byte[], int)} for the delimiter's UTF-8 bytes. */
  public final Future<byte[]> readUntil(String delimiter, int maxBytes) {
    return readUntil(utf8(delimiter), maxBytes);
  }

  /** {@link #readUntil(byte[], int, Duration)} for the delimiter's UTF-8 bytes. */
  public final Future<byte[]> readUntil(
      String delimiter, int maxBytes, @Nullable Duration timeout) {
    return readUntil(utf8(delimiter), maxBytes, timeout);
  }

  /**
   * Reads up to and including the first match of {@code regex}, to which bytes look like characters
   * of ISO-8859-1. It is tried on what has arrived: what an open-ended expression such as {@code
   * a+} matches depends on how the bytes were split on their way.
   */
  public final Future<byte[]> readUntilRegex(Pattern regex) {
    return readUntilRegex(regex, ReadRequest.NO_LIMIT, null);
  }

  /**
   * {@link #readUntilRegex(Pattern)} that closes the stream with {@link UnsatisfiableReadException}
   * when no match ends within {@code maxBytes}.
   */
  public final Future<byte[]> readUntilRegex(Pattern regex, int maxBytes) {
    return readUntilRegex(regex, maxBytes, null);
  }

  /** {@link #readUntilRegex(Pattern)} that gives up after {@code timeout}; null means never. */
  public final Future<byte[]> readUntilRegex(Pattern regex, @Nullable Duration timeout) {
    return readUntilRegex(regex, ReadRequest.NO_LIMIT, timeout);
  }

  /**
   * {@link #readUntilRegex(Pattern, int)} that gives up after {@code timeout}; null means never.
   */
  public final Future<byte[]> readUntilRegex(
      Pattern regex, int maxBytes, @Nullable Duration timeout) {
    return read(new ReadRequest.UntilMatch(regex, maxBytes), false, timeout);
  }

  /**
   * {@link #readUntilRegex(Pattern)} for an expression that is compiled here.
   *
   * @throws java.util.regex.PatternSyntaxException when that fails
   */
  public final Future<byte[]> readUntilRegex(String regex) {
    return readUntilRegex(Pattern.compile(regex));
  }

  /** {@link #readUntilRegex(Pattern, int)} for an expression that is compiled here. */
  public final Future<byte[]> readUntilRegex(String regex, int maxBytes) {
    return readUntilRegex(Pattern.compile(regex), maxBytes);
  }

  /**
   * Fills {@code target}, and results in the number of bytes. The buffer is the stream's until the
   * future is done. Bytes go straight there and are not subject to {@code maxBufferSize}.
   */
  public final Future<Integer> readInto(ByteBuffer target) {
    return readInto(target, false, null);
  }

  /** {@link #readInto(ByteBuffer)}; {@code partial} is satisfied with at least one byte. */
  public final Future<Integer> readInto(ByteBuffer target, boolean partial) {
    return readInto(target, partial, null);
  }

  /**
   * {@link #readInto(ByteBuffer, boolean)} that gives up after {@code timeout}; null means never.
   */
  public final Future<Integer> readInto(
      ByteBuffer target, boolean partial, @Nullable Duration timeout) {
    var request = new ReadRequest.Into(target, partial);
    checkMayRead();
    if (!target.hasRemaining()) {
      return Futures.completed(loop, 0);
    }
    return begin(
        request,
        (in, _) -> {
          request.take(in);
          return request.transferred();
        },
        timeout);
  }

  /**
   * Reads all bytes until the stream closes, cleanly by the peer or by {@link #close()}; on a
   * closed stream, what is left. Any other end fails it, with what came before in {@link
   * StreamClosedException#partial()}.
   */
  public final Future<byte[]> readUntilClose() {
    return readUntilClose((Duration) null);
  }

  /** {@link #readUntilClose()} that gives up after {@code timeout}; null means never. */
  public final Future<byte[]> readUntilClose(@Nullable Duration timeout) {
    return read(new ReadRequest.UntilClose(), false, timeout);
  }

  /** {@link #readUntilClose()} by chunks, as {@link #readBytes(int, Consumer)} gives them. */
  public final Future<byte[]> readUntilClose(Consumer<? super byte[]> chunks) {
    return readChunks("readUntilClose()", ReadRequest.NO_LIMIT, true, chunks);
  }

  /**
   * Writes to {@code target} all that comes in until the input ends, and results in the number of
   * bytes. Nothing is read before {@code target} has taken what came before, so a slow target holds
   * this stream's peer back. The end is not passed on: {@code target} stays open.
   *
   * <p>Both streams stay as they are when one of them fails; {@code error()} of either says which.
   * What was read has been given to {@code target}, also when the copying is cancelled: it can go
   * on later, or be continued by other reads.
   *
   * @throws IllegalArgumentException when {@code target} is of another loop
   */
  public final Future<Long> copyTo(BaseIOStream target) {
    checkMayRead();
    Objects.requireNonNull(target, "target");
    if (target.loop != loop) {
      throw new IllegalArgumentException(
          "target: wanted a stream of %s, got one of %s".formatted(loop, target.loop));
    }
    target.checkMayWrite();
    int most = (int) Math.min(limits.readChunkSize(), target.limits.maxWriteBufferSize());
    var copy =
        new Copy(() -> begin(new ReadRequest.More(), MORE, null), () -> nextChunk(most), target);
    return readInCoroutine("copyTo(" + target + ")", copy);
  }

  private Future<byte[]> read(ReadRequest request, boolean nothing, @Nullable Duration timeout) {
    checkMayRead();
    if (nothing) {
      return Futures.completed(loop, new byte[0]);
    }
    return begin(request, (in, matched) -> in.take(matched), timeout);
  }

  private <T> Future<T> begin(
      ReadRequest request, PendingRead.Taker<T> taker, @Nullable Duration timeout) {
    var future = input.read(request, taker, timeout);
    if (listensWhileIdle()) {
      updateInterest(); // bytes that waited here have hidden the end of the input until now
    }
    return future;
  }

  private Future<byte[]> readChunks(
      String what, int count, boolean untilClose, Consumer<? super byte[]> chunks) {
    Objects.requireNonNull(chunks, "chunks");
    checkMayRead();
    var read = new ChunkedRead(this, count, untilClose, chunks, this::nextChunk);
    return readInCoroutine(what + " by chunks", read);
  }

  private Future<byte[]> nextChunk(int most) {
    return begin(new ReadRequest.Partial(most), (in, matched) -> in.take(matched), null);
  }

  private <T> Future<T> readInCoroutine(String what, Callable<T> reads) {
    var task = loop.spawn(what, reads);
    longRead = task;
    var result = new Promise<T>(loop).named(what, this);
    Futures.chain(task, result);
    return result.onCancel(_ -> task.cancel());
  }

  private void checkMayRead() {
    loop.requireCurrent();
    if (reading()) {
      if (closed()) {
        throw new StreamClosedException(error);
      }
      throw new IllegalStateException(
          "Already reading: wanted " + this + " without a pending read");
    }
    if (state == State.UNCONNECTED) {
      throw new IllegalStateException("wanted a connected stream, got " + this);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  // ---------------------------------------------------------------- writing

  /** Writes {@code bytes}. */
  public final Future<@Nullable Void> write(byte[] bytes) {
    return send(null, ByteBuffer.wrap(bytes));
  }

  /** {@link #write(byte[])} whose future gives up after {@code timeout}; the bytes stay queued. */
  public final Future<@Nullable Void> write(byte[] bytes, @Nullable Duration timeout) {
    return send(timeout, ByteBuffer.wrap(bytes));
  }

  /** Writes the text as UTF-8. */
  public final Future<@Nullable Void> write(String text) {
    return write(utf8(text));
  }

  /** {@link #write(String)} whose future gives up after {@code timeout}; the bytes stay queued. */
  public final Future<@Nullable Void> write(String text, @Nullable Duration timeout) {
    return write(utf8(text), timeout);
  }

  /**
   * Writes what remains in each buffer, in one go where possible; their positions move to their
   * limits.
   */
  public final Future<@Nullable Void> write(ByteBuffer... sources) {
    return send(null, sources);
  }

  private Future<@Nullable Void> send(@Nullable Duration timeout, ByteBuffer... sources) {
    checkMayWrite();
    return output.write(sources, timeout);
  }

  final void checkMayWrite() {
    loop.requireCurrent();
    if (state == State.UNCONNECTED) {
      close(new IOException("Broken pipe: nothing can be written before connect()"));
    }
    if (closed()) {
      throw new StreamClosedException(error);
    }
    if (output.isShutDown()) {
      throw new IllegalStateException(
          "wanted a stream whose output is open, got " + this + " after shutdownOutput()");
    }
  }

  /**
   * Tells the peer, after all that was written, that no more will come; reading goes on. A second
   * call does nothing.
   *
   * @throws StreamClosedException when the stream is closed
   */
  public final void shutdownOutput() {
    loop.requireCurrent();
    if (closed()) {
      throw new StreamClosedException(error);
    }
    if (state == State.UNCONNECTED) {
      throw new IllegalStateException("wanted a connected stream, got " + this);
    }
    if (!output.isShutDown()) {
      try {
        output.shutdown();
      } catch (IOException failure) {
        closeOnSendFailure(failure);
      }
    }
  }

  // ---------------------------------------------------------------- closing

  /** Closes the stream; unsent bytes are dropped. Closing again does nothing. */
  public final void close() {
    close(null);
  }

  /**
   * {@link #close()} because of {@code cause}, which becomes the {@link #error}; the first one
   * counts.
   */
  public final void close(@Nullable Throwable cause) {
    loop.requireCurrent();
    if (heir != null) {
      heir.close(cause); // whoever owns this stream owns its connection
    }
    if (closed()) {
      return;
    }
    if (state == State.OPEN) {
      output.sendGatheredBeforeClose();
    }
    Events.streamClosed(this, cause);
    state = State.CLOSED;
    error = cause;
    closeTransport();
    input.finishPending(cause);
    endConnecting(waiting -> waiting.fail(cause));
    output.fail(cause);
    countMemory();
    loop.io().closed(this);
    if (closeCallback != null) {
      queueCloseCallback(closeCallback, ONE_TURN_MORE);
    }
    if (whenClosed != null) {
      whenClosed.trySetResult(null);
    }
  }

  private void closeTransport() {
    try {
      if (transport != null) {
        transport.close();
      } else if (source != null) {
        source.close();
      }
    } catch (IOException _) {
      // There is nothing left to lose, and nothing that anybody could do.
    }
  }

  /**
   * The close callback comes last: after the reads that what was received satisfies, also when
   * callbacks of such reads start further ones, after a consumer of chunks, which may await, and
   * after callbacks of the operation that has just found the stream broken and is not yet in its
   * caller's hands.
   */
  private void queueCloseCallback(Runnable callback, long completedReads) {
    loop.addCallback(
        () -> {
          if (input.completedReads() != completedReads) {
            queueCloseCallback(callback, input.completedReads());
          } else if (longRead != null) {
            queueCloseCallbackAfter(longRead, callback);
          } else if (closeCallback == callback) {
            closeCallback = null;
            callback.run();
          }
        });
  }

  private void queueCloseCallbackAfter(Task<?> chunks, Runnable callback) {
    chunks.onComplete(
        _ -> {
          if (longRead == chunks) {
            longRead = null;
          }
          queueCloseCallback(callback, input.completedReads());
        });
  }

  /** Closes because receiving failed. Whoever began a read just now learns it from that. */
  final void closeOnFailure(IOException failure) {
    if (inEvent) {
      logUnlessRoutine(failure);
    }
    close(failure);
  }

  /**
   * Closes because sending failed. Writes are often not awaited, therefore the log tells always.
   */
  final void closeOnSendFailure(IOException failure) {
    logUnlessRoutine(failure);
    close(failure);
  }

  private void logUnlessRoutine(IOException failure) {
    if (!closed() && !connecting() && !isRoutine(failure)) {
      // Not here: this may be the loop's bare thread, which must not wait for a logger's lock.
      var name = toString();
      if (failure instanceof SSLException) {
        // The peer's bytes are at fault, no line of ours: a trace would only fill the log.
        loop.execute(() -> LOG.log(Level.WARNING, "error on " + name + ": " + failure));
      } else {
        loop.execute(() -> LOG.log(Level.WARNING, "error on " + name, failure));
      }
    }
  }

  final void closeUnsatisfiable(UnsatisfiableReadException failure) {
    var name = toString();
    loop.execute(
        () ->
            LOG.log(
                Level.INFO, "unsatisfiable read, closing {0}: {1}", name, failure.getMessage()));
    close(failure);
  }

  /** The ways in which connections usually end; the JDK tells them apart by message alone. */
  private static boolean isRoutine(IOException failure) {
    var message = failure.getMessage();
    return failure instanceof ClosedChannelException
        || failure instanceof TlsTruncatedException
        || message != null
            && (message.contains("reset")
                || message.contains("Broken pipe")
                || message.contains("abort")
                || message.contains("timed out"));
  }

  /**
   * Calls {@code callback} once when the stream has closed: on a later turn, after the pending
   * read. It replaces an earlier one; null removes that. On a closed stream it is called, too. An
   * idle stream with a callback notices when the peer goes.
   */
  public final void setCloseCallback(@Nullable Runnable callback) {
    loop.requireCurrent();
    closeCallback = callback;
    if (closed() && callback != null) {
      queueCloseCallback(callback, ONE_TURN_MORE);
    }
    updateInterest();
  }

  /**
   * Completes when the stream has closed, for whatever reason. An idle stream then notices when the
   * peer goes.
   */
  public final Future<@Nullable Void> whenClosed() {
    loop.requireCurrent();
    if (whenClosed == null) {
      whenClosed = new Promise<@Nullable Void>(loop).named("whenClosed()", this);
      if (closed()) {
        whenClosed.setResult(null);
      }
      updateInterest();
    }
    return whenClosed.view();
  }

  // ---------------------------------------------------------------- what it is

  /** Whether it is closed; true at once after {@link #close()}. */
  public final boolean closed() {
    loop.requireCurrent();
    return state == State.CLOSED;
  }

  /** Whether a read is pending. */
  public final boolean reading() {
    loop.requireCurrent();
    return isReading();
  }

  private boolean isReading() {
    return input.isReading() || longRead != null && !longRead.isDone();
  }

  /** Whether bytes wait to be sent. */
  public final boolean writing() {
    loop.requireCurrent();
    return output.isWriting();
  }

  /**
   * Why it was closed; null while it is open, after a clean end of the input, and after {@link
   * #close()}.
   */
  public final @Nullable Throwable error() {
    loop.requireCurrent();
    return error;
  }

  /** Whether the peer has ended its output and all of it was received. */
  public final boolean inputEnded() {
    loop.requireCurrent();
    return input.hasEnded();
  }

  /**
   * Whether the end of the input leaves the stream open for writing, until {@link #close()}. By
   * default it closes the stream.
   */
  public final void setAllowHalfClose(boolean allow) {
    loop.requireCurrent();
    allowHalfClose = allow;
  }

  /** Sends small writes at once instead of collecting them (TCP only); harmless elsewhere. */
  public final void setNodelay(boolean on) {
    loop.requireCurrent();
    if (transport != null && !closed()) {
      try {
        transport.noDelay(on);
      } catch (IOException _) {
        // The connection is gone; the next read or write says so.
      }
    }
  }

  @Override
  public final long receivedBytes() {
    return input.size();
  }

  @Override
  public final long unsentBytes() {
    return output.size();
  }

  /** How much may wait in it. */
  public final StreamLimits limits() {
    return limits;
  }

  /**
   * How many bytes of memory it holds: received and not read, written and not sent, and what TLS
   * and the transport hold for it. What all streams of a loop may hold together is its {@link
   * whirlwind.loop.MemoryLimit}.
   */
  @Override
  public final long bufferedBytes() {
    return ownHeldBytes() + (transport == null || closed() ? 0 : transport.heldBytes());
  }

  /** The loop that it lives on. */
  public final IOLoop loop() {
    return loop;
  }

  /** This end's address; null when there is none, or not any more. */
  public final @Nullable SocketAddress localAddress() {
    loop.requireCurrent();
    return transport == null ? null : transport.localAddress();
  }

  /** The peer's address; null when there is none, or not any more. */
  public final @Nullable SocketAddress remoteAddress() {
    loop.requireCurrent();
    return transport == null ? null : transport.remoteAddress();
  }

  /** Any thread may ask, for diagnosis. */
  @Override
  public final String toString() {
    var text = new StringBuilder(getClass().getSimpleName()).append('[');
    if (transport != null && state == State.OPEN && transport.localAddress() != null) {
      text.append(transport.localAddress()).append(" - ").append(transport.remoteAddress());
    } else {
      text.append(state.name().toLowerCase(Locale.ROOT));
    }
    text.append(isReading() ? ", reading" : "").append(output.isWriting() ? ", writing" : "");
    return text.append(']').toString();
  }

  // ---------------------------------------------------------------- the transport

  final boolean hasTransport() {
    return transport != null;
  }

  final Transport transport() {
    return Objects.requireNonNull(transport, "transport");
  }

  final boolean connecting() {
    return state == State.CONNECTING;
  }

  final boolean unconnected() {
    return state == State.UNCONNECTED;
  }

  final boolean allowsHalfClose() {
    return allowHalfClose;
  }

  /**
   * Whether the end of the input is of interest although nobody reads, and there is room to look.
   */
  final boolean listensWhileIdle() {
    return (closeCallback != null || whenClosed != null) && input.isEmpty() && !input.hasEnded();
  }

  /** Makes {@link #close()} close {@code ahead} as long as there is no transport. */
  final void closesWith(Closeable ahead) {
    source = ahead;
  }

  /** Begins to work over a transport that is connected. */
  final void open(Transport connected) throws IOException {
    state = State.OPEN;
    transport = connected;
    connected.attach(this::ready);
    Events.streamOpened(this);
  }

  /** Begins to work over a transport that is on its way, and tells {@code waiting} of its end. */
  final void connect(Transport onItsWay, PendingConnect<?> waiting) throws IOException {
    state = State.CONNECTING;
    transport = onItsWay;
    connect = waiting;
    onItsWay.attach(this::ready);
    updateInterest();
  }

  /** Tells the transport what is wanted now. */
  final void updateInterest() {
    if (closed() || transport == null) {
      return;
    }
    boolean read =
        !input.hasEnded() && !input.isPaused() && (input.isReading() || listensWhileIdle());
    boolean write = output.isWriting() || connecting();
    int wanted = (read ? Interest.READ : 0) | (write ? Interest.WRITE : 0);
    if (wanted != interest) {
      interest = wanted;
      transport.interest(wanted);
    }
  }

  /**
   * The poller says that the transport is ready: on the loop's bare thread, so here promises
   * complete and nothing else of the user's happens.
   */
  private void ready(int events) {
    inEvent = true;
    try {
      if (connecting()) {
        finishConnecting(events);
      }
      if (!closed() && (events & Interest.ERROR) != 0) {
        input.failed();
      }
      if (!closed() && (events & Interest.READ) != 0) {
        input.ready();
      }
      if (!closed() && (events & Interest.WRITE) != 0) {
        output.ready();
      }
    } catch (RuntimeException | Error bug) {
      close(bug);
    } finally {
      inEvent = false;
    }
  }

  // ---------------------------------------------------------------- memory

  /** What it holds itself; the transport counts for itself. */
  final long ownHeldBytes() {
    return input.heldBytes() + output.heldBytes();
  }

  /** The bytes that wait in it, in either direction. */
  final long waitingBytes() {
    return input.size() + output.size();
  }

  final boolean isBroken() {
    return input.isBroken();
  }

  /** Tells the loop what it holds by now, whenever that may have changed. */
  final void countMemory() {
    long now = state == State.CLOSED ? 0 : ownHeldBytes();
    var memory = loop.io().memory();
    if (now != counted) {
      memory.add(now - counted);
      counted = now;
    }
    boolean isLarge = now > 0 && waitingBytes() >= MemoryBudget.GUARANTEED_BYTES;
    var before = large;
    if (isLarge && before == null) {
      large = new StreamMemory(this);
      memory.grewLarge(large);
    } else if (!isLarge && before != null) {
      large = null;
      memory.gotSmall(before);
    }
  }

  /** Stops reading until the loop has memory again; it has counted much. */
  final void pauseReading() {
    if (large != null) {
      loop.io().memory().pause(large);
    }
  }

  final void goOnReading() {
    if (state != State.CLOSED) {
      input.goOn();
    }
  }

  private void finishConnecting(int events) {
    if ((events & Interest.ERROR) != 0) {
      input.failed();
      return;
    }
    if ((events & Interest.WRITE) != 0) {
      state = State.OPEN;
      Events.streamOpened(this);
      endConnecting(PendingConnect::succeed);
      updateInterest();
    }
  }

  private void endConnecting(Consumer<PendingConnect<?>> end) {
    var waiting = connect;
    connect = null;
    if (waiting != null) {
      end.accept(waiting);
    }
  }

  /** One more who waits for the end of the connecting that is under way. */
  final void alsoWaits(PendingConnect<?> waiting) {
    connect = waiting.before(connect);
  }

  // ---------------------------------------------------------------- handing the connection over

  /**
   * Checks that another stream can go on with this connection, with nothing lost in between.
   *
   * @param what wants to, for the message
   */
  final void requireIdle(String what) {
    loop.requireCurrent();
    if (closed()) {
      throw new StreamClosedException(error);
    }
    var reason =
        state != State.OPEN
            ? "one that is not connected"
            : isReading()
                ? "one with a pending read"
                : output.isWriting()
                    ? "one with bytes still to be sent"
                    : input.hasEnded()
                        ? "one whose input has ended"
                        : output.isShutDown()
                            ? "one whose output is shut down"
                            : !input.isEmpty()
                                ? "one with bytes that were received and not read"
                                : null;
    if (reason != null) {
      throw new IllegalStateException(
          what + ": wanted an idle stream, got " + reason + ": " + this);
    }
  }

  /**
   * Gives the connection to {@code heir}, and who waits for its end with it. This stream is closed
   * then, though the connection is not; closing it once more closes that.
   */
  final void handOverTo(BaseIOStream heir) {
    this.heir = heir;
    state = State.CLOSED;
    loop.io().closed(this);
    heir.closeCallback = closeCallback;
    heir.whenClosed = whenClosed;
    heir.allowHalfClose = allowHalfClose;
    closeCallback = null;
    whenClosed = null;
  }
}
