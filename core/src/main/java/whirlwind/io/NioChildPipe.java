// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import java.io.File;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/** A {@link Pipe} for a child: one of its channels is ours, the other is named by its number. */
final class NioChildPipe implements ChildPipe {
  private final NioProvider provider;
  private final NioPipeTransport.End ours;
  private final SelectableChannel theirs;
  private final File childEnd;
  private boolean adopted;

  private NioChildPipe(
      NioProvider provider, NioPipeTransport.End ours, SelectableChannel theirs, int number) {
    this.provider = provider;
    this.ours = ours;
    this.theirs = theirs;
    this.childEnd = OpenDescriptors.file(number);
  }

  /** Null when the number of the child's end cannot be found out. */
  static @Nullable ChildPipe open(NioProvider provider, Direction direction) throws IOException {
    var pipe = Pipe.open();
    OpenDescriptors.Ends numbers = null;
    try {
      numbers = OpenDescriptors.of(pipe);
    } finally {
      if (numbers == null) {
        pipe.source().close();
        pipe.sink().close();
      }
    }
    if (numbers == null) {
      return null;
    }
    return switch (direction) {
      case TO_CHILD ->
          new NioChildPipe(
              provider, new NioPipeTransport.Sink(pipe.sink()), pipe.source(), numbers.source());
      case FROM_CHILD ->
          new NioChildPipe(
              provider, new NioPipeTransport.Source(pipe.source()), pipe.sink(), numbers.sink());
    };
  }

  @Override
  public File childEnd() {
    return childEnd;
  }

  @Override
  public void closeChildEnd() throws IOException {
    theirs.close();
  }

  @Override
  public Transport adopt(Poller poller) throws IOException {
    if (!ours.channel().isOpen()) {
      throw new ClosedChannelException();
    }
    var transport = provider.adopt(poller, ours);
    adopted = true;
    return transport;
  }

  @Override
  public void close() throws IOException {
    try (var _ = theirs) {
      if (!adopted) {
        ours.channel().close();
      }
    }
  }
}
