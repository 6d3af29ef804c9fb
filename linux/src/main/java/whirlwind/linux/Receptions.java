// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The sockets that receive through one ring: each has one request there, which the kernel answers
 * again and again with bytes in a buffer of the {@link BufferRing}.
 *
 * <p>Completions are collected first and told afterwards. What has then not been read is taken out
 * of the buffers, so these are all with the kernel again before it is asked for more. What the same
 * sockets answer goes through the same ring ({@link Sends}).
 *
 * <p>A request has a number of its own, as a descriptor's number is used again: what comes of one
 * that is not the current one of its descriptor goes back at once. Requests whose end has not come
 * are counted, since until then the kernel may write into a buffer.
 *
 * <p>Source: io_uring_prep_recv_multishot(3).
 */
final class Receptions {
  /** What tells the user data of these requests from that of others; no descriptor is so large. */
  private static final int MARK = 1 << 30;

  private final Uring uring;
  private Ring ring;
  private final BufferRing buffers;
  private final Sends sends;
  private @Nullable RingSocket[] byDescriptor = new @Nullable RingSocket[64];
  private int requests;
  private int underWay;
  private long setAside;
  private final ArrayList<RingSocket> toArm = new ArrayList<>();
  private ArrayList<RingSocket> news = new ArrayList<>();
  private ArrayList<RingSocket> told = new ArrayList<>();

  private Receptions(Uring uring, Ring ring, BufferRing buffers, Sends sends) {
    this.uring = uring;
    this.ring = ring;
    this.buffers = buffers;
    this.sends = sends;
  }

  /** Null where the kernel cannot do it, or is not allowed to. */
  static @Nullable Receptions openIfPossible(Kernel kernel, Uring uring, Ring ring, int buffers) {
    // Nothing says directly whether a kernel receives repeatedly: the two came with Linux 6.0.
    if (!ring.supports(Abi.IORING_OP_SEND_ZC)
        || !ring.supports(Abi.IORING_OP_RECV)
        || !ring.supports(Abi.IORING_OP_SEND)
        || !ring.supports(Abi.IORING_OP_ASYNC_CANCEL)) {
      return null;
    }
    Sends sends = null;
    try {
      sends = Sends.open(kernel, uring, ring);
      return new Receptions(uring, ring, BufferRing.open(kernel, ring, buffers), sends);
    } catch (IOException _) {
      if (sends != null) {
        sends.close();
      }
      return null;
    }
  }

  BufferRing buffers() {
    return buffers;
  }

  /** What the same sockets send. */
  Sends sends() {
    return sends;
  }

  /** How many bytes sockets have set aside. */
  long setAside() {
    return setAside;
  }

  /** A socket has set so many more aside, or, less than zero, given up what it had. */
  void setAside(long bytes) {
    setAside += bytes;
  }

  /** Notes who owns a descriptor from now on. */
  void add(RingSocket socket) {
    int fd = socket.fd;
    if (fd >= byDescriptor.length) {
      byDescriptor = Arrays.copyOf(byDescriptor, Math.max(fd + 1, 2 * byDescriptor.length));
    }
    byDescriptor[fd] = socket;
  }

  /** Receives from the next wait on. */
  void arm(RingSocket socket) {
    if (socket.request == 0 && !socket.toArm) {
      socket.toArm = true;
      toArm.add(socket);
    }
  }

  /** Lets the kernel end a request; completions may still come, the last one without bytes. */
  void stop(RingSocket socket) {
    if (socket.request != 0 && !socket.stopping && ring.hasRoom()) {
      socket.stopping = true;
      ring.prepareCancel(userData(socket));
    }
  }

  /** The descriptor is about to be closed, which would not end the request that holds its file. */
  void remove(RingSocket socket) {
    byDescriptor[socket.fd] = null;
    if (socket.request != 0) {
      long userData = userData(socket);
      socket.request = 0;
      uring.endNow(Abi.IORING_OP_ASYNC_CANCEL, userData);
    }
  }

  /**
   * Goes on with another ring, as the one before has let go of everything.
   *
   * @param lost whether completions were lost with that one, and bytes perhaps with them
   */
  int moveTo(Ring next, boolean lost) {
    ring = next;
    sends.moveTo(next);
    underWay = 0;
    for (var socket : byDescriptor) {
      if (socket != null) {
        socket.setAside();
        if (socket.request != 0) {
          socket.request = 0;
          if (lost) {
            socket.lostBytes();
          }
          tellLater(socket);
        }
      }
    }
    return buffers.giveAll(next);
  }

  /** Tells a socket, after the next wait at the latest, what it has. */
  void tellLater(RingSocket socket) {
    if (!socket.listed) {
      socket.listed = true;
      news.add(socket);
    }
  }

  /** How many sockets have something to tell. */
  int news() {
    return news.size();
  }

  /** Prepares as many as there is room for; answers whether that were all. */
  boolean prepareAll() {
    int done = 0;
    for (; done < toArm.size() && ring.hasRoom(); done++) {
      var socket = toArm.get(done);
      socket.toArm = false;
      if (socket.isWantingBytes()) {
        requests = Registration.following(requests);
        socket.request = requests;
        socket.stopping = false;
        underWay++;
        ring.prepareReceive(socket.fd, BufferRing.GROUP, userData(socket));
      }
    }
    toArm.subList(0, done).clear();
    return toArm.isEmpty();
  }

  private static long userData(RingSocket socket) {
    return Registration.data(socket.fd | MARK, socket.request);
  }

  private static boolean isOurs(long userData) {
    return (Registration.fdOf(userData) & MARK) != 0;
  }

  /** Takes the completion that the ring stands at, if it is of one of these, or of their sends. */
  boolean takeIfOurs() {
    if (isOurs(ring.userData())) {
      take();
      return true;
    }
    if (Sends.isOurs(ring.userData())) {
      sends.take();
      return true;
    }
    return false;
  }

  private void take() {
    long userData = ring.userData();
    int fd = Registration.fdOf(userData) & ~MARK;
    var socket = fd < byDescriptor.length ? byDescriptor[fd] : null;
    int buffer = ring.buffer();
    boolean more = ring.more();
    if (!more) {
      underWay--;
    }
    if (socket == null || socket.request != Registration.generationOf(userData)) {
      if (buffer >= 0) {
        buffers.give(buffer);
      }
      return;
    }
    if (!more) {
      socket.request = 0;
    }
    socket.completed(ring.result(), buffer);
    tellLater(socket);
  }

  /** Tells those that have something; they may close any of them. */
  int deliver() {
    var now = news;
    news = told;
    told = now;
    int calls = 0;
    for (var socket : now) {
      socket.listed = false;
      if (socket.tell()) {
        calls++;
      }
    }
    now.clear();
    sends.told(calls);
    return calls;
  }

  /** Waits for what is under way; the kernel gives that up at once, all sockets being closed. */
  void close() {
    while (underWay > 0) {
      int result = ring.submitAndWait(-1);
      while (ring.next()) {
        takeIfOurs();
      }
      ring.taken();
      if (result < 0 && result != -Abi.EINTR && result != -Abi.EBUSY && result != -Abi.EAGAIN) {
        return; // the ring is gone: better to lose the buffers than to let the kernel write
      }
    }
    buffers.close();
    sends.close();
  }
}
