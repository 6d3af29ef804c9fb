// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import whirlwind.io.ChildPipe;
import whirlwind.io.IoProvider;
import whirlwind.io.ListenOptions;
import whirlwind.io.Listener;
import whirlwind.io.Poller;
import whirlwind.io.Transport;

/** What the providers of this module have in common: all but how the poller waits. */
interface LinuxProvider extends IoProvider {

  /** Opens a poller where {@link #unavailableBecause} has no reason not to. */
  LinuxPoller open() throws IOException;

  @Override
  default Poller openPoller() throws IOException {
    var reason = unavailableBecause();
    if (reason != null) {
      throw new IOException("the " + name() + " poller is not usable here: " + reason);
    }
    return open();
  }

  @Override
  default Transport connect(Poller poller, SocketAddress address, @Nullable SocketAddress local)
      throws IOException {
    return SocketTransport.connect(own(poller), address, local);
  }

  /** Not possible: a channel does not tell its descriptor, so no poller here can watch it. */
  @Override
  default Transport adopt(Poller poller, SocketChannel channel) {
    own(poller);
    Objects.requireNonNull(channel, "channel");
    throw new UnsupportedOperationException(
        channel
            + ": the "
            + name()
            + " poller opens its sockets itself, as a channel of the JDK keeps its"
            + " descriptor to itself; channels need the nio poller");
  }

  @Override
  default Transport adopt(Poller poller, int fd) throws IOException {
    return FileTransport.adopt(own(poller), fd);
  }

  @Override
  default ChildPipe openChildPipe(ChildPipe.Direction direction) throws IOException {
    return DescriptorPipe.open(direction);
  }

  @Override
  default Listener listen(Poller poller, SocketAddress address, ListenOptions options)
      throws IOException {
    return SocketListener.open(own(poller), address, options);
  }

  private LinuxPoller own(Poller poller) {
    if (poller instanceof LinuxPoller ours && ours.name().equals(name())) {
      ours.requireOpen();
      return ours;
    }
    throw new IllegalArgumentException(
        "poller: wanted one of the "
            + name()
            + " provider, got "
            + (poller instanceof LinuxPoller other
                ? "one of the " + other.name() + " provider"
                : poller.getClass().getName()));
  }
}
