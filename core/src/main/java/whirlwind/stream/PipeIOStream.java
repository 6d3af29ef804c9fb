// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Pipe;
import java.util.Objects;
import whirlwind.io.Transport;
import whirlwind.loop.IOLoop;

/**
 * A stream over one end of a pipe, which either reads or writes. For whoever talks to a child
 * process (see {@code whirlwind.process}), to another thread, or over a descriptor that was handed
 * down.
 *
 * <p>The end is the stream's own from now on: closing the stream closes it. It becomes
 * non-blocking.
 *
 * <p><b>Errors.</b> The wrong direction closes the stream, with an {@link IOException} that says
 * "Bad file descriptor" as its {@link #error}. When the reader has gone, the next write closes it
 * with "Broken pipe".
 *
 * <p>Source: Tornado's {@code tornado.iostream.PipeIOStream}.
 */
public final class PipeIOStream extends BaseIOStream {

  /** Takes over an end with a poller of the loop. */
  @FunctionalInterface
  private interface Adoption {
    Transport of(IOLoop loop) throws IOException;
  }

  /** A stream of the current loop that reads from a pipe, with the default limits. */
  public PipeIOStream(Pipe.SourceChannel source) {
    this(source, StreamLimits.defaults());
  }

  /**
   * A stream of the current loop that reads from a pipe.
   *
   * @throws UncheckedIOException when the end cannot be used, for example because it is closed
   */
  public PipeIOStream(Pipe.SourceChannel source, StreamLimits limits) {
    Objects.requireNonNull(source, "source");
    this(
        IOLoop.current(),
        loop -> loop.io().provider().adopt(loop.io().poller(), source),
        source,
        limits);
  }

  /** A stream of the current loop that writes into a pipe, with the default limits. */
  public PipeIOStream(Pipe.SinkChannel sink) {
    this(sink, StreamLimits.defaults());
  }

  /**
   * A stream of the current loop that writes into a pipe.
   *
   * @throws UncheckedIOException when the end cannot be used, for example because it is closed
   */
  public PipeIOStream(Pipe.SinkChannel sink, StreamLimits limits) {
    Objects.requireNonNull(sink, "sink");
    this(
        IOLoop.current(),
        loop -> loop.io().provider().adopt(loop.io().poller(), sink),
        sink,
        limits);
  }

  /** A stream of the current loop over a descriptor of this process, with the default limits. */
  public PipeIOStream(int fd) {
    this(fd, StreamLimits.defaults());
  }

  /**
   * A stream of the current loop over a descriptor of this process, one end of a pipe. Which end
   * shows when it is used.
   *
   * @throws IllegalArgumentException when the loop's poller takes no descriptors, or {@code fd} is
   *     negative
   * @throws UncheckedIOException when the descriptor cannot be used, for example because it is
   *     closed
   */
  public PipeIOStream(int fd, StreamLimits limits) {
    if (fd < 0) {
      throw new IllegalArgumentException("file descriptor: wanted 0 or more, got " + fd);
    }
    this(IOLoop.current(), loop -> loop.io().provider().adopt(loop.io().poller(), fd), fd, limits);
  }

  /** A stream of {@code loop} over a transport of one direction, which is its own from now on. */
  public PipeIOStream(IOLoop loop, Transport transport, StreamLimits limits) {
    Objects.requireNonNull(transport, "transport");
    this(loop, _ -> transport, transport, limits);
  }

  private PipeIOStream(IOLoop loop, Adoption adoption, Object end, StreamLimits limits) {
    super(loop, limits);
    try {
      open(adoption.of(loop));
    } catch (IOException failure) {
      close(failure);
      throw new UncheckedIOException("no stream can be made of " + end, failure);
    } catch (RuntimeException refused) {
      close(refused);
      throw refused;
    }
  }
}
