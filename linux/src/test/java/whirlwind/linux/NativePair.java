// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;

/** Two connected descriptors, worked by a caller of its own. What is closed already stays so. */
public final class NativePair implements AutoCloseable {
  private static final MemorySegment SOCKETPAIR = Downcall.function("socketpair");

  private final Kernel kernel;
  private final int near;
  private final int far;
  private boolean nearClosed;
  private boolean farClosed;

  private NativePair(Kernel kernel, int near, int far) {
    this.kernel = kernel;
    this.near = near;
    this.far = far;
  }

  /** A pipe; its near end is the one that is read. */
  public static NativePair pipe() {
    var kernel = new Kernel();
    assertThat(kernel.files.pipe()).as("pipe2").isZero();
    return new NativePair(kernel, kernel.files.readingEnd(), kernel.files.writingEnd());
  }

  /** A pipe as a program inherits it. */
  public static NativePair blockingPipe() {
    var pair = pipe();
    for (int fd : new int[] {pair.near, pair.far}) {
      int blocking = pair.kernel.files.flags(fd) & ~Abi.O_NONBLOCK;
      assertThat(pair.kernel.files.setFlags(fd, blocking)).isZero();
    }
    return pair;
  }

  /** Unix-domain sockets, which break when one is closed with bytes unread. */
  public static NativePair sockets() {
    var kernel = new Kernel();
    int type = Abi.SOCK_STREAM | Abi.SOCK_NONBLOCK | Abi.SOCK_CLOEXEC;
    long pair = kernel.memory.at(NativeMemory.OPTION);
    assertThat(kernel.call(SOCKETPAIR, Abi.AF_UNIX, type, 0, pair)).as("socketpair").isZero();
    return new NativePair(kernel, kernel.files.readingEnd(), kernel.files.writingEnd());
  }

  public int near() {
    return near;
  }

  public int far() {
    return far;
  }

  /** Writes a byte at the far end. */
  public void send() {
    assertThat(kernel.files.write(far, kernel.memory.copyAt(0), 1)).as("sent").isOne();
  }

  /** Writes a byte at the near end. */
  public void write() {
    assertThat(kernel.files.write(near, kernel.memory.copyAt(0), 1)).as("written").isOne();
  }

  /** Reads a byte at the near end, which must be there. */
  public void read() {
    assertThat(kernel.files.read(near, kernel.memory.copyAt(0), 1)).as("read").isOne();
  }

  public boolean isNonBlocking() {
    return (kernel.files.flags(near) & kernel.files.flags(far) & Abi.O_NONBLOCK) != 0;
  }

  /** Whether there is nothing to read at either end. */
  public boolean isEmpty() {
    return kernel.files.read(near, kernel.memory.copyAt(0), 1) == -Abi.EAGAIN
        && kernel.files.read(far, kernel.memory.copyAt(0), 1) == -Abi.EAGAIN;
  }

  public boolean nearIsOpen() {
    return kernel.files.flags(near) >= 0;
  }

  /** Somebody else has closed it, and its number may be theirs. */
  public void nearWasClosed() {
    nearClosed = true;
  }

  public void closeNear() {
    if (!nearClosed) {
      nearClosed = true;
      Files.closeQuietly(near);
    }
  }

  public void closeFar() {
    if (!farClosed) {
      farClosed = true;
      Files.closeQuietly(far);
    }
  }

  @Override
  public void close() {
    closeNear();
    closeFar();
  }
}
