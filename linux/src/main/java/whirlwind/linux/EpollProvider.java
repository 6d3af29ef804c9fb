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

/** The provider over epoll, for {@link java.util.ServiceLoader}. */
public final class EpollProvider implements IoProvider {

  /** For {@link java.util.ServiceLoader}. */
  public EpollProvider() {}

  @Override
  public String name() {
    return "epoll";
  }

  @Override
  public @Nullable String unavailableBecause() {
    return EpollProbe.unavailableBecause();
  }

  @Override
  public Poller openPoller() throws IOException {
    var reason = unavailableBecause();
    if (reason != null) {
      throw new IOException("the epoll poller is not usable here: " + reason);
    }
    return new EpollPoller(true);
  }

  @Override
  public Transport connect(Poller poller, SocketAddress address, @Nullable SocketAddress local)
      throws IOException {
    return EpollTransport.connect(own(poller), address, local);
  }

  /** Not possible: a channel does not tell its descriptor, so this poller cannot watch it. */
  @Override
  public Transport adopt(Poller poller, SocketChannel channel) {
    own(poller);
    Objects.requireNonNull(channel, "channel");
    throw new UnsupportedOperationException(
        channel
            + ": the epoll poller opens its sockets itself, as a channel of the JDK keeps its"
            + " descriptor to itself; channels need the nio poller");
  }

  @Override
  public Transport adopt(Poller poller, int fd) throws IOException {
    return EpollFileTransport.adopt(own(poller), fd);
  }

  @Override
  public ChildPipe openChildPipe(ChildPipe.Direction direction) throws IOException {
    return EpollChildPipe.open(direction);
  }

  @Override
  public Listener listen(Poller poller, SocketAddress address, ListenOptions options)
      throws IOException {
    return EpollListener.open(own(poller), address, options);
  }

  static EpollPoller own(Poller poller) {
    if (poller instanceof EpollPoller epoll) {
      epoll.requireOpen();
      return epoll;
    }
    throw new IllegalArgumentException(
        "poller: wanted one of the epoll provider, got " + poller.getClass().getName());
  }
}
