// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one epoll instance, and the events that the last wait brought.
 *
 * <p>Source: epoll(7).
 */
final class Epoll implements Readiness {
  private static final MemorySegment EPOLL_CREATE1 = Downcall.function("epoll_create1");
  private static final MemorySegment EPOLL_CTL = Downcall.function("epoll_ctl");
  private static final MemorySegment EPOLL_WAIT = Downcall.function("epoll_wait");
  private static final @Nullable MemorySegment EPOLL_PWAIT2 =
      Downcall.functionOrNull("epoll_pwait2");
  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final Kernel kernel;
  private final ByteBuffer bytes;
  private final int fd;

  /** Null once it has turned out that this kernel waits for milliseconds only. */
  private @Nullable MemorySegment pwait2;

  private Epoll(Kernel kernel, int fd, boolean nanoseconds) {
    this.kernel = kernel;
    this.bytes = kernel.memory.bytes;
    this.fd = fd;
    this.pwait2 = nanoseconds ? EPOLL_PWAIT2 : null;
  }

  /**
   * A new instance.
   *
   * @param nanoseconds whether deadlines are waited for in nanoseconds where the kernel can, else
   *     always in milliseconds
   */
  static Epoll open(Kernel kernel, boolean nanoseconds) throws IOException {
    int fd = kernel.call(EPOLL_CREATE1, Abi.EPOLL_CLOEXEC);
    if (fd < 0) {
      throw Errno.ofCall("epoll_create1", -fd);
    }
    return new Epoll(kernel, fd, nanoseconds);
  }

  @Override
  public int add(int target, int events, long data) {
    return control(Abi.EPOLL_CTL_ADD, target, events, data);
  }

  @Override
  public int modify(int target, int events, long data) {
    return control(Abi.EPOLL_CTL_MOD, target, events, data);
  }

  @Override
  public int delete(int target) {
    return control(Abi.EPOLL_CTL_DEL, target, 0, 0);
  }

  private int control(int operation, int target, int events, long data) {
    bytes.putInt(NativeMemory.CHANGE + Abi.OFFSETOF_EPOLL_EVENT__EVENTS, events);
    bytes.putLong(NativeMemory.CHANGE + Abi.OFFSETOF_EPOLL_EVENT__DATA, data);
    return kernel.call(EPOLL_CTL, fd, operation, target, kernel.memory.at(NativeMemory.CHANGE));
  }

  /** The kernel forgets it by itself. */
  @Override
  public void closing(int target) {}

  @Override
  public String waitingCall() {
    return "epoll_wait";
  }

  @Override
  public int await(long timeoutNanos) {
    if (timeoutNanos <= 0) {
      return awaitMillis(timeoutNanos < 0 ? -1 : 0);
    }
    if (pwait2 != null) {
      int result = awaitNanos(pwait2, timeoutNanos);
      if (result != -Abi.ENOSYS && result != -Abi.EPERM) {
        return result;
      }
      pwait2 = null; // an old kernel, or a sandbox that does not know the call
    }
    return awaitMillis(millisRoundedUp(timeoutNanos));
  }

  static int millisRoundedUp(long nanos) {
    return (int) Math.min((nanos - 1) / NANOS_PER_MILLI + 1, Integer.MAX_VALUE);
  }

  private int awaitMillis(int millis) {
    return kernel.call(
        EPOLL_WAIT, fd, kernel.memory.at(NativeMemory.EVENTS), NativeMemory.MOST_EVENTS, millis);
  }

  private int awaitNanos(MemorySegment pwait2, long nanos) {
    int timeout = NativeMemory.TIMESPEC;
    bytes.putLong(timeout + Abi.OFFSETOF_TIMESPEC__TV_SEC, nanos / NANOS_PER_SECOND);
    bytes.putLong(timeout + Abi.OFFSETOF_TIMESPEC__TV_NSEC, nanos % NANOS_PER_SECOND);
    return kernel.call(
        pwait2,
        fd,
        kernel.memory.at(NativeMemory.EVENTS),
        NativeMemory.MOST_EVENTS,
        kernel.memory.at(timeout),
        0);
  }

  @Override
  public int events(int index) {
    return bytes.getInt(offset(index) + Abi.OFFSETOF_EPOLL_EVENT__EVENTS);
  }

  @Override
  public long data(int index) {
    return bytes.getLong(offset(index) + Abi.OFFSETOF_EPOLL_EVENT__DATA);
  }

  private static int offset(int index) {
    return NativeMemory.EVENTS + index * Abi.SIZEOF_EPOLL_EVENT;
  }

  @Override
  public void close() {
    kernel.files.close(fd);
  }
}
