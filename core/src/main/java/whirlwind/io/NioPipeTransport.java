// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/**
 * A transport over one end of a {@link Pipe}, which does half of what a transport can: the other
 * half fails as it does in the kernel.
 *
 * <p>A selector does not tell the writing end that the reader has gone unless it is asked for room;
 * the next write finds out.
 */
final class NioPipeTransport implements Transport, Closeable {

  /** Which end. */
  sealed interface End {
    /** The channel that is polled and closed. */
    SelectableChannel channel();
  }

  /** The reading end. */
  record Source(Pipe.SourceChannel channel) implements End {}

  /** The writing end. */
  record Sink(Pipe.SinkChannel channel) implements End {}

  private final NioPoller poller;
  private final End end;
  private @Nullable PollKey key;
  private boolean closed;

  /** Owns the channel from now on. */
  NioPipeTransport(NioPoller poller, End end) throws IOException {
    this.poller = poller;
    this.end = end;
    end.channel().configureBlocking(false);
    poller.own(this);
  }

  @Override
  public void attach(ReadyHandler handler) throws IOException {
    ensureOpen();
    if (key != null) {
      key.cancel();
    }
    key = poller.register(new PollSource.Channel(end.channel()), Interest.NONE, handler);
  }

  @Override
  public void interest(int mask) {
    int inAndOut = Interest.check(mask) & ~Interest.ERROR;
    if (closed) {
      return;
    }
    if (key == null) {
      throw new IllegalStateException("interest: wanted an attached transport, got " + this);
    }
    if (end.channel().isOpen()) { // else its output was shut down, and there is no more to know
      key.interest(inAndOut);
    }
  }

  private void ensureOpen() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    ensureOpen();
    return switch (end) {
      case Source(var channel) -> dst.hasRemaining() ? ChannelBytes.read(channel, dst) : 0;
      case Sink _ -> throw wrongEnd("read from", "writing");
    };
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    ensureOpen();
    return switch (end) {
      case Source _ -> throw wrongEnd("write to", "reading");
      case Sink(var channel) -> ChannelBytes.write(channel, src);
    };
  }

  @Override
  public long write(ByteBuffer[] srcs) throws IOException {
    ensureOpen();
    return switch (end) {
      case Source _ -> throw wrongEnd("write to", "reading");
      case Sink(var channel) -> ChannelBytes.write(channel, srcs);
    };
  }

  /** The kernel's words for it come first. */
  private static IOException wrongEnd(String wanted, String got) {
    return new IOException(
        "Bad file descriptor: wanted an end of a pipe to " + wanted + ", got its " + got + " end");
  }

  /** For the reader, the end of the input is that all writing ends are closed. */
  @Override
  public void shutdownOutput() throws IOException {
    ensureOpen();
    switch (end) {
      case Source _ -> throw wrongEnd("shut down the output of", "reading");
      case Sink(var channel) -> closeChannel(channel);
    }
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    poller.disown(this);
    closeChannel(end.channel());
  }

  private void closeChannel(SelectableChannel channel) throws IOException {
    if (!channel.isOpen()) {
      return;
    }
    channel.close();
    if (key != null) {
      key.cancel();
      poller.flushCancelled(); // else the other side sees the end only after the next poll
    }
  }

  @Override
  public String toString() {
    var which =
        switch (end) {
          case Source _ -> "reading";
          case Sink _ -> "writing";
        };
    return "NioPipeTransport[" + which + " end" + (closed ? ", closed]" : "]");
  }
}
