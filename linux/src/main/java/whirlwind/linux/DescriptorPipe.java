// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.File;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import whirlwind.io.ChildPipe;
import whirlwind.io.Poller;
import whirlwind.io.Transport;

/** A pipe for a child: one of its descriptors is ours, the other is named by its number. */
final class DescriptorPipe implements ChildPipe {
  private final int ours;
  private final int theirs;
  private boolean oursIsGone;
  private boolean theirsIsClosed;

  private DescriptorPipe(int ours, int theirs) {
    this.ours = ours;
    this.theirs = theirs;
  }

  /** From any thread, which has no poller: so with memory of its own. */
  static ChildPipe open(Direction direction) throws IOException {
    try (var kernel = new Kernel()) {
      var files = kernel.files;
      int result = files.pipe();
      if (result < 0) {
        throw Errno.ofCall("pipe2", -result);
      }
      return switch (direction) {
        case TO_CHILD -> new DescriptorPipe(files.writingEnd(), files.readingEnd());
        case FROM_CHILD -> new DescriptorPipe(files.readingEnd(), files.writingEnd());
      };
    }
  }

  /** Whoever opens it gets an open file description of its own, which blocks. */
  @Override
  public File childEnd() {
    return new File("/proc/self/fd/" + theirs);
  }

  @Override
  public void closeChildEnd() {
    if (!theirsIsClosed) {
      theirsIsClosed = true;
      Files.closeQuietly(theirs);
    }
  }

  @Override
  public Transport adopt(Poller poller) throws IOException {
    if (oursIsGone) {
      throw new ClosedChannelException();
    }
    var transport = FileTransport.adopt(LinuxPoller.of(poller), ours);
    oursIsGone = true;
    return transport;
  }

  @Override
  public void close() {
    closeChildEnd();
    if (!oursIsGone) {
      oursIsGone = true;
      Files.closeQuietly(ours);
    }
  }
}
