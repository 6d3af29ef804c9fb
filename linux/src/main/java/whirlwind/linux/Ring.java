// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The two queues that are shared with the kernel: requests to it, completions from it.
 *
 * <p>The kernel reads the tail of the first and the head of the second, so these are written with
 * release; it writes the other two, which are read with acquire.
 *
 * <p>A ring may belong to one thread, that of its first wait: completions are then made ready when
 * that thread waits, all at once, and not at the end of whatever call it makes. Others can prepare
 * requests and take completions, but not enter; they are refused with {@link Abi#EEXIST}.
 *
 * <p>Source: io_uring(7), io_uring_setup(2).
 */
final class Ring {
  private static final MemorySegment SYSCALL = Downcall.function("syscall");
  private static final MemorySegment MMAP = Downcall.function("mmap");
  private static final MemorySegment MUNMAP = Downcall.function("munmap");

  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final VarHandle SHARED_INT = INT.varHandle();
  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  static final int REQUESTS = 256;

  /** Room for as many completions; the kernel keeps what is beyond. At least {@link #REQUESTS}. */
  static final int COMPLETIONS = 4096;

  /** Linux 5.17 has them all, and the multishot poll of 5.13. */
  private static final int NEEDED_FEATURES =
      Abi.IORING_FEAT_SINGLE_MMAP
          | Abi.IORING_FEAT_NODROP
          | Abi.IORING_FEAT_EXT_ARG
          | Abi.IORING_FEAT_CQE_SKIP;

  /** What makes a ring belong to one thread; Linux 6.1 has it. Which one is said later. */
  private static final int OF_ONE_THREAD =
      Abi.IORING_SETUP_SINGLE_ISSUER | Abi.IORING_SETUP_DEFER_TASKRUN | Abi.IORING_SETUP_R_DISABLED;

  /** What makes it faster where the kernel has it, newest first. */
  private static final int[] WELCOME_FLAGS = {
    OF_ONE_THREAD, Abi.IORING_SETUP_COOP_TASKRUN, Abi.IORING_SETUP_SUBMIT_ALL
  };

  /** All at once or a completion that says how much; a broken connection is no signal. */
  private static final int SEND_FLAGS = Abi.MSG_DONTWAIT | Abi.MSG_WAITALL | Abi.MSG_NOSIGNAL;

  private final Kernel kernel;
  private final int fd;
  private final MemorySegment queues;
  private final MemorySegment requests;

  private final long requestHead;
  private final long requestTail;
  private final long requestFlags;
  private final int requestMask;
  private final long completionHead;
  private final long completionTail;
  private final int completionMask;
  private final long completions;

  /** Null unless it belongs to one thread. */
  private final @Nullable RingRelease release;

  /** Whether it still waits for the thread that it will belong to. */
  private boolean disabled;

  private int prepared;
  private int head;

  /** Where the completion lies that {@link #next} has moved to. */
  private long completion;

  private Ring(
      Kernel kernel,
      int fd,
      MemorySegment queues,
      MemorySegment requests,
      @Nullable RingRelease release) {
    this.kernel = kernel;
    this.fd = fd;
    this.queues = queues;
    this.requests = requests;
    this.release = release;
    this.disabled = release != null;
    int sq = Abi.OFFSETOF_IO_URING_PARAMS__SQ_OFF;
    int cq = Abi.OFFSETOF_IO_URING_PARAMS__CQ_OFF;
    requestHead = parameter(kernel, sq + Abi.OFFSETOF_IO_SQRING_OFFSETS__HEAD);
    requestTail = parameter(kernel, sq + Abi.OFFSETOF_IO_SQRING_OFFSETS__TAIL);
    requestFlags = parameter(kernel, sq + Abi.OFFSETOF_IO_SQRING_OFFSETS__FLAGS);
    requestMask =
        queues.get(INT, parameter(kernel, sq + Abi.OFFSETOF_IO_SQRING_OFFSETS__RING_MASK));
    completionHead = parameter(kernel, cq + Abi.OFFSETOF_IO_CQRING_OFFSETS__HEAD);
    completionTail = parameter(kernel, cq + Abi.OFFSETOF_IO_CQRING_OFFSETS__TAIL);
    completionMask =
        queues.get(INT, parameter(kernel, cq + Abi.OFFSETOF_IO_CQRING_OFFSETS__RING_MASK));
    completions = parameter(kernel, cq + Abi.OFFSETOF_IO_CQRING_OFFSETS__CQES);
    long array = parameter(kernel, sq + Abi.OFFSETOF_IO_SQRING_OFFSETS__ARRAY);
    for (int i = 0; i <= requestMask; i++) {
      queues.set(INT, array + (long) i * Integer.BYTES, i);
    }
  }

  private static int parameter(Kernel kernel, int offset) {
    return kernel.memory.bytes.getInt(NativeMemory.STRUCT + offset);
  }

  /**
   * A new one; what fails is said with the call, and with what may be done where that is known.
   *
   * @param ofOneThread whether it shall belong to the thread of its first wait, if the kernel can
   */
  static Ring open(Kernel kernel, int roomForCompletions, boolean ofOneThread) throws IOException {
    int fd = setUp(kernel, roomForCompletions, ofOneThread);
    if (fd < 0) {
      throw new IOException("io_uring_setup: " + reason(-fd));
    }
    int features = parameter(kernel, Abi.OFFSETOF_IO_URING_PARAMS__FEATURES);
    if ((features & NEEDED_FEATURES) != NEEDED_FEATURES) {
      kernel.files.close(fd);
      throw new IOException("io_uring: wanted that of Linux 5.17 or newer, got an older one");
    }
    MemorySegment queues = null;
    MemorySegment requests = null;
    try {
      queues = map(kernel, fd, sizeOfQueues(kernel), Abi.IORING_OFF_SQ_RING);
      long size =
          (long) parameter(kernel, Abi.OFFSETOF_IO_URING_PARAMS__SQ_ENTRIES)
              * Abi.SIZEOF_IO_URING_SQE;
      requests = map(kernel, fd, size, Abi.IORING_OFF_SQES);
      int flags = parameter(kernel, Abi.OFFSETOF_IO_URING_PARAMS__FLAGS);
      var release = (flags & OF_ONE_THREAD) != 0 ? RingRelease.of(kernel, fd) : null;
      return new Ring(kernel, fd, queues, requests, release);
    } catch (IOException failure) {
      if (requests != null) {
        unmap(kernel, requests);
      }
      if (queues != null) {
        unmap(kernel, queues);
      }
      kernel.files.close(fd);
      throw failure;
    }
  }

  private static int setUp(Kernel kernel, int roomForCompletions, boolean ofOneThread) {
    int flags = Abi.IORING_SETUP_CQSIZE | Abi.IORING_SETUP_CLAMP;
    for (int welcome : WELCOME_FLAGS) {
      flags |= welcome;
    }
    if (!ofOneThread) {
      flags &= ~OF_ONE_THREAD;
    }
    int fd = setUp(kernel, roomForCompletions, flags);
    for (int i = 0; fd == -Abi.EINVAL && i < WELCOME_FLAGS.length; i++) {
      flags &= ~WELCOME_FLAGS[i];
      fd = setUp(kernel, roomForCompletions, flags);
    }
    return fd;
  }

  private static int setUp(Kernel kernel, int roomForCompletions, int flags) {
    var bytes = kernel.memory.bytes;
    int parameters = NativeMemory.STRUCT;
    for (int i = 0; i < Abi.SIZEOF_IO_URING_PARAMS; i++) {
      bytes.put(parameters + i, (byte) 0);
    }
    bytes.putInt(parameters + Abi.OFFSETOF_IO_URING_PARAMS__CQ_ENTRIES, roomForCompletions);
    bytes.putInt(parameters + Abi.OFFSETOF_IO_URING_PARAMS__FLAGS, flags);
    return kernel.call(SYSCALL, Abi.SYS_IO_URING_SETUP, REQUESTS, kernel.memory.at(parameters));
  }

  private static String reason(int errno) {
    return switch (errno) {
      case Abi.ENOSYS -> "this kernel does not have it";
      case Abi.EPERM ->
          "it is forbidden here, by the sysctl kernel.io_uring_disabled or by a sandbox (seccomp)";
      case Abi.ENOMEM -> Errno.message(errno) + ", or the limit of locked memory is too low";
      default -> Errno.message(errno);
    };
  }

  private static long sizeOfQueues(Kernel kernel) {
    int sq = Abi.OFFSETOF_IO_URING_PARAMS__SQ_OFF;
    int cq = Abi.OFFSETOF_IO_URING_PARAMS__CQ_OFF;
    long array = parameter(kernel, sq + Abi.OFFSETOF_IO_SQRING_OFFSETS__ARRAY);
    long cqes = parameter(kernel, cq + Abi.OFFSETOF_IO_CQRING_OFFSETS__CQES);
    long requests = parameter(kernel, Abi.OFFSETOF_IO_URING_PARAMS__SQ_ENTRIES);
    long completions = parameter(kernel, Abi.OFFSETOF_IO_URING_PARAMS__CQ_ENTRIES);
    return Math.max(array + requests * Integer.BYTES, cqes + completions * Abi.SIZEOF_IO_URING_CQE);
  }

  private static MemorySegment map(Kernel kernel, int fd, long size, long offset)
      throws IOException {
    return map(kernel, size, Abi.MAP_SHARED | Abi.MAP_POPULATE, fd, offset);
  }

  /** Memory of its own, on pages that are there once somebody has touched them. */
  static MemorySegment map(Kernel kernel, long size) throws IOException {
    return map(kernel, size, Abi.MAP_PRIVATE | Abi.MAP_ANONYMOUS, -1, 0);
  }

  private static MemorySegment map(Kernel kernel, long size, int flags, int fd, long offset)
      throws IOException {
    long address =
        kernel.callForAddress(MMAP, size, Abi.PROT_READ | Abi.PROT_WRITE, flags, fd, offset);
    if (address < 0) {
      throw Errno.ofCall("mmap", (int) -address);
    }
    return Downcall.memoryAt(address, size);
  }

  static void unmap(Kernel kernel, MemorySegment mapping) {
    kernel.call(MUNMAP, mapping.address(), mapping.byteSize());
  }

  // ---------------------------------------------------------------- requests

  /**
   * Whether there is room for a request, for which the kernel may have to take others now. It takes
   * none while too many completions wait.
   */
  boolean hasRoom() {
    return hasRoomFor(1);
  }

  /** {@link #hasRoom} for several. */
  boolean hasRoomFor(int more) {
    int most = requestMask + 1 - more;
    if (prepared() > most) {
      submit();
    }
    return prepared() <= most;
  }

  /** The number of the next request. */
  int nextRequest() {
    return prepared;
  }

  /**
   * Makes a request do nothing.
   *
   * @return whether that was in time, as the kernel has not taken it
   */
  boolean withdraw(int request) {
    if (prepared - request > prepared()) {
      return false;
    }
    long at = (long) (request & requestMask) * Abi.SIZEOF_IO_URING_SQE;
    requests.set(BYTE, at + Abi.OFFSETOF_IO_URING_SQE__OPCODE, (byte) Abi.IORING_OP_NOP);
    requests.set(INT, at + Abi.OFFSETOF_IO_URING_SQE__MSG_FLAGS, 0); // flags of either operation
    return true;
  }

  /**
   * Puts a request in the queue; to succeed is no news unless it has user data.
   *
   * @throws IllegalStateException when there is no room
   */
  void prepare(int opcode, int target, int length, int pollEvents, long address, long userData) {
    long at = place(opcode, target, userData == 0 ? Abi.IOSQE_CQE_SKIP_SUCCESS : 0, userData);
    requests.set(LONG, at + Abi.OFFSETOF_IO_URING_SQE__ADDR, address);
    requests.set(INT, at + Abi.OFFSETOF_IO_URING_SQE__LEN, length);
    requests.set(INT, at + Abi.OFFSETOF_IO_URING_SQE__POLL32_EVENTS, pollEvents);
    publish();
  }

  /** A request to receive again and again, into buffers of a group. */
  void prepareReceive(int socket, int bufferGroup, long userData) {
    long at = place(Abi.IORING_OP_RECV, socket, Abi.IOSQE_BUFFER_SELECT, userData);
    requests.set(SHORT, at + Abi.OFFSETOF_IO_URING_SQE__IOPRIO, (short) Abi.IORING_RECV_MULTISHOT);
    requests.set(SHORT, at + Abi.OFFSETOF_IO_URING_SQE__BUF_GROUP, (short) bufferGroup);
    publish();
  }

  /**
   * A request to send all of some memory, as far as that is possible at once. When it has been
   * taken it is over, and completed unless all was sent.
   */
  void prepareSend(int socket, long address, int length, long userData) {
    long at = place(Abi.IORING_OP_SEND, socket, Abi.IOSQE_CQE_SKIP_SUCCESS, userData);
    requests.set(LONG, at + Abi.OFFSETOF_IO_URING_SQE__ADDR, address);
    requests.set(INT, at + Abi.OFFSETOF_IO_URING_SQE__LEN, length);
    requests.set(INT, at + Abi.OFFSETOF_IO_URING_SQE__MSG_FLAGS, SEND_FLAGS);
    publish();
  }

  /** Takes back the request that has this user data. */
  void prepareCancel(long userData) {
    prepare(Abi.IORING_OP_ASYNC_CANCEL, -1, 0, 0, userData, 0);
  }

  /** Where the next request lies, which is empty but for what all have. */
  private long place(int opcode, int target, int flags, long userData) {
    if (!hasRoom()) {
      throw new IllegalStateException("io_uring: wanted room for a request, got none");
    }
    long at = (long) (prepared & requestMask) * Abi.SIZEOF_IO_URING_SQE;
    requests.asSlice(at, Abi.SIZEOF_IO_URING_SQE).fill((byte) 0);
    requests.set(BYTE, at + Abi.OFFSETOF_IO_URING_SQE__OPCODE, (byte) opcode);
    requests.set(BYTE, at + Abi.OFFSETOF_IO_URING_SQE__FLAGS, (byte) flags);
    requests.set(INT, at + Abi.OFFSETOF_IO_URING_SQE__FD, target);
    requests.set(LONG, at + Abi.OFFSETOF_IO_URING_SQE__USER_DATA, userData);
    return at;
  }

  private void publish() {
    prepared++;
    SHARED_INT.setRelease(queues, requestTail, prepared);
  }

  /** How many requests the kernel has not taken yet. */
  private int prepared() {
    return prepared - (int) SHARED_INT.getAcquire(queues, requestHead);
  }

  /** Makes it belong to this thread, if it is to belong to one and does not yet. */
  void enable() {
    if (disabled) {
      disabled = register(kernel, fd, Abi.IORING_REGISTER_ENABLE_RINGS, 0, 0) < 0;
    }
  }

  /** Gives the kernel what was prepared, without waiting. */
  int submit() {
    return enter(0, 0);
  }

  /**
   * Gives the kernel what was prepared, and waits for a completion.
   *
   * @param timeoutNanos less than zero for ever, zero not at all
   */
  int submitAndWait(long timeoutNanos) {
    if (timeoutNanos == 0) {
      return enter(0, 0);
    }
    return enter(1, Math.max(0, timeoutNanos));
  }

  private int enter(int wanted, long timeoutNanos) {
    var bytes = kernel.memory.bytes;
    int argument = NativeMemory.STRUCT;
    for (int i = 0; i < Abi.SIZEOF_IO_URING_GETEVENTS_ARG; i += Long.BYTES) {
      bytes.putLong(argument + i, 0);
    }
    if (timeoutNanos > 0) {
      int timeout = NativeMemory.TIMESPEC;
      bytes.putLong(timeout + Abi.OFFSETOF_TIMESPEC__TV_SEC, timeoutNanos / NANOS_PER_SECOND);
      bytes.putLong(timeout + Abi.OFFSETOF_TIMESPEC__TV_NSEC, timeoutNanos % NANOS_PER_SECOND);
      bytes.putLong(argument + Abi.OFFSETOF_IO_URING_GETEVENTS_ARG__TS, kernel.memory.at(timeout));
    }
    return kernel.callSeven(
        SYSCALL,
        Abi.SYS_IO_URING_ENTER,
        fd,
        prepared(),
        wanted,
        Abi.IORING_ENTER_GETEVENTS | Abi.IORING_ENTER_EXT_ARG,
        kernel.memory.at(argument),
        Abi.SIZEOF_IO_URING_GETEVENTS_ARG);
  }

  // ---------------------------------------------------------------- completions

  /** Moves to the next completion, if there is one. */
  boolean next() {
    if (head == (int) SHARED_INT.getAcquire(queues, completionTail)) {
      return false;
    }
    completion = completions + (long) (head & completionMask) * Abi.SIZEOF_IO_URING_CQE;
    head++;
    return true;
  }

  /** The position of the next one that the kernel will add. */
  int nextCompletion() {
    return (int) SHARED_INT.getAcquire(queues, completionTail);
  }

  /**
   * Looks at all from a position on that were not moved over, which they are not then either.
   *
   * @param look called for each, which {@link #userData} and {@link #result} then are of
   */
  void lookAhead(int from, Runnable look) {
    int end = nextCompletion();
    for (int at = from - head > 0 ? from : head; at != end; at++) {
      completion = completions + (long) (at & completionMask) * Abi.SIZEOF_IO_URING_CQE;
      look.run();
    }
  }

  long userData() {
    return queues.get(LONG, completion + Abi.OFFSETOF_IO_URING_CQE__USER_DATA);
  }

  int result() {
    return queues.get(INT, completion + Abi.OFFSETOF_IO_URING_CQE__RES);
  }

  private int flags() {
    return queues.get(INT, completion + Abi.OFFSETOF_IO_URING_CQE__FLAGS);
  }

  /** Whether more completions of the same request will come. */
  boolean more() {
    return (flags() & Abi.IORING_CQE_F_MORE) != 0;
  }

  /** The number of the buffer that the kernel took for it, or -1. */
  int buffer() {
    int flags = flags();
    return (flags & Abi.IORING_CQE_F_BUFFER) != 0 ? flags >>> Abi.IORING_CQE_BUFFER_SHIFT : -1;
  }

  /** Gives the places of those that were moved over back to the kernel. */
  void taken() {
    SHARED_INT.setRelease(queues, completionHead, head);
  }

  /** Whether the kernel keeps some that there was no room for. */
  boolean hasOverflowed() {
    int flags = (int) SHARED_INT.getAcquire(queues, requestFlags);
    return (flags & Abi.IORING_SQ_CQ_OVERFLOW) != 0;
  }

  // ---------------------------------------------------------------- registering

  /** Whether this kernel, and whatever guards it, knows a kind of request. */
  boolean supports(int opcode) {
    var answer = kernel.memory.copy;
    int operations = opcode + 1;
    int size = Abi.SIZEOF_IO_URING_PROBE + operations * Abi.SIZEOF_IO_URING_PROBE_OP;
    for (int i = 0; i < size; i++) {
      answer.put(i, (byte) 0);
    }
    int result =
        kernel.call(
            SYSCALL,
            Abi.SYS_IO_URING_REGISTER,
            fd,
            Abi.IORING_REGISTER_PROBE,
            kernel.memory.copyAt(0),
            operations);
    int flags = size - Abi.SIZEOF_IO_URING_PROBE_OP + Abi.OFFSETOF_IO_URING_PROBE_OP__FLAGS;
    return result >= 0 && (answer.get(flags) & Abi.IO_URING_OP_SUPPORTED) != 0;
  }

  /** Registers what an area of the kernel's memory says. */
  int register(int what, int area, int count) {
    return register(kernel, fd, what, area, count);
  }

  static int register(Kernel kernel, int ring, int what, int area, int count) {
    long argument = count == 0 ? 0 : kernel.memory.at(area);
    return kernel.call(SYSCALL, Abi.SYS_IO_URING_REGISTER, ring, what, argument, count);
  }

  void close() {
    unmap(kernel, requests);
    unmap(kernel, queues);
    kernel.files.close(fd);
    if (release != null) {
      release.close();
    }
  }

  /** {@link #close} of one that belongs to another thread; returns when nothing is under way. */
  void closeAndAwaitRelease() {
    unmap(kernel, requests);
    unmap(kernel, queues);
    kernel.files.close(fd);
    if (release != null) {
      release.await();
      release.close();
    }
  }
}
