// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import whirlwind.io.PollSource;
import whirlwind.testing.PollerContract;

/** A pipe of the kernel by its two descriptors, worked by a caller of its own. */
final class NativePipe implements PollerContract.WatchedPipe {
  private static final MemorySegment PIPE2 = Downcall.function("pipe2");
  private static final MemorySegment READ = Downcall.function("read");
  private static final MemorySegment WRITE = Downcall.function("write");

  private final Kernel kernel = new Kernel();
  private final int sourceFd;
  private final int sinkFd;
  private boolean sourceClosed;
  private boolean sinkClosed;

  NativePipe() {
    int result =
        kernel.call(PIPE2, kernel.memory.at(NativeMemory.OPTION), Abi.O_CLOEXEC | Abi.O_NONBLOCK);
    assertThat(result).as("pipe2").isZero();
    sourceFd = kernel.memory.bytes.getInt(NativeMemory.OPTION);
    sinkFd = kernel.memory.bytes.getInt(NativeMemory.OPTION + Integer.BYTES);
  }

  int sourceFd() {
    return sourceFd;
  }

  int sinkFd() {
    return sinkFd;
  }

  @Override
  public PollSource source() {
    return new PollSource.Descriptor(sourceFd);
  }

  @Override
  public PollSource sink() {
    return new PollSource.Descriptor(sinkFd);
  }

  @Override
  public void write() {
    assertThat(kernel.call(WRITE, sinkFd, kernel.memory.copyAt(0), 1)).as("written").isOne();
  }

  @Override
  public void read() {
    assertThat(kernel.call(READ, sourceFd, kernel.memory.copyAt(0), 1)).as("read").isOne();
  }

  @Override
  public void closeSource() {
    if (!sourceClosed) {
      sourceClosed = true;
      Files.close(kernel, sourceFd);
    }
  }

  @Override
  public void closeSink() {
    if (!sinkClosed) {
      sinkClosed = true;
      Files.close(kernel, sinkFd);
    }
  }

  @Override
  public void close() throws IOException {
    PollerContract.WatchedPipe.super.close();
  }
}
