// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import whirlwind.io.Interest;
import whirlwind.io.ReadyHandler;

/**
 * A socket whose bytes come through the ring, without a call for them.
 *
 * <pre>
 *   IDLE --arm, at the next wait--> RECEIVING --stop--> STOPPING
 *    ^                                 |                   |
 *    +---------- last completion ------+-------------------+
 * </pre>
 *
 * <p>A completion's bytes stay in the ring's buffers until the handler was told. What it then
 * leaves is set aside in memory of the heap, the buffers go back, and receiving stops: so a socket
 * that nobody reads holds no buffer, and no more bytes than came until the kernel had stopped,
 * which all the buffers of the ring bound. Receiving starts again when everything was read and more
 * is wanted.
 *
 * <p>While IDLE the socket is read by a call: whatever the ring had for it came before.
 *
 * <p>Room to write is waited for by a poll request, and so are errors while nothing is received.
 */
final class RingSocket implements WatchedSocket {
  private final LinuxPoller poller;
  private final Receptions receptions;
  private final RingOutput output;
  private final BufferRing buffers;
  private final ReadyHandler handler;
  final int fd;

  // Kept by the receptions: the number of the request, 0 for none, and in which lists this is.
  int request;
  boolean stopping;
  boolean toArm;
  boolean listed;

  private int wanted;
  private boolean closed;

  /** Whether the kernel had no buffer, so that only a call can tell whether there are bytes. */
  private boolean unsure;

  private boolean ended;
  private @Nullable IOException failure;
  private boolean failureTold;
  private @Nullable Registration registration;

  // What was received and not read: first what was set aside, then the chain of buffers.
  private byte @Nullable [] aside;
  private int first = BufferRing.NONE;
  private int last = BufferRing.NONE;

  /** How much was read of whichever of the two comes first. */
  private int start;

  RingSocket(LinuxPoller poller, Receptions receptions, int fd, int wanted, ReadyHandler handler) {
    this.poller = poller;
    this.receptions = receptions;
    this.buffers = receptions.buffers();
    this.fd = fd;
    this.handler = handler;
    this.output = new RingOutput(poller, receptions.sends(), this);
    receptions.add(this);
    this.wanted = wanted;
    if ((wanted & Interest.WRITE) != 0) { // it is connecting
      watch();
    } else {
      receptions.arm(this); // that reading is wanted comes next
    }
  }

  /** Whether another completion would be welcome. */
  boolean isWantingBytes() {
    return !closed && !isReadable();
  }

  private boolean hasBytes() {
    return aside != null || first != BufferRing.NONE;
  }

  private boolean isReadable() {
    return hasBytes() || ended || unsure || failure != null;
  }

  @Override
  public void interest(int mask) {
    if (mask != wanted) {
      wanted = mask;
      settle();
    }
  }

  /** Sees to it that what is wanted will be told. */
  private void settle() {
    if ((wanted & Interest.READ) != 0) {
      if (isReadable()) {
        receptions.tellLater(this);
      } else {
        receptions.arm(this);
      }
    }
    watch();
  }

  private void watch() {
    int polled = output.isWaiting() ? Interest.WRITE : wanted & Interest.WRITE;
    boolean receiving = request != 0 || toArm;
    try {
      if (registration != null && polled == 0 && receiving) {
        registration.cancel();
        registration = null;
      } else if (registration != null) {
        registration.interest(polled);
      } else if (polled != 0 || !receiving && failure == null) {
        registration = poller.register(fd, polled, Registration.toEpoll(polled), this::polled);
      }
    } catch (IOException broken) {
      failure = broken;
      receptions.tellLater(this);
    }
  }

  /** What a poll request says; there is room for others once the output has what it needs. */
  private void polled(int events) {
    int told = events & (wanted | Interest.ERROR);
    if (output.isWaiting()) {
      output.sendRest();
      if (output.isWaiting()) {
        told &= ~Interest.WRITE;
      }
    }
    if (told != 0) {
      handler.ready(told);
    }
  }

  /** One completion, and in which buffer its bytes are, if there are any. */
  void completed(int result, int buffer) {
    if (result > 0) {
      hold(buffer, result);
      return;
    }
    if (buffer >= 0) {
      buffers.give(buffer);
    }
    switch (-result) {
      case 0 -> ended = true;
      case Abi.ENOBUFS -> unsure = true;
      case Abi.ECANCELED, Abi.EINTR, Abi.EAGAIN -> {
        // stopped; or the thread has ended that had submitted it
      }
      default -> failure = Errno.ofRead(-result);
    }
  }

  /** It cannot be told what was received of it. */
  void lostBytes() {
    failure = new IOException("bytes that were received are lost: another thread runs the loop");
  }

  private void hold(int buffer, int length) {
    buffers.take(buffer, length);
    if (first == BufferRing.NONE) {
      first = buffer;
    } else {
      buffers.chain(buffer, last);
    }
    last = buffer;
  }

  /** Tells the handler what it wants to know; answers whether it was called. */
  boolean tell() {
    if (closed) {
      return false;
    }
    int events = isReadable() ? wanted & Interest.READ : 0;
    if (failure != null && !failureTold) {
      failureTold = true;
      events |= Interest.ERROR;
    }
    if (events != 0) {
      handler.ready(events);
    }
    if (!closed) {
      setAside();
      if (hasBytes()) {
        receptions.stop(this);
      }
      settle();
    }
    return events != 0;
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    if (!dst.hasRemaining()) {
      return 0;
    }
    if (hasBytes()) {
      return readReceived(dst);
    }
    if (failure != null) {
      throw failure;
    }
    if (ended) {
      return -1;
    }
    if (request != 0) {
      return 0;
    }
    unsure = false;
    int count = poller.socketBytes().read(fd, dst);
    ended = count < 0;
    return count;
  }

  private int readReceived(ByteBuffer dst) {
    int before = dst.position();
    if (aside != null) {
      int count = Math.min(aside.length - start, dst.remaining());
      dst.put(aside, start, count);
      start += count;
      if (start == aside.length) {
        setAside(null);
        start = 0;
      }
    }
    while (first != BufferRing.NONE && dst.hasRemaining()) {
      start += buffers.copy(first, start, dst);
      if (start == buffers.length(first)) {
        giveFirst();
        start = 0;
      }
    }
    return dst.position() - before;
  }

  private void giveFirst() {
    int given = first;
    first = buffers.next(given);
    buffers.give(given);
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    return output.write(src);
  }

  @Override
  public long write(ByteBuffer[] srcs) throws IOException {
    return output.write(srcs);
  }

  @Override
  public int shutdownOutput() {
    return output.shutdown();
  }

  /** What was written has failed without its writer being told. */
  void outputFailed(IOException cause) {
    if (failure == null) {
      failure = cause;
    }
    receptions.tellLater(this);
  }

  /** Something that was written waits for room, or does so no longer. */
  void outputChanged() {
    if (!closed) {
      watch();
    }
  }

  /** Copies what was not read out of the ring's buffers. */
  void setAside() {
    if (first == BufferRing.NONE) {
      return;
    }
    var all = ByteBuffer.allocate(heldBytes());
    readReceived(all);
    setAside(all.array());
  }

  private void setAside(byte @Nullable [] bytes) {
    receptions.setAside((bytes == null ? 0 : bytes.length) - (aside == null ? 0 : aside.length));
    aside = bytes;
  }

  @Override
  public int heldBytes() {
    int held = (aside == null ? 0 : aside.length) - start;
    for (int i = first; i != BufferRing.NONE; i = buffers.next(i)) {
      held += buffers.length(i);
    }
    return held + output.heldBytes();
  }

  @Override
  public void close() throws IOException {
    closed = true;
    output.close();
    while (first != BufferRing.NONE) {
      giveFirst();
    }
    setAside(null);
    receptions.remove(this);
    poller.close(fd, registration);
  }
}
