// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The output of a socket: what is written is sent by a call, or collected and sent through the ring
 * with that of others ({@link Sends}).
 *
 * <p>Whoever writes is told at once that collected bytes went. So only those are collected that the
 * kernel will surely take, as it has the memory for them. Should it not take all nevertheless, when
 * the whole machine is short of memory, the rest is kept here, and sent when there is room, before
 * anything else; a close that finds it here resets the connection, so that the peer does not take
 * what it got for all.
 */
final class RingOutput {
  /** The kernel's memory for a send beside twice its bytes, or more. */
  private static final int SEND_OVERHEAD = 2048;

  private final LinuxPoller poller;
  private final Sends sends;
  private final RingSocket socket;
  final int fd;

  /** Kept by the sends: the number of what is collected, {@link Sends#NONE} for nothing. */
  int send = Sends.NONE;

  /** The memory that the kernel had left when it was last asked, less what sends have taken. */
  private long room;

  private @Nullable ByteBuffer rest;
  private boolean endsAfterRest;
  private @Nullable IOException failure;

  RingOutput(LinuxPoller poller, Sends sends, RingSocket socket) {
    this.poller = poller;
    this.sends = sends;
    this.socket = socket;
    this.fd = socket.fd;
  }

  // ---------------------------------------------------------------- writing

  /** Writes, as a transport owes it. */
  int write(ByteBuffer src) throws IOException {
    int size = src.remaining();
    if (isCollected(size)) {
      sends.append(src);
      sends.submitIfFull();
      return size;
    }
    if (!isAllSent()) {
      return 0;
    }
    int sent = poller.socketBytes().write(fd, src);
    room -= memoryFor(sent);
    return sent;
  }

  /** {@link #write(ByteBuffer)} for several buffers in order. */
  long write(ByteBuffer[] srcs) throws IOException {
    long size = 0;
    for (var src : srcs) {
      size += src.remaining();
    }
    if (isCollected(size)) {
      for (var src : srcs) {
        sends.append(src);
      }
      sends.submitIfFull();
      return size;
    }
    if (!isAllSent()) {
      return 0;
    }
    long sent = poller.socketBytes().write(fd, srcs);
    room -= memoryFor(sent);
    return sent;
  }

  /** Whether so many bytes are collected now, which are appended next. */
  private boolean isCollected(long size) {
    boolean together = send != Sends.NONE;
    if (size == 0
        || !(together ? sends.canExtend(this, size) : isClear() && sends.welcomes(size))
        || !hasRoomFor(size)) {
      return false;
    }
    if (!together) {
      sends.begin(this);
    }
    return true;
  }

  private boolean isClear() {
    return rest == null && failure == null;
  }

  private boolean hasRoomFor(long size) {
    long memory = memoryFor(size);
    if (room < memory) {
      room = poller.kernel().sockets.room(fd);
    }
    if (room < memory) {
      return false;
    }
    room -= memory;
    return true;
  }

  private static long memoryFor(long size) {
    return 2 * size + SEND_OVERHEAD;
  }

  /** Whether nothing is here any more that has to go before what a call sends. */
  private boolean isAllSent() throws IOException {
    sends.sendNow(this);
    sendRest();
    if (failure != null) {
      throw failure;
    }
    return rest == null && send == Sends.NONE;
  }

  /** Ends it behind all that was written; a result below zero is an errno. */
  int shutdown() {
    sends.sendNow(this);
    if (rest != null) {
      endsAfterRest = true;
      return 0;
    }
    return poller.kernel().sockets.shutdownOutput(fd);
  }

  /** The descriptor is about to be closed. */
  void close() {
    sends.sendNow(this);
    if (rest != null) {
      poller.kernel().sockets.resetWhenClosed(fd);
      dropRest();
    }
  }

  // ---------------------------------------------------------------- what was not taken

  /** What was collected has failed: whoever writes next is told so, and whoever reads. */
  void failed(IOException cause) {
    failure = cause;
    socket.outputFailed(cause);
  }

  /** The kernel has not taken these bytes. */
  void keep(byte[] bytes) {
    rest = ByteBuffer.wrap(bytes);
    sends.hold(bytes.length);
    socket.outputChanged();
  }

  /** Whether there are bytes here that wait for room. */
  boolean isWaiting() {
    return rest != null;
  }

  /** How many bytes of memory are taken by them. */
  int heldBytes() {
    return rest == null ? 0 : rest.capacity();
  }

  /** Sends what waits, as far as there is room. */
  void sendRest() {
    if (rest == null) {
      return;
    }
    try {
      poller.socketBytes().write(fd, rest);
    } catch (IOException broken) {
      dropRest();
      failed(broken);
      return;
    }
    if (rest.hasRemaining()) {
      return;
    }
    dropRest();
    if (endsAfterRest) {
      poller.kernel().sockets.shutdownOutput(fd);
    }
  }

  private void dropRest() {
    sends.hold(-heldBytes());
    rest = null;
    socket.outputChanged();
  }
}
