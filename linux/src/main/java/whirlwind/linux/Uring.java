// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Readiness by an io_uring: each watched descriptor has one poll request in the ring, which ends
 * with its first event. It is submitted again with the next wait, if the event was all there was to
 * it; so it is level-triggered, and all requests of a turn go to the kernel in the call that waits.
 *
 * <p>The ring belongs to the thread that runs the loop, which is also that of the coroutines unless
 * each has its own. If it turns out that another thread needs the ring, one that belongs to nobody
 * takes its place, and all requests are made again there. Even then a request is cancelled when the
 * thread ends that had submitted it; so only the loop submits them, and those that were cancelled
 * are submitted again, by whichever thread runs the loop then.
 *
 * <p>A request holds its file: a descriptor that is closed under it stays open to the other side.
 * So a deletion is submitted at once, and nobody closes without one.
 *
 * <p>Each request has a number of its own. What comes of one that is not the current one of its
 * descriptor is dropped; so no event reaches the next owner of a descriptor's number.
 *
 * <p>Source: io_uring(7), io_uring_enter(2).
 */
final class Uring implements Readiness {
  /** The user data of requests whose outcome nobody wants to know; fd 0 has none with number 0. */
  private static final long NOBODY = 0;

  /** What is watched of one descriptor. */
  private static final class Watch {
    long data;
    int events;

    /** The number of its request in the ring; 0 when there is none. */
    int request;

    /** Whether it is in {@link #toSubmit}. */
    boolean listed;

    boolean edgeTriggered() {
      return (events & Abi.EPOLLET) != 0;
    }
  }

  /**
   * Whether coroutines have turned out to be threads of their own, which one carrier makes of them
   * and the other not: then no ring is given to one thread any more.
   */
  private static volatile boolean coroutinesAreThreads;

  private final Kernel kernel;
  private final int roomForCompletions;
  private Ring ring;

  /** How many buffers sockets receive into; 0 when they are to be read when they are ready. */
  private int buffers;

  private @Nullable Receptions receptions;
  private @Nullable Watch[] watches = new @Nullable Watch[64];
  private int requests;

  /** Descriptors whose watches have no request in the ring. */
  private int[] toSubmit = new int[64];

  private int toSubmitCount;

  private final int[] events = new int[NativeMemory.MOST_EVENTS];
  private final long[] data = new long[NativeMemory.MOST_EVENTS];

  private Uring(Kernel kernel, int roomForCompletions, int buffers) throws IOException {
    this.kernel = kernel;
    this.roomForCompletions = roomForCompletions;
    this.ring = Ring.open(kernel, roomForCompletions, !coroutinesAreThreads);
    this.buffers = buffers;
  }

  static Uring open(Kernel kernel, int roomForCompletions, int buffers) throws IOException {
    return new Uring(kernel, roomForCompletions, buffers);
  }

  @Override
  public String waitingCall() {
    return "io_uring_enter";
  }

  @Override
  public int add(int fd, int events, long data) {
    int type = kernel.files.type(fd);
    if (type < 0) {
      return type;
    }
    if (type == Abi.S_IFREG || type == Abi.S_IFDIR) {
      return -Abi.EPERM; // always ready; epoll refuses them, too
    }
    if (fd >= watches.length) {
      watches = Arrays.copyOf(watches, Math.max(fd + 1, 2 * watches.length));
    }
    delete(fd); // of a file that was closed behind our back
    var watch = new Watch();
    watches[fd] = watch;
    watch.data = data;
    watch.events = events;
    submitLater(fd, watch);
    return 0;
  }

  @Override
  public int modify(int fd, int events, long data) {
    var watch = watches[fd];
    if (watch == null) {
      return -Abi.ENOENT;
    }
    watch.data = data;
    watch.events = events;
    if (watch.request != 0) {
      ring.prepare(Abi.IORING_OP_POLL_REMOVE, -1, 0, 0, userData(fd, watch.request), NOBODY);
      watch.request = 0;
      submitLater(fd, watch);
    }
    return 0;
  }

  @Override
  public int delete(int fd) {
    var watch = fd < watches.length ? watches[fd] : null;
    if (watch == null) {
      return -Abi.ENOENT;
    }
    watches[fd] = null;
    if (watch.request != 0) {
      endNow(Abi.IORING_OP_POLL_REMOVE, userData(fd, watch.request));
    }
    return 0;
  }

  @Override
  public void closing(int fd) {
    delete(fd);
  }

  /** Takes back a request whose file is about to be closed. */
  void endNow(int opcode, long userData) {
    int result = -Abi.EEXIST;
    if (ring.hasRoom()) {
      ring.prepare(opcode, -1, 0, 0, userData, NOBODY);
      result = ring.submit();
    }
    if (result == -Abi.EEXIST) {
      leaveThread();
    }
  }

  /**
   * Takes a ring that belongs to no thread, in place of one that belongs to another than this.
   *
   * @return whether that was possible; if not, what is prepared waits for the other thread
   */
  private boolean leaveThread() {
    Ring next;
    try {
      next = Ring.open(kernel, roomForCompletions, false);
    } catch (IOException _) {
      return false;
    }
    coroutinesAreThreads |= Thread.currentThread().isVirtual();
    while (ring.next()) {
      if (receptions != null) {
        receptions.takeIfOurs();
      }
    }
    boolean lost = ring.hasOverflowed();
    if (receptions != null) {
      receptions.sends().leave(lost);
    }
    ring.closeAndAwaitRelease();
    ring = next;
    for (int fd = 0; fd < watches.length; fd++) {
      var watch = watches[fd];
      if (watch != null) {
        watch.request = 0;
        submitLater(fd, watch);
      }
    }
    return receptions == null || receptions.moveTo(next, lost) >= 0;
  }

  private void submitLater(int fd, Watch watch) {
    if (watch.listed) {
      return;
    }
    watch.listed = true;
    if (toSubmitCount == toSubmit.length) {
      toSubmit = Arrays.copyOf(toSubmit, 2 * toSubmitCount);
    }
    toSubmit[toSubmitCount++] = fd;
  }

  /** Prepares as many as there is room for; the others wait until completions were taken. */
  private void prepareAll() {
    int done = 0;
    for (; done < toSubmitCount && ring.hasRoom(); done++) {
      int fd = toSubmit[done];
      var watch = watches[fd];
      if (watch != null && watch.listed) { // else deleted, or here for the second time
        watch.listed = false;
        requests = Registration.following(requests);
        watch.request = requests;
        ring.prepare(
            Abi.IORING_OP_POLL_ADD,
            fd,
            watch.edgeTriggered() ? Abi.IORING_POLL_ADD_MULTI : 0,
            watch.events & ~Abi.EPOLLET,
            0,
            userData(fd, watch.request));
      }
    }
    toSubmitCount -= done;
    System.arraycopy(toSubmit, done, toSubmit, 0, toSubmitCount);
  }

  private static long userData(int fd, int request) {
    return Registration.data(fd, request);
  }

  /** Opened when there is a first socket: a loop may have none. */
  @Override
  public @Nullable Receptions receptions() {
    if (buffers > 0 && receptions == null) {
      if (ring.submit() == -Abi.EEXIST) {
        leaveThread();
      }
      receptions = Receptions.openIfPossible(kernel, this, ring, buffers);
      buffers = receptions == null ? 0 : buffers;
    }
    return receptions;
  }

  @Override
  public @Nullable Receptions receptionsIfAny() {
    return receptions;
  }

  /** Gives the kernel what sockets have collected to send. */
  void send() {
    var sends = Objects.requireNonNull(receptions, "receptions").sends();
    sends.prepareAll();
    if (ring.submit() == -Abi.EEXIST && leaveThread()) {
      sends.prepareAll();
      ring.submit();
    }
    sends.confirm();
  }

  @Override
  public void flush() {
    if (receptions != null) {
      receptions.sends().sendAllNow();
    }
  }

  @Override
  public int await(long timeoutNanos) {
    ring.enable();
    int result = submitAndWait(timeoutNanos);
    if (result == -Abi.EEXIST && leaveThread()) {
      result = submitAndWait(timeoutNanos);
    }
    return switch (-result) {
      // too many completions wait to submit more: take them first
      case Abi.ETIME, Abi.EBUSY, Abi.EAGAIN -> take();
      default -> result < 0 ? result : take();
    };
  }

  private int submitAndWait(long timeoutNanos) {
    if (receptions == null) {
      prepareAll();
      return ring.submitAndWait(toSubmitCount == 0 ? timeoutNanos : 0);
    }
    receptions.sends().prepareAll();
    prepareAll();
    boolean all = toSubmitCount == 0;
    all &= receptions.prepareAll() && receptions.news() == 0;
    int result = ring.submitAndWait(all ? timeoutNanos : 0);
    receptions.sends().confirm();
    return result;
  }

  /** Takes completions from the ring until there are enough events. */
  private int take() {
    int count = 0;
    while (count + news() < events.length && ring.next()) {
      long userData = ring.userData();
      if (receptions != null && receptions.takeIfOurs()) {
        continue;
      }
      int fd = Registration.fdOf(userData);
      int request = Registration.generationOf(userData);
      var watch = request != 0 && fd < watches.length ? watches[fd] : null;
      if (watch == null || watch.request != request) {
        continue;
      }
      if (!ring.more()) {
        watch.request = 0;
        submitLater(fd, watch);
      }
      int result = ring.result();
      if (result == -Abi.ECANCELED) {
        continue; // the thread that had submitted it has ended
      }
      if (result < 0) {
        watches[fd] = null;
      }
      events[count] = result < 0 ? GONE : result;
      data[count] = watch.data;
      count++;
    }
    ring.taken();
    return count;
  }

  private int news() {
    return receptions == null ? 0 : receptions.news();
  }

  @Override
  public int events(int index) {
    return events[index];
  }

  @Override
  public long data(int index) {
    return data[index];
  }

  @Override
  public void close() {
    if (receptions != null) {
      receptions.close();
    }
    ring.close();
  }
}
