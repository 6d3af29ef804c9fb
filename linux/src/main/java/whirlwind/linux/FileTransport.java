// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;
import whirlwind.io.Interest;
import whirlwind.io.ReadyHandler;
import whirlwind.io.Transport;

/**
 * A transport over a descriptor that is no socket of ours: one end of a pipe in most cases, which
 * does half of what a transport can; the other half fails as it does in the kernel.
 *
 * <p>A broken pipe shows as room to whoever waits for room: the write says what has happened. Who
 * does not wait is told by the next write.
 */
final class FileTransport implements Transport, ReadyHandler, Closeable {
  private final LinuxPoller poller;
  private final int fd;
  private final int accessMode;
  private @Nullable Registration registration;
  private @Nullable ReadyHandler handler;

  /** From then on the number may be somebody else's. */
  private boolean descriptorClosed;

  private boolean outputShutDown;
  private boolean closed;

  private FileTransport(LinuxPoller poller, int fd, int flags) {
    this.poller = poller;
    this.fd = fd;
    this.accessMode = flags & Abi.O_ACCMODE;
    poller.own(this);
  }

  /** Owns the descriptor from now on, unless it throws. */
  static FileTransport adopt(LinuxPoller poller, int fd) throws IOException {
    var files = poller.kernel().files;
    int flags = files.flags(fd);
    int result = flags < 0 ? flags : files.setFlags(fd, flags | Abi.O_NONBLOCK);
    if (result < 0) {
      throw new IOException("file descriptor " + fd + ": " + Errno.message(-result));
    }
    return new FileTransport(poller, fd, flags);
  }

  @Override
  public void attach(ReadyHandler handler) throws IOException {
    ensureOpen();
    if (registration == null) {
      registration = poller.register(fd, Interest.NONE, 0, this);
    } else if (!descriptorClosed) {
      registration.interest(Interest.NONE);
    }
    this.handler = handler;
  }

  @Override
  public void interest(int mask) {
    int inAndOut = Interest.check(mask) & ~Interest.ERROR;
    if (closed) {
      return;
    }
    if (registration == null) {
      throw new IllegalStateException("interest: wanted an attached transport, got " + this);
    }
    if (!descriptorClosed) { // else its output was shut down, and there is no more to know
      registration.interest(inAndOut);
    }
  }

  @Override
  public void ready(int events) {
    int inAndOut = events & ~Interest.ERROR;
    if (handler != null && inAndOut != Interest.NONE) {
      handler.ready(inAndOut);
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
    if (accessMode == Abi.O_WRONLY) {
      throw wrongEnd("read from", "writing");
    }
    return poller.fileBytes().read(fd, dst);
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    ensureWritable();
    return poller.fileBytes().write(fd, src);
  }

  @Override
  public long write(ByteBuffer[] srcs) throws IOException {
    ensureWritable();
    return poller.fileBytes().write(fd, srcs);
  }

  private void ensureWritable() throws IOException {
    ensureOpen();
    if (accessMode == Abi.O_RDONLY) {
      throw wrongEnd("write to", "reading");
    }
    if (outputShutDown) {
      throw new ClosedChannelException();
    }
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
    if (outputShutDown) {
      return;
    }
    switch (accessMode) {
      case Abi.O_RDONLY -> throw wrongEnd("shut down the output of", "reading");
      case Abi.O_WRONLY -> closeDescriptor();
      default -> shutdownSocket();
    }
    outputShutDown = true;
  }

  private void shutdownSocket() throws IOException {
    int result = poller.kernel().sockets.shutdownOutput(fd);
    if (result < 0) {
      throw Errno.ofCall("shutdown of file descriptor " + fd, -result);
    }
  }

  private void closeDescriptor() throws IOException {
    if (!descriptorClosed) {
      descriptorClosed = true;
      poller.close(fd, registration);
    }
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      poller.disown(this);
      closeDescriptor();
    }
  }

  @Override
  public String toString() {
    return "FileTransport[fd " + fd + (closed ? ", closed]" : "]");
  }
}
